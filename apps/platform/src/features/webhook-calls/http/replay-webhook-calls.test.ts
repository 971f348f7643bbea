// Replays over real HTTP: one call, all that did not succeed, a range, a message; and what is refused and changes nothing.

import assert from 'node:assert/strict';
import test from 'node:test';
import { makeTestId } from '../../../testing/test-world.ts';
import type { Webhook } from '../../webhooks/webhook.ts';
import { startCallApi } from '../testing/call-api.ts';
import { deliveredEvent, until } from '../testing/call-world.ts';

const { world, ask, refused, request, list, untilStates } = await startCallApi();
const { clock, server } = world;
const oneMinute = 60_000;

// Ids of messages follow the real clock, and no event is older than its message.
clock.advance(oneMinute);

/** Four calls, a minute apart: stopped, succeeded, stopped, stopped. Nobody calls any more when it returns. */
async function someCalls(t: Parameters<typeof world.startEngine>[0]) {
  const webhook = await world.addWebhook();
  const messageIds: string[] = [];
  const times: Date[] = [];
  world.receiver = ({ payload }) => (payload.MessageID === messageIds[1] ? 200 : 403);
  const { engine } = await world.startEngine(t);
  for (let number = 0; number < 4; number += 1) {
    clock.advance(oneMinute);
    const messageId = makeTestId();
    messageIds.push(messageId);
    times.push(clock.now());
    await world.record([deliveredEvent(server.serverId, messageId)]);
  }
  const isDone = (states: string[]) => states.length === 4 && !states.includes('waiting');
  await untilStates(webhook.webhookId, 'all are answered', isDone);
  world.received.length = 0;
  world.receiver = () => 200;
  clock.advance(oneMinute);

  /** Replays, lets the engine work, and answers the numbers of the messages that arrived. */
  const replay = async (body?: object) => {
    world.received.length = 0;
    const { Replayed, HasMore } = await ask('POST', `/webhooks/${webhook.webhookId}/replay`, body);
    assert.equal(HasMore, false);
    engine.wake();
    await untilStates(webhook.webhookId, 'the replayed ones are answered', states => !states.includes('waiting'));
    assert.equal(world.received.length, Replayed);
    return world.received.map(call => messageIds.indexOf(String(call.payload.MessageID))).toSorted();
  };
  return { webhook, engine, messageIds, times, replay };
}

const statesOf = async (webhook: Webhook) => (await list(webhook.webhookId)).map(call => call.State).toReversed();

test('one call is made again with its body and trace id, and keeps its history', async t => {
  const { webhook, engine } = await someCalls(t);
  const [, , , first] = await list(webhook.webhookId);
  const path = `/webhooks/${webhook.webhookId}/calls/${first?.ID}`;
  const before = await ask('GET', path);
  assert.deepEqual(await ask('POST', `${path.toUpperCase()}/replay`), {
    ErrorCode: 0,
    Message: 'The call is made again.',
    Replayed: 1,
  });
  engine.wake();
  await until('it arrived', () => world.received.length === 1);
  await untilStates(webhook.webhookId, 'it is recorded', states => !states.includes('waiting'));
  assert.equal(world.received[0]?.traceId, first?.ID);
  assert.equal(JSON.stringify(world.received[0]?.payload), before.RequestBody);
  assert.equal(world.received[0]?.retriesRemaining, 3);
  const after = await ask('GET', path);
  assert.deepEqual(
    [after.State, after.RequestBody, (after.Attempts as { StatusCode: number }[]).map(each => each.StatusCode)],
    ['succeeded', before.RequestBody, [403, 200]],
  );
  assert.deepEqual(await statesOf(webhook), ['succeeded', 'succeeded', 'stopped', 'stopped']);
  // One that has succeeded too.
  assert.equal((await ask('POST', `${path}/replay`)).Replayed, 1);
});

test('by default all that did not succeed is made again, once', async t => {
  const { replay, webhook } = await someCalls(t);
  assert.deepEqual(await replay(), [0, 2, 3]);
  assert.deepEqual(await statesOf(webhook), ['succeeded', 'succeeded', 'succeeded', 'succeeded']);
  assert.deepEqual(await replay(), []);
  assert.deepEqual(await replay({ State: 'succeeded', Trigger: 'delivery' }), [0, 1, 2, 3]);
});

