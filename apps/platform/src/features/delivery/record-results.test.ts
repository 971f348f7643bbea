import assert from 'node:assert/strict';
import test from 'node:test';
import { addServer, makeTestId, readEvents, readQueue, testWorld } from '../../testing/test-world.ts';
import { claimWork } from './claim-work.ts';
import type { DeliveryItem } from './delivery-item.ts';
import type { Outcome } from './outcome.ts';
import { recordResults } from './record-results.ts';
import { queueItem } from './testing/queued-rows.ts';
import { type ItemChanges, sampleItem } from './testing/sample-items.ts';

const { database: db, accountId, recordEvents } = await testWorld();
const by = { host: 'mx.buyer.test', ip: '203.0.113.7' };
const delivered: Outcome = { kind: 'delivered', reply: 'smtp;250 2.0.0 OK', by };
const bounced: Outcome = { kind: 'bounced', type: 'HardBounce', reply: 'smtp;550 5.1.1 no such user', by };
const now = new Date();

/** An item in hand with its row in the queue, on a server of its own. */
async function itemInHand(changes: ItemChanges = {}): Promise<DeliveryItem> {
  const serverId = changes.serverId ?? (await addServer(db.accept, accountId, 'Live')).serverId;
  const item = sampleItem({ messageId: makeTestId(), ...changes, serverId });
  await queueItem(db.results, item);
  return item;
}

function record(...results: [DeliveryItem, Outcome][]): Promise<void> {
  return db.results.transaction(tx =>
    recordResults(
      tx,
      recordEvents,
      results.map(([item, outcome]) => ({ item, outcome })),
      now,
    ),
  );
}

const kindsOf = async (item: DeliveryItem) =>
  (await readEvents(db.reads, item.message.serverId, item.message.messageId)).map(event => event.kind);
const queueOf = (item: DeliveryItem) => readQueue(db.reads, item.message.serverId);
const suppressionsOf = (item: DeliveryItem) => db.reads.query`
  select stream_id as "streamId", address_key as "addressKey", reason, origin
  from suppressions where server_id = ${item.message.serverId}`;

test('a delivered recipient leaves the queue and its event says who took it', async () => {
  const item = await itemInHand({ content: { tag: 'order', metadata: { order: '1187' } } });
  await record([item, delivered]);
  assert.deepEqual(await queueOf(item), []);
  assert.deepEqual(await readEvents(db.reads, item.message.serverId), [
    {
      kind: 'recipient_delivered',
      messageId: item.message.messageId,
      recipientNumber: 0,
      recipient: 'ana@buyer.test',
      details: { reply: 'smtp;250 2.0.0 OK', ...by, tag: 'order', metadata: { order: '1187' } },
    },
  ]);
});

test('a 250 is recorded whoever owns the row by now, and only once', async () => {
  const item = await itemInHand();
  await db.results.query`update delivery_queue set owner_process = 99 where message_id = ${item.message.messageId}`;
  await record([item, delivered]);
  await record([{ ...item, ownerNumber: 99 }, delivered]);
  await record([{ ...item, ownerNumber: 99 }, bounced]);
  assert.deepEqual(await kindsOf(item), ['recipient_delivered']);
});

test('anything else of a recipient that others own by now changes nothing', async () => {
  const deferred: Outcome = { kind: 'deferred', reply: 'smtp;451', by, dueAt: now, isUncertain: true, isHeld: true };
  for (const outcome of [bounced, deferred, { kind: 'suppressed' }, { kind: 'released', dueAt: now }] as Outcome[]) {
    const item = await itemInHand();
    await db.results.query`update delivery_queue set owner_process = 99 where message_id = ${item.message.messageId}`;
    const before = await queueOf(item);
    await record([item, outcome]);
    assert.deepEqual(await queueOf(item), before, outcome.kind);
    assert.deepEqual(await kindsOf(item), [], outcome.kind);
    assert.deepEqual(await suppressionsOf(item), [], outcome.kind);
    const bounces = await db.reads.query`select 1 from bounces where server_id = ${item.message.serverId}`;
    assert.deepEqual(bounces, [], outcome.kind);
  }
});

