import assert from 'node:assert/strict';
import test, { beforeEach } from 'node:test';
import { makeTestId, testKeyRing } from '../../testing/test-world.ts';
import { deleteWebhook } from '../webhooks/delete-webhook.ts';
import { findWebhook } from '../webhooks/find-webhooks.ts';
import type { Webhook } from '../webhooks/webhook.ts';
import { freeEndpointsOfDead } from './free-endpoints.ts';
import { listCalls, readCall } from './list-calls.ts';
import { pauseWebhook, resumeWebhook } from './pause-webhook.ts';
import { replayCall, replayCalls } from './replay-calls.ts';
import { deliveredEvent, openCallWorld, until } from './testing/call-world.ts';

const world = await openCallWorld();
const { database: db, clock, server } = world;
const anything = { states: [], trigger: undefined, from: undefined, to: undefined, messageId: undefined };
const oneMinute = 60_000;

beforeEach(async () => {
  await db.accept.query`delete from webhooks`;
  await db.accept.query`delete from webhook_calls`;
  world.received.length = 0;
  world.receiver = () => 200;
});

const deliver = (messageId: string = makeTestId()) => world.record([deliveredEvent(server.serverId, messageId)]);

async function callsOf(webhook: Webhook) {
  const { calls } = await listCalls(db.reads, webhook, anything, { count: 500, beforeCallId: undefined }, clock.now());
  return calls.toReversed();
}

const statesOf = async (webhook: Webhook) => (await callsOf(webhook)).map(call => call.state);
const untilFinished = (webhook: Webhook, count: number) =>
  until(`${count} calls are finished`, async () => {
    const states = await statesOf(webhook);
    return states.length === count && !states.includes('waiting');
  });
const untilReceived = (count: number) => until(`${count} calls arrived`, () => world.received.length >= count);
const stateOf = async (webhook: Webhook) =>
  (await findWebhook(db.reads, testKeyRing, webhook.serverId, webhook.webhookId))?.state;

test('an event is posted to each webhook that listens, and every call is kept with its answer', async t => {
  const first = await world.addWebhook();
  const second = await world.addWebhook({ target: { url: 'https://two.test/', httpAuth: null, httpHeaders: [] } });
  await world.addWebhook({ triggers: ['Bounce'] });
  await world.addWebhook({ streamId: 'broadcast' });
  await world.addWebhook({ isVerified: false });
  await world.startEngine(t);
  const messageId = makeTestId();
  await deliver(messageId);
  await untilFinished(first, 1);
  await untilFinished(second, 1);
  assert.equal(world.received.length, 2);
  assert.deepEqual(
    world.received.map(call => call.payload.MessageID),
    [messageId, messageId],
  );
  assert.equal(world.received[0]?.retriesRemaining, 3);
  const [call] = await callsOf(first);
  assert.equal(call?.state, 'succeeded');
  assert.deepEqual(
    call?.attempts.map(attempt => [attempt.status, attempt.answer, attempt.nextAt]),
    [[200, 'answer 200', undefined]],
  );
  const shown = await readCall(
    db.reads,
    { readDumps: async () => new Map(), withPost: world.withPost },
    first,
    call?.callId ?? '',
    new Date(),
  );
  assert.deepEqual(JSON.parse(shown?.body ?? ''), world.received[0]?.payload);
});

test('what was recorded in a transaction that rolled back is never posted', async t => {
  const webhook = await world.addWebhook();
  await world.startEngine(t);
  await assert.rejects(
    db.accept.transaction(async tx => {
      await world.recordEvents(tx, [deliveredEvent(server.serverId, makeTestId())], clock.now());
      throw new Error('no');
    }),
    /no/,
  );
  await deliver();
  await untilFinished(webhook, 1);
  assert.equal(world.received.length, 1);
});

test('a call that fails is made again at its times with the same body and trace id, then listed as failed', async t => {
  const webhook = await world.addWebhook();
  world.receiver = () => 500;
  const { engine } = await world.startEngine(t);
  await deliver();
  for (const [position, minutes] of [1, 5, 15].entries()) {
    await untilReceived(position + 1);
    await until('the attempt is recorded', async () => (await callsOf(webhook))[0]?.attempts.length === position + 1);
    clock.advance(minutes * oneMinute - 1);
    engine.wake();
    clock.advance(1);
    engine.wake();
  }
  await untilFinished(webhook, 1);
  assert.deepEqual(
    world.received.map(call => call.retriesRemaining),
    [3, 2, 1, 0],
  );
  assert.equal(new Set(world.received.map(call => call.traceId)).size, 1);
  assert.equal(new Set(world.received.map(call => JSON.stringify(call.payload))).size, 1);
  const [call] = await callsOf(webhook);
  assert.equal(call?.state, 'failed');
  assert.equal(call?.attempts.length, 4);
  assert.equal(call?.attempts[3]?.nextAt, undefined);
});

