// Normal and hostile mail, broken at random: whatever arrives, it is read, always in the same way, and can be passed on.

import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { mutatedMail } from '../mime/testing/mutate-mail.ts';
import { readInboundMail } from './read-inbound-mail.ts';
import { assertPresentable } from './testing/assert-presentable.ts';
import { hostileMail } from './testing/hostile-mail.ts';
import { normalMail } from './testing/normal-mail.ts';

const seed = Number(process.env.PENNYBLACK_FUZZ_SEED ?? randomInt(2 ** 31));
console.log(`seed ${seed}`);
const numRuns = Number(process.env.PENNYBLACK_FUZZ_RUNS ?? 1000);

/** Of the large ones the beginning: what they do, they do there as well. */
const hostileLengthMaxInBytes = 20_000;

test('broken mail is read, and read again into the same', () => {
  const hostile = [...hostileMail.values()].map(make => Buffer.from(make().subarray(0, hostileLengthMaxInBytes)));
  const mutated = mutatedMail([...normalMail.map(({ source }) => source), ...hostile]);
  const property = fc.property(mutated, source => {
    const before = Buffer.from(source);
    const mail = readInboundMail(source);
    assertPresentable(mail, source);
    assert.deepEqual(readInboundMail(source), mail);
    assert.ok(source.equals(before));
  });
  fc.assert(property, { seed, numRuns });
});