test('a result that is recorded again, because nobody answered the first time, leaves the next claim of the row alone', async () => {
  const deferred: Outcome = { kind: 'deferred', reply: 'smtp;451', by, dueAt: now, isUncertain: false, isHeld: false };
  for (const outcome of [deferred, { kind: 'released', dueAt: now }, bounced, { kind: 'suppressed' }] as Outcome[]) {
    const item = await itemInHand();
    await record([item, { kind: 'released', dueAt: now }]);
    // The same process takes the row out of the queue again, and is sending it.
    await claimWork(
      db,
      { lane: 0, notBefore: new Date(0), afterServerId: 0, perServer: 50, total: 200, processNumber: item.ownerNumber },
      new Date(now.getTime() + 1),
    );
    const before = await queueOf(item);
    assert.equal(before[0]?.owner, item.ownerNumber);
    await record([item, outcome]);
    assert.deepEqual(await queueOf(item), before, outcome.kind);
    assert.deepEqual(await kindsOf(item), [], outcome.kind);
  }
});

test('a hard bounce has an id, a row, a suppression, and an event for each', async () => {
  const labels = { tag: 'order', metadata: { order: '1187' } };
  const item = await itemInHand({ content: labels, address: 'Ana@Buyer.test' });
  await record([item, bounced]);
  const { serverId, messageId } = item.message;
  const [bounce] = await db.reads.query<{ bounceId: number }>`
    select bounce_id as "bounceId", message_id as "messageId", recipient_number as "recipientNumber", type,
           email_address as "emailAddress", from_address as "fromAddress", subject, tag, details,
           is_inactive as "isInactive", can_activate as "canActivate", bounced_at as "bouncedAt"
    from bounces where server_id = ${serverId}`;
  assert.ok(bounce && bounce.bounceId > 100_000);
  assert.deepEqual(bounce, {
    bounceId: bounce.bounceId,
    messageId,
    recipientNumber: 0,
    type: 'HardBounce',
    emailAddress: 'Ana@Buyer.test',
    fromAddress: 'desk@shop.test',
    subject: 'Order 1187',
    tag: 'order',
    details: 'smtp;550 5.1.1 no such user',
    isInactive: true,
    canActivate: true,
    bouncedAt: now,
  });
  assert.deepEqual(await suppressionsOf(item), [
    { streamId: 'outbound', addressKey: 'ana@buyer.test', reason: 'HardBounce', origin: 'Recipient' },
  ]);
  const [ended, suppressed, ...more] = await readEvents(db.reads, serverId, messageId);
  assert.equal(ended?.kind, 'recipient_bounced');
  assert.equal(ended?.details.bounceId, bounce.bounceId);
  assert.equal(ended?.details.type, 'HardBounce');
  assert.equal(suppressed?.kind, 'suppression_created');
  assert.deepEqual(suppressed?.details, { reason: 'HardBounce', origin: 'Recipient', ...labels });
  assert.deepEqual(more, []);
});

test('each kind of bounce suppresses for its own reason, or not at all', async () => {
  const reasons = [
    ['SpamComplaint', [{ reason: 'SpamComplaint', origin: 'Recipient' }]],
    ['ManuallyDeactivated', [{ reason: 'ManualSuppression', origin: 'Customer' }]],
    ['BadEmailAddress', [{ reason: 'HardBounce', origin: 'Recipient' }]],
    ['SoftBounce', []],
    ['DnsError', []],
  ] as const;
  for (const [type, expected] of reasons) {
    const item = await itemInHand();
    await record([item, { kind: 'bounced', type, reply: 'smtp;550', by }]);
    const found = await db.reads.query`
      select reason, origin from suppressions where server_id = ${item.message.serverId}`;
    assert.deepEqual(found, expected, type);
    const kinds = await kindsOf(item);
    assert.equal(kinds.includes('suppression_created'), expected.length > 0, type);
  }
});

test('bounce ids go to the bounces they belong to, also between other results', async () => {
  const first = await itemInHand();
  const { serverId } = first.message;
  const second = await itemInHand({ serverId, address: 'ben@buyer.test' });
  const third = await itemInHand({ serverId, address: 'carl@buyer.test' });
  await record([first, bounced], [second, delivered], [third, { ...bounced, type: 'SoftBounce' } as Outcome]);
  for (const item of [first, third]) {
    const [row] = await db.reads.query<{ bounceId: number }>`
      select bounce_id as "bounceId" from bounces where server_id = ${serverId} and message_id = ${item.message.messageId}`;
    const [event] = await readEvents(db.reads, serverId, item.message.messageId);
    assert.ok(row);
    assert.equal(event?.details.bounceId, row.bounceId);
  }
});

