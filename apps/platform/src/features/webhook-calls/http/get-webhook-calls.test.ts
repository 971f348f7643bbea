// The calls of a webhook over real HTTP: the list with its filters, one call, and what each refuses.

import assert from 'node:assert/strict';
import test from 'node:test';
import { toWireDate } from '../../../edges/http-api/dates.ts';
import { makeTestId } from '../../../testing/test-world.ts';
import { startCallApi } from '../testing/call-api.ts';
import { deliveredEvent, until } from '../testing/call-world.ts';

const { world, ask, refused, list, untilStates } = await startCallApi();
const { clock, server } = world;
const oneMinute = 60_000;
const oneHour = 60 * oneMinute;

// Ids of messages follow the real clock, and no event is older than its message.
clock.advance(oneMinute);

const bounced = (messageId: string) =>
  deliveredEvent(server.serverId, messageId, {
    kind: 'recipient_bounced',
    details: { bounceId: 5, type: 'SoftBounce', reply: '451 no', from: 'shop@shop.test', subject: 'Hi' },
  });

test('the list shows calls in every state with their attempts, newest first, and each filter takes its part', async t => {
  const webhook = await world.addWebhook({ triggers: ['Delivery', 'Bounce'] });
  const path = `/webhooks/${webhook.webhookId}/calls`;
  const of = async (query: Record<string, string> = {}) =>
    (await list(webhook.webhookId, query)).map(call => messageOf.get(call.EventID));
  const statuses = new Map<unknown, number>();
  const messageOf = new Map<string, string | undefined>();
  world.receiver = ({ payload }) => statuses.get(payload.MessageID) ?? 200;
  const { engine } = await world.startEngine(t);
  const record = async (status: number, makeEvent = (id: string) => deliveredEvent(server.serverId, id)) => {
    const messageId = makeTestId();
    statuses.set(messageId, status);
    await world.record([makeEvent(messageId)]);
    const eventId = world.heard.at(-1)?.eventId ?? '';
    messageOf.set(eventId, messageId);
    const attempts = async () =>
      (await list(webhook.webhookId)).find(call => call.EventID === eventId)?.Attempts.length;
    await until('it was tried', async () => (await attempts()) === 1);
    return messageId;
  };

  const failed = await record(500);
  for (const minutes of [1, 5, 15]) {
    const attempts = (await list(webhook.webhookId))[0]?.Attempts.length ?? 0;
    clock.advance(minutes * oneMinute);
    engine.wake();
    await until('it was tried again', async () => (await list(webhook.webhookId))[0]?.Attempts.length === attempts + 1);
  }
  clock.advance(oneHour);
  const succeeded = await record(204);
  clock.advance(oneHour);
  const stoppedAt = clock.now();
  const stopped = await record(403);
  clock.advance(oneHour);
  const waiting = await record(500, bounced);
  clock.advance(1000);
  const discarded = makeTestId();
  await world.database.accept.transaction(async tx => {
    await world.recordEvents(tx, [deliveredEvent(server.serverId, discarded)], clock.now());
    messageOf.set(world.heard.at(-1)?.eventId ?? '', discarded);
    await tx.query`delete from events where message_id = ${discarded}`;
  });
  engine.wake();
  await untilStates(webhook.webhookId, 'it is discarded', states => states.includes('discarded'));

  assert.deepEqual(await of(), [discarded, waiting, stopped, succeeded, failed]);
  const [none, open, no, yes, gaveUp] = await list(webhook.webhookId);
  assert.deepEqual(
    [none, open, no, yes, gaveUp].map(call => [
      call?.State,
      call?.Trigger,
      call?.Attempts.map(({ StatusCode }) => StatusCode),
    ]),
    [
      ['discarded', 'Delivery', []],
      ['waiting', 'Bounce', [500]],
      ['stopped', 'Delivery', [403]],
      ['succeeded', 'Delivery', [204]],
      ['failed', 'Delivery', [500, 500, 500, 500]],
    ],
  );
  assert.equal(no?.CreatedAt, toWireDate(stoppedAt));
  assert.deepEqual([no?.NextAttemptAt, no?.FinishedAt], [null, toWireDate(stoppedAt)]);
  assert.deepEqual([open?.FinishedAt, open?.NextAttemptAt], [null, open?.Attempts[0]?.NextAttemptAt]);
  assert.deepEqual(yes?.Attempts, [
    {
      At: yes?.CreatedAt,
      Milliseconds: 3,
      StatusCode: 204,
      Answer: 'answer 204',
      Failure: null,
      Message: '',
      NextAttemptAt: null,
    },
  ]);

  assert.deepEqual(await of({ state: 'failed' }), [failed]);
  assert.deepEqual(await of({ state: 'failed,stopped' }), [stopped, failed]);
  assert.deepEqual(await of({ state: ' Waiting , SUCCEEDED' }), [waiting, succeeded]);
  assert.deepEqual(await of({ state: 'waiting' }), [waiting]);
  assert.deepEqual(await of({ state: 'discarded' }), [discarded]);
  assert.deepEqual(await of({ trigger: 'bounce' }), [waiting]);
  assert.deepEqual(await of({ trigger: 'Open' }), []);
  assert.deepEqual(await of({ trigger: 'Inbound' }), []);
  assert.deepEqual(await of({ messageid: stopped }), [stopped]);
  assert.deepEqual(await of({ MessageID: waiting.toUpperCase() }), [waiting]);
  assert.deepEqual(await of({ messageid: makeTestId() }), []);
  const at = stoppedAt.toISOString();
  assert.deepEqual(await of({ fromdate: at }), [discarded, waiting, stopped]);
  assert.deepEqual(await of({ todate: at }), [stopped, succeeded, failed]);
  assert.deepEqual(await of({ fromdate: at, todate: at }), [stopped]);
  assert.deepEqual(await of({ fromdate: at, state: 'failed,stopped' }), [stopped]);
  assert.deepEqual(await of({ messageid: failed, fromdate: at }), []);
  assert.deepEqual(await of({ messageid: failed, todate: at, state: 'failed', trigger: 'Delivery' }), [failed]);
  assert.deepEqual(await of({ todate: '2020-01-01' }), []);
  assert.deepEqual(await of({ fromdate: '2020-01-01', todate: '9999-12-31' }), await of());
  assert.deepEqual(await of({ state: '', trigger: '', before: '' }), await of());

  const one = await ask('GET', `${path}/${String(no?.ID).toUpperCase()}`);
  const { RequestBody, ...rest } = one;
  assert.deepEqual(rest, no);
  const posted = world.received.find(call => call.traceId === no?.ID);
  assert.equal(RequestBody, JSON.stringify(posted?.payload));
  assert.equal((await ask('GET', `${path}/${none?.ID}`)).RequestBody, null);

  const other = await world.addWebhook({ streamId: 'broadcast' });
  assert.deepEqual(await list(other.webhookId), []);
  for (const callId of [makeTestId(), 'x', '0', `${no?.ID}0`, none?.EventID])
    await refused('GET', `${path}/${callId}`, undefined, 1361);
  await refused('GET', `/webhooks/${other.webhookId}/calls/${no?.ID}`, undefined, 1361);
  await refused('POST', `/webhooks/${other.webhookId}/calls/${no?.ID}/replay`, undefined, 1361);
});

