import assert from 'node:assert/strict';
import { createHash, createHmac, randomInt } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeBase32, encodeBase32 } from './base32.ts';
import { decodeReturnPath, encodeReturnPath } from './verp.ts';

const seed = Number(process.env.SEED ?? randomInt(2 ** 31));
console.log(`seed ${seed}`);

const key = createHash('sha256').update('present key').digest();
const retiredKey = createHash('sha256').update('retired key').digest();
const example = { serverId: 23, messageId: '0190b6a4-8d3c-7a51-9f00-64c1d2e3f405', recipientNumber: 7 };

const pathParts = {
  serverId: fc.oneof(fc.maxSafeNat(), fc.nat(1000), fc.constantFrom(127, 128, 16_383, 16_384, Number.MAX_SAFE_INTEGER)),
  messageId: fc.uuid(),
  recipientNumber: fc.nat(65_535),
};
const anyPath = fc.record(pathParts, { noNullPrototype: true });

function localPartOf(address: string): string {
  return address.slice(0, address.indexOf('@'));
}

test('a return path comes back as it was, in any case, within the 64 characters of a local part', () => {
  const property = fc.property(anyPath, fc.infiniteStream(fc.boolean()), (path, coins) => {
    const address = encodeReturnPath(path, key, 'bounces.example.org');
    const localPart = localPartOf(address);
    assert.ok(address.endsWith('@bounces.example.org'));
    assert.match(localPart, /^pm-[a-z2-7]+$/);
    assert.ok(localPart.length <= 64);
    const mixedCase = [...localPart].map(letter => (coins.next().value ? letter.toUpperCase() : letter)).join('');
    assert.deepEqual(decodeReturnPath(localPart, [key]), path);
    assert.deepEqual(decodeReturnPath(mixedCase, [retiredKey, key]), path);
  });
  fc.assert(property, { seed });
});

test('a return path is refused after any single bit of it was changed', () => {
  const property = fc.property(anyPath, path => {
    const localPart = localPartOf(encodeReturnPath(path, key, 'example.org'));
    const content = decodeBase32(localPart.slice(3));
    assert.ok(content);
    for (let bit = 0; bit < content.length * 8; bit += 1) {
      const changed: Buffer = Buffer.from(content);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      assert.equal(decodeReturnPath(`pm-${encodeBase32(changed)}`, [key]), undefined, `bit ${bit}`);
    }
  });
  fc.assert(property, { seed, numRuns: 5 });
});

test('a return path is refused with any letter replaced, removed, doubled or added', () => {
  const localPart = localPartOf(encodeReturnPath(example, key, 'example.org'));
  assert.deepEqual(decodeReturnPath(localPart, [key]), example);
  for (let position = 0; position < localPart.length; position += 1) {
    const [before, letter, after] = [localPart.slice(0, position), localPart[position], localPart.slice(position + 1)];
    for (let code = 0; code < 256; code += 1) {
      const other = String.fromCharCode(code);
      if (other.toLowerCase() === letter) continue;
      assert.equal(decodeReturnPath(`${before}${other}${after}`, [key]), undefined, `${position} ${code}`);
    }
    assert.equal(decodeReturnPath(`${before}${after}`, [key]), undefined);
    assert.equal(decodeReturnPath(`${before}${letter}${letter}${after}`, [key]), undefined);
  }
  for (const added of ['a', 'aa', 'aaaaaaaa', '=', ' ', '\u212a']) {
    assert.equal(decodeReturnPath(localPart + added, [key]), undefined);
  }
});

test('a return path made with another key is refused, one made with a retired key is read', () => {
  const localPart = localPartOf(encodeReturnPath(example, retiredKey, 'example.org'));
  assert.equal(decodeReturnPath(localPart, []), undefined);
  assert.equal(decodeReturnPath(localPart, [key]), undefined);
  assert.deepEqual(decodeReturnPath(localPart, [key, retiredKey]), example);
});

test('what strangers send to a return path host is refused', () => {
  const property = fc.property(fc.oneof(fc.string(), fc.base64String(), fc.string({ unit: 'binary' })), text => {
    assert.equal(decodeReturnPath(text, [key]), undefined);
    assert.equal(decodeReturnPath(`pm-${text}`, [key]), undefined);
  });
  fc.assert(property, { seed });
  assert.equal(decodeReturnPath(`pm-${'a'.repeat(1_000_000)}`, [key]), undefined);
});

test('the form of a return path does not change, because mail in transit still carries it', () => {
  const signed = Buffer.concat([Buffer.from(example.messageId.replaceAll('-', ''), 'hex'), Buffer.from([0, 7, 23])]);
  const mac = createHmac('sha256', key).update(signed).digest().subarray(0, 8);
  const expected = `pm-${encodeBase32(Buffer.concat([signed, mac]))}@example.org`;
  assert.equal(encodeReturnPath(example, key, 'example.org'), expected);
  assert.equal(expected, 'pm-agilnjenhr5fdhyamta5fy7uauaaof45kcex5igkszrq@example.org');
});

test('base32 agrees with the examples of RFC 4648 section 10', () => {
  const examples = {
    '': '',
    f: 'my',
    fo: 'mzxq',
    foo: 'mzxw6',
    foob: 'mzxw6yq',
    fooba: 'mzxw6ytb',
    foobar: 'mzxw6ytboi',
  };
  for (const [text, encoded] of Object.entries(examples)) {
    assert.equal(encodeBase32(Buffer.from(text)), encoded);
    assert.equal(decodeBase32(encoded.toUpperCase())?.toString(), text);
  }
});

test('ids that no return path can carry are a bug of the caller', () => {
  for (const wrong of [{ messageId: 'abc' }, { recipientNumber: 65_536 }, { serverId: -1 }, { serverId: 2 ** 53 }]) {
    assert.throws(() => encodeReturnPath({ ...example, ...wrong }, key, 'example.org'));
  }
});