test('403 stops a call at once', async t => {
  const webhook = await world.addWebhook();
  world.receiver = () => 403;
  await world.startEngine(t);
  await deliver();
  await untilFinished(webhook, 1);
  assert.deepEqual(await statesOf(webhook), ['stopped']);
});

test('events of one message are posted in order, and a retry holds back the later ones of that message only', async t => {
  const webhook = await world.addWebhook({ triggers: ['Delivery', 'Bounce'] });
  let isDown = true;
  world.receiver = call => (call.payload.MessageID === held && isDown ? 500 : 200);
  const held = makeTestId();
  const { engine } = await world.startEngine(t);
  await deliver(held);
  await until('the first attempt is recorded', async () => (await callsOf(webhook))[0]?.attempts.length === 1);
  await deliver(held);
  await deliver();
  await deliver(held);
  await untilReceived(2);
  assert.equal(world.received.filter(call => call.payload.MessageID === held).length, 1);
  isDown = false;
  clock.advance(oneMinute);
  engine.wake();
  await untilFinished(webhook, 4);
  const details = world.received.filter(call => call.payload.MessageID === held).map(call => call.payload.Details);
  assert.deepEqual(details, [
    details[0],
    ...[...new Set(details)].toSorted((a, b) => (String(a) < String(b) ? -1 : 1)),
  ]);
});

test('a receiver that hangs keeps nobody else waiting', async t => {
  const hanging = await world.addWebhook({ target: { url: 'https://hangs.test/', httpAuth: null, httpHeaders: [] } });
  const good = await world.addWebhook();
  const letGo: (() => void)[] = [];
  world.receiver = call =>
    call.url.includes('hangs') ? new Promise<number>(resolve => letGo.push(() => resolve(200))) : 200;
  await world.startEngine(t);
  await world.record(Array.from({ length: 300 }, () => deliveredEvent(server.serverId, makeTestId())));
  await untilFinished(good, 300);
  assert.equal(letGo.length, 5);
  await until('the hanging ones are all answered', () => {
    for (const go of letGo) go();
    return world.received.length === 600;
  });
  await untilFinished(hanging, 300);
});

test('a webhook that fails for long is probed while its events wait, and goes on in order when it is back', async t => {
  const webhook = await world.addWebhook({ connectionsMax: 1 });
  let isDown = true;
  world.receiver = () => (isDown ? 500 : 200);
  const { engine } = await world.startEngine(t);
  const messageIds: string[] = [];
  const record = async (count: number) => {
    for (let number = 0; number < count; number += 1) {
      messageIds.push(makeTestId());
      await deliver(messageIds.at(-1));
    }
  };
  await record(20);
  await untilReceived(10);
  // From the tenth failure on one a second.
  for (let count = 11; count <= 20; count += 1) {
    clock.advance(1000);
    await untilReceived(count);
  }
  clock.advance(2 * oneMinute);
  engine.wake();
  await untilReceived(21);
  for (let count = 22; count <= 25; count += 1) {
    clock.advance(1000);
    await untilReceived(count);
  }
  // The clock stands still meanwhile: a probe would be made when it goes on.
  await until('it counts as failing', async () => (await stateOf(webhook)) === 'failing');
  const before = world.received.length;
  assert.ok(world.heard.some(event => event.kind === 'webhook_paused' && event.details.by === 'failure'));
  await record(10);
  // Nothing is tried before the probe, and a probe that fails uses up no attempt.
  clock.advance(30_000);
  engine.wake();
  await untilReceived(before + 1);
  await until('the probe is recorded', async () => {
    const [row] = await db.reads.query<{ probes: number }>`
      select probes_made as probes from webhook_endpoints where webhook_id = ${webhook.webhookId}`;
    return row?.probes === 1;
  });
  assert.equal(world.received.length, before + 1);
  isDown = false;
  world.received.length = 0;
  clock.advance(60_000);
  engine.wake();
  await untilFinished(webhook, 30);
  assert.deepEqual(
    await statesOf(webhook),
    Array.from({ length: 30 }, () => 'succeeded'),
  );
  // The first is the probe; after it everything comes in the order in which it happened.
  const [probe, ...rest] = world.received.map(call => call.payload.MessageID);
  assert.deepEqual(
    rest,
    messageIds.filter(messageId => messageId !== probe),
  );
  assert.equal(await stateOf(webhook), 'active');
  assert.ok(world.heard.some(event => event.kind === 'webhook_resumed'));
});

