import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClaimedSource } from './inbound-message.ts';
import { createWorkInHand } from './work-in-hand.ts';

const claimed = (serverId: number, sourceId: string): ClaimedSource => ({
  serverId,
  sourceId,
  sourceBytes: 10,
  messageIds: [sourceId],
  ownerProcess: 1,
  attempts: 1,
});
const source = { mailFrom: '', clientAddress: '', helo: '', isEncrypted: false, source: Buffer.from(''), fields: null };

test('one server has no more than half of the room, and what ended makes room again', () => {
  const work = createWorkInHand({ mailsMax: 4, bytesMax: 100 }, () => {});
  assert.deepEqual(
    ['a', 'b', 'c'].map(id => work.reserve(1, id, 1)),
    [true, true, false],
  );
  // The first of a server may take all that is left.
  assert.equal(work.reserve(2, 'd', 99), false);
  assert.equal(work.reserve(2, 'd', 98), true);
  assert.equal(work.reserve(3, 'e', 1), false);
  work.finish('d');
  assert.equal(work.reserve(3, 'e', 50), true);
  assert.equal(work.reserve(3, 'f', 1), false);
  work.cancel('a');
  assert.equal(work.reserve(1, 'c', 1), true);
  work.close();
  assert.equal(work.reserve(4, 'g', 1), false);
});

test('what was taken and what was claimed have their turns apart, the oldest first', () => {
  const work = createWorkInHand({ mailsMax: 10, bytesMax: 100 }, () => {});
  for (const id of ['a', 'b']) {
    assert.equal(work.add({ claimed: claimed(1, id), source: undefined, isClaimed: true }), true);
  }
  assert.equal(work.add({ claimed: claimed(1, 'a'), source: undefined, isClaimed: true }), false);
  assert.equal(work.reserve(2, 'c', 10), true);
  work.take({ claimed: claimed(2, 'c'), source, isClaimed: false });
  const next = (taken: boolean, ofClaimed: boolean) => work.next({ taken, claimed: ofClaimed })?.claimed.sourceId;
  assert.equal(next(true, false), 'c');
  assert.equal(next(true, false), undefined);
  assert.deepEqual([next(true, true), next(false, true), next(true, true)], ['a', 'b', undefined]);
  assert.deepEqual(work.sourceIds(), ['a', 'b', 'c']);
});
