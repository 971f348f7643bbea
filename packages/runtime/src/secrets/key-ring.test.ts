import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import { createKeyRing, UnknownKey } from './key-ring.ts';

const oldKey = Buffer.alloc(32, 1);
const newKey = Buffer.alloc(32, 2);

test('what was encrypted comes back, and looks different each time', () => {
  const ring = createKeyRing([oldKey]);
  for (const plain of ['', 'a token', 'zażółć 🦊', randomBytes(5000)]) {
    const sealed = ring.encrypt(plain);
    assert.deepEqual(ring.decrypt(sealed), Buffer.from(plain as string));
    assert.notDeepEqual(ring.encrypt(plain), sealed);
  }
});

test('the newest key encrypts, older ones still decrypt', () => {
  const before = createKeyRing([oldKey]);
  const after = createKeyRing([newKey, oldKey]);
  assert.equal(after.decrypt(before.encrypt('kept')).toString(), 'kept');
  assert.throws(() => before.decrypt(after.encrypt('new')), UnknownKey);
});

test('a changed byte anywhere is noticed', () => {
  const ring = createKeyRing([oldKey]);
  const sealed = ring.encrypt('a token');
  for (let index = 0; index < sealed.length; index += 1) {
    const changed = Buffer.from(sealed);
    changed[index] = (changed[index] ?? 0) ^ 1;
    assert.throws(() => ring.decrypt(changed), `byte ${index}`);
  }
  assert.throws(() => ring.decrypt(sealed.subarray(0, 20)));
  assert.throws(() => ring.decrypt(Buffer.alloc(0)));
});

test('a key for one purpose says nothing about another, and lasts as long as its secret key', () => {
  const ring = createKeyRing([newKey, oldKey]);
  const [newest, older] = ring.deriveKeys('tracking links');
  assert.equal(newest.length, 32);
  assert.notDeepEqual(newest, older);
  assert.notDeepEqual(newest, ring.deriveKeys('return paths')[0]);
  assert.deepEqual(older, createKeyRing([oldKey]).deriveKeys('tracking links')[0]);
});
