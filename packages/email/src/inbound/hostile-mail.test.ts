// What nobody should have to read is read all the same, quickly, in little memory, and into something that can be passed on.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InboundMail } from './inbound-mail.ts';
import { readInboundMail } from './read-inbound-mail.ts';
import { assertPresentable } from './testing/assert-presentable.ts';
import { hostileMail } from './testing/hostile-mail.ts';

/** What one message may cost. CPU time: it does not count what else the machine does. */
const cpuTimeMaxInSeconds = 1;

function timed(source: Buffer): { mail: InboundMail; seconds: number } {
  const start = process.cpuUsage();
  const mail = readInboundMail(source);
  const { user, system } = process.cpuUsage(start);
  return { mail, seconds: (user + system) / 1_000_000 };
}

for (const [name, make] of hostileMail) {
  test(`hostile mail is read: ${name}`, () => {
    const source = make();
    const { mail, seconds } = timed(source);
    assertPresentable(mail, source);
    assert.ok(seconds < cpuTimeMaxInSeconds, `${seconds} s`);
  });
}
