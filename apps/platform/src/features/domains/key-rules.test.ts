import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import type { DkimKey } from './domain.ts';
import { isSafeToRemove, isWeakKey, layOutKeys, makeSelectors, maySign, moveKeys, updateStatus } from './key-rules.ts';

const now = new Date('2026-11-26T12:00:00Z');
const daysLater = (days: number) => new Date(now.getTime() + days * 86_400_000);

function key(selector: string, state: DkimKey['state'], changes: Partial<DkimKey> = {}): DkimKey {
  return {
    selector,
    state,
    algorithm: selector.endsWith('e') ? 'ed25519-sha256' : 'rsa-sha256',
    generation: Number(/\d/.exec(selector)?.[0] ?? 1),
    publicKey: '',
    privateKeyEncrypted: Buffer.alloc(0),
    revokedAt: null,
    ...changes,
  };
}
const moves = (keys: readonly DkimKey[], ...found: string[]) => moveKeys(keys, one => found.includes(one.selector));

test('a new pair: the RSA key is the one that counts, and the other follows its own record', () => {
  const pair = [key('1', 'pending'), key('1e', 'pending')];
  assert.deepEqual(moves(pair), { activate: [], revoke: [] });
  assert.deepEqual(moves(pair, '1e'), { activate: [], revoke: [] });
  assert.deepEqual(moves(pair, '1'), { activate: ['1'], revoke: [] });
  assert.deepEqual(moves(pair, '1', '1e'), { activate: ['1', '1e'], revoke: [] });
  assert.deepEqual(moves([key('1', 'active'), key('1e', 'pending')], '1', '1e'), { activate: ['1e'], revoke: [] });
});

test('a rotation: nothing moves before the new RSA record is seen, then everything older is revoked', () => {
  const keys = [key('1', 'active'), key('1e', 'active'), key('2', 'pending'), key('2e', 'pending')];
  assert.deepEqual(moves(keys, '1', '1e'), { activate: [], revoke: [] });
  assert.deepEqual(moves(keys, '1', '1e', '2e'), { activate: [], revoke: [] });
  assert.deepEqual(moves(keys, '1', '1e', '2'), { activate: ['2'], revoke: ['1', '1e'] });
  assert.deepEqual(moves(keys, '2', '2e'), { activate: ['2', '2e'], revoke: ['1', '1e'] });
});

test('shown is the newest of each state, and of pending keys only those of the newest pair', () => {
  const shown = layOutKeys([
    key('1', 'revoked'),
    key('1e', 'revoked'),
    key('2', 'active'),
    key('2e', 'pending'),
    key('3', 'pending'),
    key('3e', 'pending'),
  ]);
  const selectors = (pair: { rsa: DkimKey | undefined; ed25519: DkimKey | undefined }) => [
    pair.rsa?.selector,
    pair.ed25519?.selector,
  ];
  assert.deepEqual(selectors(shown.active), ['2', undefined]);
  assert.deepEqual(selectors(shown.pending), ['3', '3e']);
  assert.deepEqual(selectors(shown.revoked), ['1', '1e']);
});

test('a revoked key may be taken from the DNS a week later, a key in use never', () => {
  const revoked = key('1', 'revoked', { revokedAt: now });
  assert.deepEqual([isSafeToRemove(revoked, daysLater(6.9)), isSafeToRemove(revoked, daysLater(7))], [false, true]);
  assert.equal(isSafeToRemove(key('1', 'active'), daysLater(99)), false);
});

test('only active keys sign, and not when their record has been gone for three days', () => {
  const check = {
    purpose: 'dkim',
    host: 'h',
    state: 'missing',
    foundValue: null,
    failure: null,
    checkedAt: daysLater(9),
    clearAt: now,
    changedAt: now,
    firstFoundAt: now,
    missingSince: now,
  } as const;
  assert.equal(maySign(key('1', 'active'), undefined), true);
  assert.equal(maySign(key('1', 'pending'), undefined), false);
  assert.equal(maySign(key('1', 'active'), check), true, 'nobody has looked since');
  assert.equal(maySign(key('1', 'active'), { ...check, clearAt: daysLater(2.9) }), true);
  assert.equal(maySign(key('1', 'active'), { ...check, clearAt: daysLater(3) }), false);
  assert.equal(updateStatus(key('1', 'pending'), check), 'Pending');
  assert.equal(updateStatus(key('1', 'pending'), { ...check, state: 'different' }), 'Failed');
  assert.equal(updateStatus(undefined, { ...check, state: 'different' }), 'Verified');
});

test('keys below 1024 bits are weak', () => {
  const publicKey = (bits: number) =>
    generateKeyPairSync('rsa', { modulusLength: bits })
      .publicKey.export({ type: 'spki', format: 'der' })
      .toString('base64');
  assert.deepEqual(
    [isWeakKey({ publicKey: publicKey(768) }), isWeakKey({ publicKey: publicKey(1024) })],
    [true, false],
  );
});

test('selectors are the time to the second, and never one that is taken', () => {
  assert.deepEqual(makeSelectors(now, new Set()), { rsa: '20261126120000pm', ed25519: '20261126120000pme' });
  assert.equal(makeSelectors(now, new Set(['20261126120000pm'])).rsa, '20261126120001pm');
});
