// Statistics over real HTTP, against attempts that are known.

import assert from 'node:assert/strict';
import test from 'node:test';
import { toWireDate } from '../../../edges/http-api/dates.ts';
import { makeTestId, testKeyRing } from '../../../testing/test-world.ts';
import { setServerHooks } from '../../servers/set-server-hooks.ts';
import { createServerHooksSync } from '../../webhooks/sync-server-hooks.ts';
import { sampleSigningKey } from '../../webhooks/testing/sample-webhooks.ts';
import type { CallTrigger } from '../../webhooks/webhook.ts';
import type { EndpointKey } from '../call.ts';
import type { CallEnd } from '../call-result.ts';
import { deleteOldHours } from '../delete-old-calls.ts';
import { recordCalls } from '../record-calls.ts';
import { startCallApi } from '../testing/call-api.ts';

const { world, ask } = await startCallApi();
const { clock, server } = world;
const oneHour = 3_600_000;

type Known = {
  milliseconds: number;
  end?: 'succeeded' | 'failed' | 'stopped' | 'again';
  attemptsMade?: number;
  trigger?: CallTrigger;
  hoursAgo?: number;
};

async function attempted({ serverId, webhookId }: EndpointKey, known: readonly Known[]): Promise<void> {
  const now = clock.now();
  const results = known.map(
    ({ milliseconds, end = 'succeeded', attemptsMade = 0, trigger = 'Delivery', hoursAgo = 0 }) => {
      const ends: CallEnd =
        end === 'again' ? { kind: 'postponed', dueAt: now, attemptsMade } : { kind: 'finished', state: end };
      const ids = { orderKey: makeTestId(), callId: makeTestId(), eventId: makeTestId() };
      const call = { serverId, webhookId, ...ids, trigger, includesContent: false, attemptsMade };
      const at = new Date(now.getTime() - hoursAgo * oneHour).toISOString();
      const attempt = { at, milliseconds, status: end === 'succeeded' ? 200 : 500 };
      return { call, leaseNumber: 1, attempt, end: ends, health: null, change: null };
    },
  );
  await world.database.results.transaction(tx => recordCalls(tx, world.recordEvents, results, now));
}

const nothing = {
  TotalRequests: 0,
  SuccessCount: 0,
  FailureCount: 0,
  RetryCount: 0,
  SuccessRate: 0,
  SlowCount: 0,
  VerySlowCount: 0,
  AverageTerminalResponseTimeMs: null,
  AverageRetryResponseTimeMs: null,
};

test('without attempts the figures are 0, the averages null', async () => {
  const webhook = await world.addWebhook({ triggers: ['Delivery', 'Open'] });
  const from = new Date(Math.floor(clock.now().getTime() / oneHour) * oneHour - 24 * oneHour);
  assert.deepEqual(await ask('GET', `/webhooks/${webhook.webhookId}/statistics`), {
    WebhookId: webhook.webhookId,
    ServerId: server.serverId,
    MessageStreamId: 'outbound',
    Url: webhook.target.url,
    Statuses: { Open: 'verified', Delivery: 'verified' },
    TimeRange: { StartTime: toWireDate(from), EndTime: toWireDate(clock.now()), Hours: 24 },
    Metrics: nothing,
    MetricsByTrigger: {},
  });
});

