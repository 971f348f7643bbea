import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isActive, makeSigningKey, rotateSigningKeys } from './signing-keys.ts';
import type { SigningKey } from './webhook.ts';

const start = new Date('2026-01-01T00:00:00.000Z');
const at = (seconds: number) => new Date(start.getTime() + seconds * 1000);
const key = (keyId: string, createdAt: Date, expiresAt: Date | null = null): SigningKey => ({
  keyId,
  kind: 'hmac',
  secret: `whsec_${Buffer.from(keyId.padEnd(24, '.')).toString('base64')}`,
  createdAt: createdAt.toISOString(),
  expiresAt: expiresAt?.toISOString() ?? null,
});
const told = (keys: readonly SigningKey[]) => keys.map(each => [each.keyId, each.expiresAt]);

test('a new key has no end, an id of its own, and a secret that no other has', () => {
  const [one, two] = [makeSigningKey('hmac', start), makeSigningKey('hmac', start)];
  assert.equal(one.createdAt, '2026-01-01T00:00:00.000Z');
  assert.equal(one.expiresAt, null);
  assert.notEqual(one.keyId, two.keyId);
  assert.notEqual(one.secret, two.secret);
  assert.equal(Buffer.from(one.secret.slice(6), 'base64').length, 32);
});

test('the first key stands alone', () => {
  assert.deepEqual(told(rotateSigningKeys([], key('new', start), start, 3600)), [['new', null]]);
});

test('the replaced key signs along for the overlap', () => {
  const keys = rotateSigningKeys([key('old', start)], key('new', at(100)), at(100), 3600);
  assert.deepEqual(told(keys), [
    ['new', null],
    ['old', at(3700).toISOString()],
  ]);
  assert.ok(keys.every(each => isActive(each, at(3699))));
  assert.deepEqual(
    keys.filter(each => isActive(each, at(3700))).map(each => each.keyId),
    ['new'],
  );
});

test('a second rotation within the overlap ends the oldest key at once: two sign at most', () => {
  const first = rotateSigningKeys([key('one', start)], key('two', at(10)), at(10), 3600);
  const second = rotateSigningKeys(first, key('three', at(20)), at(20), 3600);
  assert.deepEqual(told(second), [
    ['three', null],
    ['two', at(3620).toISOString()],
  ]);
});

test('expired keys are dropped, also when nothing else is there', () => {
  const expired = key('old', start, at(5));
  assert.deepEqual(told(rotateSigningKeys([expired], key('new', at(10)), at(10), 60)), [['new', null]]);
});

test('an overlap of nothing ends the old key at once', () => {
  assert.deepEqual(told(rotateSigningKeys([key('old', start)], key('new', at(1)), at(1), 0)), [['new', null]]);
});

test('a key that ends anyway is given no more time', () => {
  const keys = rotateSigningKeys([key('old', start, at(30))], key('new', at(10)), at(10), 3600);
  assert.deepEqual(told(keys), [
    ['new', null],
    ['old', at(30).toISOString()],
  ]);
});