test('two bounces of one address in one batch are two bounces and one suppression', async () => {
  const first = await itemInHand();
  const second = await itemInHand({ serverId: first.message.serverId });
  await record([first, bounced], [second, bounced]);
  assert.equal((await suppressionsOf(first)).length, 1);
  const kinds = (await readEvents(db.reads, first.message.serverId)).map(event => event.kind);
  assert.deepEqual(kinds, ['recipient_bounced', 'recipient_bounced', 'suppression_created']);
});

test('a suppression names the message whose bounce suppressed, not another one of the same address', async () => {
  const soft = await itemInHand({ content: { tag: 'soft' } });
  const { serverId } = soft.message;
  const hard = await itemInHand({ serverId, content: { tag: 'hard' } });
  const again = await itemInHand({ serverId, content: { tag: 'again' } });
  await record([soft, { ...bounced, type: 'SoftBounce' } as Outcome], [hard, bounced], [again, bounced]);
  const created = (await readEvents(db.reads, serverId)).filter(event => event.kind === 'suppression_created');
  assert.deepEqual(
    created.map(event => [event.messageId, event.details.tag]),
    [[hard.message.messageId, 'hard']],
  );
});

test('a deferred recipient waits for its time with the attempt counted and what the server said', async () => {
  const item = await itemInHand({ attempts: 2 });
  const dueAt = new Date(now.getTime() + 300_000);
  await record([item, { kind: 'deferred', reply: 'smtp;451 busy', by, dueAt, isUncertain: false, isHeld: false }]);
  const [row] = await queueOf(item);
  assert.deepEqual(
    [row?.attempts, row?.dueAt, row?.lastReply, row?.owner, row?.isUncertain, row?.isHeld],
    [3, dueAt, 'smtp;451 busy', null, false, false],
  );
  assert.deepEqual(await kindsOf(item), ['recipient_deferred']);
});

test('a dot that nobody answered is told in an event of its own, and the row remembers it', async () => {
  const item = await itemInHand();
  const lost = { kind: 'deferred', reply: 'smtp;lost', by, dueAt: now, isUncertain: true, isHeld: true } as const;
  await record([item, lost]);
  const [row] = await queueOf(item);
  assert.deepEqual([row?.isUncertain, row?.isHeld], [true, true]);
  assert.deepEqual(await kindsOf(item), ['recipient_deferred', 'recipient_uncertain']);
  const [, uncertain] = await readEvents(db.reads, item.message.serverId);
  assert.deepEqual(uncertain?.details, { why: 'no_answer_after_dot', isHeld: true });
});

test('a released recipient is as it was: no attempt, no event, only free again', async () => {
  const item = await itemInHand({ attempts: 2 });
  await db.results.query`
    update delivery_queue set last_reply = 'smtp;451 before', is_uncertain = true
    where message_id = ${item.message.messageId}`;
  const dueAt = new Date(now.getTime() + 15_000);
  await record([item, { kind: 'released', dueAt }]);
  const [row] = await queueOf(item);
  assert.deepEqual(
    [row?.attempts, row?.dueAt, row?.lastReply, row?.owner, row?.isUncertain],
    [2, dueAt, 'smtp;451 before', null, true],
  );
  assert.deepEqual(await kindsOf(item), []);
});

test('a recipient that was suppressed while it waited ends so, without a bounce', async () => {
  const item = await itemInHand();
  await record([item, { kind: 'suppressed' }]);
  assert.deepEqual(await queueOf(item), []);
  assert.deepEqual(await kindsOf(item), ['recipient_suppressed']);
});

test('an event that cannot be recorded leaves the recipient in the queue', async () => {
  const item = await itemInHand();
  const failing = async () => {
    throw new Error('a subscriber failed');
  };
  const attempt = db.results.transaction(tx => recordResults(tx, failing, [{ item, outcome: bounced }], now));
  await assert.rejects(attempt, /a subscriber failed/);
  assert.equal((await queueOf(item)).length, 1);
  assert.deepEqual(await suppressionsOf(item), []);
});
