import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAddress, readMessageId, readServerId } from './words.ts';

test('a word that is not what the command needs is named in a sentence', () => {
  for (const word of [undefined, '', 'abc', '1.5', '-1', '1234567890123456']) {
    assert.throws(() => readServerId(word), /is not a server id/);
  }
  for (const word of [undefined, '', '7', '01a1fbee']) assert.throws(() => readMessageId(word), /is not a message id/);
  for (const word of [undefined, '', 'a', '@b.test', 'a@', 'a b@c.test']) {
    assert.throws(() => readAddress(word), /is not an address/);
  }
});

test('ids and addresses are read as they are, message ids in lower case', () => {
  assert.equal(readServerId('1001'), 1001);
  assert.equal(readMessageId('01A1FBEE-16DB-7000-B606-BBEE62C9D199'), '01a1fbee-16db-7000-b606-bbee62c9d199');
  assert.equal(readAddress('Ana@Buyer.test'), 'Ana@Buyer.test');
});
