// How strangers try to reach another server's webhooks, their calls and the event feed.

import assert from 'node:assert/strict';
import { createEventRecorder } from '../../features/events/record-events.ts';
import { untilSettled } from '../../features/events/testing/until-settled.ts';
import { createCallMaker } from '../../features/webhook-calls/make-calls.ts';
import { finishCalls } from '../../features/webhook-calls/store.ts';
import { deliveredEvent } from '../../features/webhook-calls/testing/call-world.ts';
import { makeTestId } from '../test-world.ts';
import { type IsolationEntry, isolate, ownThings, refused } from './isolation-entry.ts';
import { type Owner, secretWord } from './isolation-world.ts';

const noWebhook = refused(422, 1352);

/** The only one that the owner has: a stream takes ten, and each entry makes some. Answers its path. */
async function webhookOf(owner: Owner, fields: object = {}): Promise<string> {
  const { Webhooks } = (await owner.asServer('GET', '/webhooks')) as unknown as { Webhooks: { ID: number }[] };
  for (const { ID } of Webhooks) await owner.asServer('DELETE', `/webhooks/${ID}`);
  const { ID } = await owner.asServer('POST', '/webhooks', {
    Url: `https://receiver.test/${secretWord}`,
    MessageStream: owner.streamId,
    Triggers: { Delivery: { Enabled: true } },
    ...fields,
  });
  return `/webhooks/${ID}`;
}

/** A delivery that the owner's webhooks hear of. */
async function recordDelivery({ world, server, streamId }: Owner): Promise<void> {
  const recordEvents = createEventRecorder(makeTestId, [createCallMaker(makeTestId, () => {})]);
  const delivery = deliveredEvent(server.serverId, makeTestId(), { streamId, recipient: `${secretWord}@buyer.test` });
  await world.database.accept.transaction(tx => recordEvents(tx, [delivery], new Date()));
}

/** A call that has stopped, which a replay would make again. */
async function stoppedCallOf(owner: Owner): Promise<{ webhook: string; call: string }> {
  const webhook = await webhookOf(owner);
  await recordDelivery(owner);
  const { serverId } = owner.server;
  await owner.world.database.accept.transaction(async tx => {
    const open = await tx.query<{ webhookId: number; orderKey: string; callId: string }>`
      select webhook_id as "webhookId", order_key as "orderKey", call_id as "callId"
      from webhook_calls where server_id = ${serverId}`;
    const attempt = { at: new Date().toISOString(), milliseconds: 1, status: 403, answer: secretWord };
    const stopped = open.map(call => ({ ...call, serverId, state: 'stopped' as const, attempt }));
    await finishCalls(tx, stopped, new Date());
  });
  const { Calls } = (await owner.asServer('GET', `${webhook}/calls`)) as unknown as { Calls: { ID: string }[] };
  assert.equal(Calls.length, 1);
  return { webhook, call: `${webhook}/calls/${Calls[0]?.ID}` };
}

export const webhookEntries: readonly IsolationEntry[] = [
  isolate('GET /webhooks', {
    request: async owner => {
      await webhookOf(owner);
      return {};
    },
    stranger: ownThings((answer: { Webhooks: [] }) => assert.deepEqual(answer.Webhooks, [])),
    showsTheOwner: true,
  }),
  isolate('GET /webhooks/:webhookid', {
    request: async owner => ({ path: await webhookOf(owner) }),
    stranger: noWebhook,
    showsTheOwner: true,
  }),
  isolate('POST /webhooks', {
    // Who listens to the owner's stream is told of the owner's mail.
    request: async owner => ({ body: { Url: 'https://stranger.test/', MessageStream: owner.streamId } }),
    stranger: refused(422, 1226),
  }),
  isolate('PUT /webhooks/:webhookid', {
    request: async owner => ({ path: await webhookOf(owner), body: { Url: 'https://stranger.test/' } }),
    stranger: noWebhook,
  }),
  isolate('DELETE /webhooks/:webhookid', {
    request: async owner => ({ path: await webhookOf(owner) }),
    stranger: noWebhook,
  }),
  isolate('POST /webhooks/:webhookid/verify', {
    request: async owner => ({ path: `${await webhookOf(owner)}/verify` }),
    stranger: noWebhook,
    showsTheOwner: true,
  }),
  isolate('POST /webhooks/:webhookid/test', {
    request: async owner => ({ path: `${await webhookOf(owner)}/test`, body: {} }),
    stranger: noWebhook,
    showsTheOwner: true,
  }),
  isolate('GET /webhooks/:webhookid/secrets', {
    request: async owner => ({ path: `${await webhookOf(owner)}/secrets` }),
    stranger: noWebhook,
  }),
  isolate('POST /webhooks/:webhookid/secrets/rotate', {
    request: async owner => ({ path: `${await webhookOf(owner)}/secrets/rotate`, body: {} }),
    stranger: noWebhook,
  }),
  isolate('GET /webhooks/:webhookid/statistics', {
    request: async owner => ({ path: `${(await stoppedCallOf(owner)).webhook}/statistics` }),
    stranger: noWebhook,
  }),
  isolate('GET /webhooks/:webhookid/calls', {
    request: async owner => ({ path: `${(await stoppedCallOf(owner)).webhook}/calls` }),
    stranger: noWebhook,
    showsTheOwner: true,
  }),
  isolate('GET /webhooks/:webhookid/calls/:callid', {
    request: async owner => ({ path: (await stoppedCallOf(owner)).call }),
    stranger: noWebhook,
    showsTheOwner: true,
  }),
  isolate('POST /webhooks/:webhookid/calls/:callid/replay', {
    request: async owner => ({ path: `${(await stoppedCallOf(owner)).call}/replay` }),
    stranger: noWebhook,
  }),
  isolate('POST /webhooks/:webhookid/replay', {
    request: async owner => ({ path: `${(await stoppedCallOf(owner)).webhook}/replay`, body: {} }),
    stranger: noWebhook,
  }),
  isolate('PUT /webhooks/:webhookid/pause', {
    request: async owner => ({ path: `${await webhookOf(owner)}/pause` }),
    stranger: noWebhook,
  }),
  isolate('PUT /webhooks/:webhookid/resume', {
    request: async owner => ({ path: `${await webhookOf(owner, { State: 'paused' })}/resume` }),
    stranger: noWebhook,
  }),
  isolate('GET /events', {
    request: async owner => {
      await recordDelivery(owner);
      await untilSettled(owner.world.database);
      return { path: '/events?count=500' };
    },
    stranger: ownThings((answer: { Events: [] }) => assert.deepEqual(answer.Events, [])),
    showsTheOwner: true,
  }),
];