test('the figures count the attempts of the last 24 hours, and those of each trigger', async () => {
  const webhook = await world.addWebhook({ triggers: ['Delivery', 'Bounce'] });
  const neighbour = await world.addWebhook();
  await attempted(neighbour, [{ milliseconds: 1 }]);
  await attempted(webhook, [
    { milliseconds: 100 },
    { milliseconds: 5000, end: 'again' },
    { milliseconds: 19_999, end: 'again', attemptsMade: 1 },
    { milliseconds: 20_000, end: 'failed', attemptsMade: 3, hoursAgo: 23 },
    { milliseconds: 4999, end: 'stopped', trigger: 'Bounce' },
    // Too old to count.
    { milliseconds: 70_000, end: 'failed', hoursAgo: 26 },
  ]);
  const { Metrics, MetricsByTrigger } = await ask('GET', `/webhooks/${webhook.webhookId}/statistics`);
  assert.deepEqual(Metrics, {
    TotalRequests: 5,
    SuccessCount: 1,
    FailureCount: 4,
    RetryCount: 2,
    SuccessRate: 20,
    SlowCount: 2,
    VerySlowCount: 1,
    AverageTerminalResponseTimeMs: 8366,
    AverageRetryResponseTimeMs: 20_000,
  });
  assert.deepEqual(MetricsByTrigger, {
    Delivery: {
      TotalRequests: 4,
      SuccessCount: 1,
      FailureCount: 3,
      RetryCount: 2,
      SuccessRate: 25,
      SlowCount: 2,
      VerySlowCount: 1,
      AverageTerminalResponseTimeMs: 10_050,
      AverageRetryResponseTimeMs: 20_000,
    },
    Bounce: { ...nothing, TotalRequests: 1, FailureCount: 1, AverageTerminalResponseTimeMs: 4999 },
  });
  // Added to the same hour; percent with two digits.
  await attempted(webhook, [{ milliseconds: 1 }]);
  const again = await ask('GET', `/webhooks/${webhook.webhookId}/statistics`);
  assert.equal((again.Metrics as typeof nothing).SuccessRate, 33.33);
  assert.equal((again.Metrics as typeof nothing).TotalRequests, 6);
  await deleteOldHours(world.database.results, clock.now());
  assert.deepEqual((await ask('GET', `/webhooks/${webhook.webhookId}/statistics`)).Metrics, again.Metrics);
});

test('a trigger that gets no events for now is unverified', async () => {
  const unverified = await world.addWebhook({ isVerified: false, triggers: ['Delivery', 'Click'] });
  const paused = await world.addWebhook({ state: 'paused' });
  const failing = await world.addWebhook();
  await world.database.accept.query`
    update webhooks set state = 'failing' where webhook_id = ${failing.webhookId}`;
  const statuses = async ({ webhookId }: EndpointKey) =>
    (await ask('GET', `/webhooks/${webhookId}/statistics`)).Statuses;
  assert.deepEqual(await statuses(unverified), { Click: 'unverified', Delivery: 'unverified' });
  assert.deepEqual(await statuses(paused), { Delivery: 'verified' });
  assert.deepEqual(await statuses(failing), { Delivery: 'unverified' });
});

test("a server's own hook has statistics and calls like any other, and can be paused", async () => {
  const syncHooks = createServerHooksSync(testKeyRing, sampleSigningKey);
  const change = { bounceHookUrl: 'https://old.shop.test/bounces' };
  await world.database.accept.transaction(tx =>
    setServerHooks(tx, testKeyRing, syncHooks, server.serverId, change, clock.now()),
  );
  const { Webhooks } = await ask('GET', '/webhooks?includeserverhooks=true');
  const hook = (Webhooks as { ID: number; ServerHook?: string }[]).find(each => each.ServerHook === 'BounceHookUrl');
  assert.ok(hook);
  await attempted({ serverId: server.serverId, webhookId: hook.ID }, [{ milliseconds: 7, trigger: 'SpamComplaint' }]);
  const answer = await ask('GET', `/webhooks/${hook.ID}/statistics`);
  assert.deepEqual(answer.Statuses, { Bounce: 'verified', SpamComplaint: 'verified' });
  const one = { ...nothing, TotalRequests: 1, SuccessCount: 1, SuccessRate: 100, AverageTerminalResponseTimeMs: 7 };
  assert.deepEqual(answer.MetricsByTrigger, { SpamComplaint: one });
  assert.deepEqual((await ask('GET', `/webhooks/${hook.ID}/calls`)).Calls, []);
  assert.equal((await ask('PUT', `/webhooks/${hook.ID}/pause`)).State, 'paused');
  assert.equal((await ask('PUT', `/webhooks/${hook.ID}/resume`)).State, 'active');
});
