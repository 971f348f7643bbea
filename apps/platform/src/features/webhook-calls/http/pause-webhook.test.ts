// Pause and resumption over real HTTP; and for every endpoint of calls: whose webhook it is, and who asks.

import assert from 'node:assert/strict';
import test from 'node:test';
import { toWireDate } from '../../../edges/http-api/dates.ts';
import { addServer, makeTestId } from '../../../testing/test-world.ts';
import { startCallApi } from '../testing/call-api.ts';
import { deliveredEvent } from '../testing/call-world.ts';

const { world, ask, refused, request, list, untilStates } = await startCallApi();
const { clock, server, database: db } = world;

test('a paused webhook gets no calls and keeps its events; a resumed one gets them, the oldest first', async t => {
  const { webhookId } = await world.addWebhook({ connectionsMax: 1 });
  const witness = await world.addWebhook();
  const { engine } = await world.startEngine(t);
  clock.advance(1000);
  const pausedAt = toWireDate(clock.now());
  const path = `/webhooks/${webhookId}`;
  assert.deepEqual(await ask('PUT', `${path}/pause`), { ID: webhookId, State: 'paused', StateSince: pausedAt });
  assert.equal((await ask('GET', path)).State, 'paused');
  const isPause = (kind: string) => kind === 'webhook_paused';
  assert.deepEqual(world.heard.findLast(event => isPause(event.kind))?.details, { webhookId, by: 'customer' });
  const pauses = world.heard.filter(event => isPause(event.kind)).length;

  const messageIds = [1, 2, 3].map(() => makeTestId());
  for (const messageId of messageIds) await world.record([deliveredEvent(server.serverId, messageId)]);
  engine.wake();
  const isDone = (states: string[]) => states.length === 3 && states.every(state => state === 'succeeded');
  await untilStates(witness.webhookId, 'the other webhook got them', isDone);
  assert.deepEqual(
    (await list(webhookId)).map(call => call.State),
    ['waiting', 'waiting', 'waiting'],
  );

  // Again changes nothing, neither the time nor the record of events.
  clock.advance(1000);
  assert.deepEqual(await ask('PUT', `${path}/PAUSE/`), { ID: webhookId, State: 'paused', StateSince: pausedAt });
  assert.equal(world.heard.filter(event => isPause(event.kind)).length, pauses);

  world.received.length = 0;
  const resumed = await ask('PUT', `${path}/resume`);
  assert.deepEqual(resumed, { ID: webhookId, State: 'active', StateSince: toWireDate(clock.now()) });
  await untilStates(webhookId, 'they are made', isDone);
  assert.deepEqual(
    world.received.map(call => call.payload.MessageID),
    messageIds,
  );
  clock.advance(1000);
  assert.deepEqual(await ask('PUT', `${path}/resume`), resumed);
});

test('a webhook that counts as failing can be paused and resumed by hand', async () => {
  const { webhookId } = await world.addWebhook();
  const fail = () => db.accept.query`update webhooks set state = 'failing' where webhook_id = ${webhookId}`;
  await fail();
  assert.equal((await ask('PUT', `/webhooks/${webhookId}/resume`)).State, 'active');
  await fail();
  assert.equal((await ask('PUT', `/webhooks/${webhookId}/pause`)).State, 'paused');
});

const endpoints: readonly [method: string, path: string, body?: object][] = [
  ['GET', '/calls'],
  ['GET', '/calls/CALL'],
  ['POST', '/calls/CALL/replay'],
  ['POST', '/replay', {}],
  ['PUT', '/pause'],
  ['PUT', '/resume'],
  ['GET', '/statistics'],
];

test("no endpoint of calls shows or changes another server's webhook, or one that is not there", async t => {
  const stranger = await addServer(db.accept, world.accountId, 'Live');
  const webhook = await world.addWebhook();
  world.receiver = () => 403;
  await world.startEngine(t);
  await world.record([deliveredEvent(server.serverId, makeTestId())]);
  await untilStates(webhook.webhookId, 'it is stopped', states => states[0] === 'stopped');
  const before = await list(webhook.webhookId);
  const all = async (webhookId: string | number, code: number, token?: string) => {
    for (const [method, path, body] of endpoints) {
      const full = `/webhooks/${webhookId}${path.replace('CALL', before[0]?.ID ?? '')}`;
      await refused(method, full, body, code, token);
    }
  };
  const paused = await world.addWebhook({ state: 'paused' });
  await all(webhook.webhookId, 1352, stranger.token);
  await all(paused.webhookId, 1352, stranger.token);
  for (const webhookId of [webhook.webhookId + 1_000_000, 0, 'x', '-1', '1.5', '9999999999999999999999'])
    await all(webhookId, 1352);
  for (const token of ['POSTMARK_API_TEST', '', 'wrong', makeTestId()]) {
    for (const [method, path, body] of endpoints) {
      const full = `/webhooks/${webhook.webhookId}${path.replace('CALL', before[0]?.ID ?? '')}`;
      assert.equal((await request(method, full, body, token)).status, 401, `${method} ${full} ${token}`);
    }
  }
  assert.deepEqual(await list(webhook.webhookId), before);
  assert.equal((await ask('GET', `/webhooks/${webhook.webhookId}`)).State, 'active');
  assert.equal((await ask('GET', `/webhooks/${paused.webhookId}`)).State, 'paused');

  await ask('DELETE', `/webhooks/${webhook.webhookId}`);
  await all(webhook.webhookId, 1352);
});