test('a replay takes what failed since a time, a range, a message, a trigger', async t => {
  const { replay, times, messageIds } = await someCalls(t);
  const at = (number: number) => times[number]?.toISOString();
  assert.deepEqual(await replay({ Trigger: 'Bounce' }), []);
  assert.deepEqual(await replay({ MessageID: makeTestId() }), []);
  assert.deepEqual(await replay({ MessageID: messageIds[1] }), []);
  assert.deepEqual(await replay({ ToDate: '2020-01-01' }), []);
  assert.deepEqual(await replay({ State: 'failed' }), []);
  assert.deepEqual(await replay({ FromDate: at(3) }), [3]);
  assert.deepEqual(await replay({ FromDate: at(1), ToDate: at(2) }), [2]);
  assert.deepEqual(await replay({ messageid: messageIds[0]?.toUpperCase(), state: null, Nonsense: 1 }), [0]);
  assert.deepEqual(await replay({ State: 'Succeeded', FromDate: at(1), ToDate: at(1) }), [1]);
});

test('a call that waits for its next attempt is made at once', async t => {
  const webhook = await world.addWebhook();
  world.receiver = () => 500;
  const { engine } = await world.startEngine(t);
  world.received.length = 0;
  await world.record([deliveredEvent(server.serverId, makeTestId())]);
  const attempts = async () => (await list(webhook.webhookId))[0]?.Attempts.length;
  await until('it was tried', async () => (await attempts()) === 1);
  world.receiver = () => 200;
  const [call] = await list(webhook.webhookId);
  assert.equal(call?.State, 'waiting');
  // The list of all that failed leaves it alone.
  assert.equal((await ask('POST', `/webhooks/${webhook.webhookId}/replay`)).Replayed, 0);
  assert.equal((await ask('POST', `/webhooks/${webhook.webhookId}/calls/${call?.ID}/replay`)).Replayed, 1);
  engine.wake();
  await until('it was tried again', async () => (await attempts()) === 2);
  assert.deepEqual(
    world.received.map(each => [each.traceId, each.retriesRemaining]),
    [
      [call?.ID, 3],
      [call?.ID, 2],
    ],
  );
});

test('what is replayed to a paused webhook waits until it is resumed', async t => {
  const { webhook, engine } = await someCalls(t);
  await ask('PUT', `/webhooks/${webhook.webhookId}/pause`);
  assert.equal((await ask('POST', `/webhooks/${webhook.webhookId}/replay`)).Replayed, 3);
  engine.wake();
  assert.deepEqual(await statesOf(webhook), ['waiting', 'succeeded', 'waiting', 'waiting']);
  await ask('PUT', `/webhooks/${webhook.webhookId}/resume`);
  await untilStates(webhook.webhookId, 'all are made', states => states.every(state => state === 'succeeded'));
  assert.equal(world.received.length, 3);
});

test('a wrong replay is refused and makes nothing again', async t => {
  const { webhook } = await someCalls(t);
  const path = `/webhooks/${webhook.webhookId}`;
  const before = await list(webhook.webhookId);
  for (const body of [
    { State: 'waiting' },
    { State: 'failed,waiting' },
    { State: 'nothing' },
    { State: 'failed,' },
    { Trigger: 'Nothing' },
    { MessageID: '7' },
    { FromDate: 'yesterday' },
    { ToDate: '2026-02-31' },
    { State: 'stopped', FromDate: '2020-01-01', ToDate: 'x' },
  ])
    await refused('POST', `${path}/replay`, body, 1361);
  for (const body of [{ State: 5 }, { FromDate: {} }, { MessageID: ['x'] }, []]) {
    const { status, json } = await request('POST', `${path}/replay`, body);
    assert.equal(status, 422, JSON.stringify(body));
    assert.ok([402, 403].includes(json.ErrorCode ?? 0), JSON.stringify(json));
  }
  for (const callId of ['x', makeTestId(), '12']) await refused('POST', `${path}/calls/${callId}/replay`, {}, 1361);
  assert.deepEqual(await list(webhook.webhookId), before);
  assert.equal(world.received.length, 0);
});