test('pages follow each other without gaps or repeats while calls are made and new ones come', async t => {
  const webhook = await world.addWebhook();
  const record = (count: number) =>
    world.record(Array.from({ length: count }, () => deliveredEvent(server.serverId, makeTestId())));
  await record(17);
  const all = (await list(webhook.webhookId)).map(call => call.ID);
  assert.equal(all.length, 17);
  const seen: string[] = [];
  let before: string | undefined;
  for (;;) {
    const query = new URLSearchParams({ count: '5', ...(before === undefined ? {} : { before }) });
    const page = await ask('GET', `/webhooks/${webhook.webhookId}/calls?${query}`);
    const ids = (page.Calls as { ID: string }[]).map(call => call.ID);
    seen.push(...ids);
    before = ids.at(-1)?.toUpperCase();
    assert.equal(page.HasMore, seen.length < 17);
    if (page.HasMore !== true) break;
    // From here on the calls are in two tables, and then in the other one.
    if (seen.length === 5) await world.startEngine(t);
    await record(1);
  }
  assert.deepEqual(seen, all);
  await untilStates(webhook.webhookId, 'all are made', states => states.every(state => state === 'succeeded'));
  assert.deepEqual(
    (await list(webhook.webhookId, { before: all[0] ?? '', count: '500' })).map(call => call.ID),
    all.slice(1),
  );
  assert.deepEqual(await list(webhook.webhookId, { before: all.at(-1) ?? '' }), []);
});

test('wrong filters of the list are refused with 1361', async () => {
  const { webhookId } = await world.addWebhook();
  const cases: Record<string, string>[] = [
    { count: '0' },
    { count: '501' },
    { count: '-1' },
    { count: 'ten' },
    { before: 'x' },
    { before: '7' },
    { state: 'nothing' },
    { state: 'failed,' },
    { state: 'failed;stopped' },
    { trigger: 'Nothing' },
    { trigger: 'Open,Click' },
    { messageid: 'x' },
    { fromdate: 'yesterday' },
    { todate: '2026-02-31' },
  ];
  for (const query of cases)
    await refused('GET', `/webhooks/${webhookId}/calls?${new URLSearchParams(query)}`, undefined, 1361);
  assert.equal((await list(webhookId, { count: '500' })).length, 0);
});