test('a paused webhook keeps its events, and gets them in order when it is resumed', async t => {
  const webhook = await world.addWebhook({ connectionsMax: 1 });
  await world.startEngine(t);
  await db.accept.transaction(tx => pauseWebhook(tx, world.recordEvents, webhook, clock.now()));
  const messageIds = Array.from({ length: 5 }, () => makeTestId());
  for (const messageId of messageIds) await deliver(messageId);
  await until('the engine has looked', async () => {
    const [row] = await db.reads.query<{ rests: Date | null }>`
      select rests_until as rests from webhook_endpoints where webhook_id = ${webhook.webhookId}`;
    return row?.rests != null;
  });
  assert.equal(world.received.length, 0);
  await db.accept.transaction(tx => resumeWebhook(tx, world.recordEvents, webhook, clock.now()));
  await untilFinished(webhook, 5);
  assert.deepEqual(
    world.received.map(call => call.payload.MessageID),
    messageIds,
  );
});

test('the calls of a webhook that was deleted are made no more', async t => {
  const webhook = await world.addWebhook();
  await deliver();
  await db.accept.transaction(tx => deleteWebhook(tx, webhook.serverId, webhook.webhookId));
  await world.startEngine(t);
  await until('they are gone', async () => (await db.reads.query`select 1 from webhook_calls`).length === 0);
  assert.equal(world.received.length, 0);
});

test('two processes share webhooks without making a call twice, and one goes on with what a dead one had', async t => {
  const webhooks = await Promise.all(Array.from({ length: 6 }, () => world.addWebhook()));
  const one = await world.startEngine(t, 'one');
  await world.startEngine(t, 'two');
  await world.record(Array.from({ length: 20 }, () => deliveredEvent(server.serverId, makeTestId())));
  for (const webhook of webhooks) await untilFinished(webhook, 20);
  assert.equal(world.received.length, 120);
  // Process one falls silent: it neither answers hints nor gives its leases back.
  one.engine.dropOwned();
  await db.accept.query`update processes set ended_at = now() where process_number = ${one.lease.processNumber()}`;
  await db.accept.transaction(tx => freeEndpointsOfDead(tx, [one.lease.processNumber()], clock.now()));
  world.received.length = 0;
  await world.record(Array.from({ length: 20 }, () => deliveredEvent(server.serverId, makeTestId())));
  for (const webhook of webhooks) await untilFinished(webhook, 40);
  assert.deepEqual([...new Set(world.received.map(call => call.by))], ['two']);
  assert.equal(world.received.length, 120);
});

test('calls that failed are made again on demand, one or all, with their trace ids and their history', async t => {
  const webhook = await world.addWebhook();
  world.receiver = () => 403;
  const { engine } = await world.startEngine(t);
  await world.record(Array.from({ length: 12 }, () => deliveredEvent(server.serverId, makeTestId())));
  await untilFinished(webhook, 12);
  const traceIds = world.received.map(call => call.traceId).toSorted();
  world.receiver = () => 200;
  world.received.length = 0;
  await db.accept.transaction(tx => replayCall(tx, webhook, traceIds[0] ?? '', clock.now()));
  engine.hint([webhook]);
  await until('one has succeeded', async () => (await statesOf(webhook)).includes('succeeded'));
  const query = { ...anything, states: ['failed', 'stopped'] as const };
  assert.deepEqual(await replayCalls(db.accept, webhook, query, clock.now()), { replayed: 11, hasMore: false });
  engine.hint([webhook]);
  await until('all have succeeded', async () => (await statesOf(webhook)).every(state => state === 'succeeded'));
  assert.deepEqual(world.received.map(call => call.traceId).toSorted(), traceIds);
  assert.deepEqual(
    (await callsOf(webhook))[0]?.attempts.map(attempt => attempt.status),
    [403, 200],
  );
  await assert.rejects(
    db.accept.transaction(tx => replayCall(tx, webhook, makeTestId(), clock.now())),
    /no call of this id/,
  );
});

test('a call whose event is gone ends as discarded', async t => {
  const webhook = await world.addWebhook();
  await deliver();
  await db.accept.query`delete from events where server_id = ${server.serverId}`;
  await world.startEngine(t);
  await untilFinished(webhook, 1);
  assert.deepEqual(await statesOf(webhook), ['discarded']);
  assert.equal(world.received.length, 0);
});
