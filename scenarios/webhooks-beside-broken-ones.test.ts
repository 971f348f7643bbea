// Ten webhooks hear of 20,000 messages (5,000 in the gate): one receiver always answers 500, one never answers, one is not there. The seven
// others get every event soon, also over a kill -9 of everything in the middle; the three lose nothing.

import assert from 'node:assert/strict';
import { timeOfUuidV7 } from '@pennyblack/runtime/uuid-v7.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../tools/fake-world/webhook-receiver.ts';
import { ask } from './harness/database.ts';
import { sendToEach } from './harness/load.ts';
import { storySize } from './harness/story-size.ts';
import { tell } from './harness/tell.ts';
import { until } from './harness/until.ts';
import { freePort, story, type World } from './harness/world.ts';

const messages = storySize(20_000, 5_000);
const healthyCount = 7;
const perBatch = 50;
/** The sender waits for the receivers, so that the machine's speed decides about the rate and not about the delays. */
const behindMax = 25;

type Healthy = { receiver: WebhookReceiver; delays: number[]; traceIds: Map<string, Set<string>>; copies: number };

async function startHealthy(): Promise<Healthy> {
  const healthy: Omit<Healthy, 'receiver'> = { delays: [], traceIds: new Map(), copies: 0 };
  const receiver = await startWebhookReceiver({
    react: ({ headers, body, at }) => {
      const { MessageID } = JSON.parse(body) as { MessageID: string };
      const traceId = headers['x-pm-webhook-trace-id'] ?? '';
      const known = healthy.traceIds.get(MessageID);
      if (known) known.add(traceId);
      else healthy.traceIds.set(MessageID, new Set([traceId]));
      healthy.copies += 1;
      healthy.delays.push(at.getTime() - timeOfUuidV7(traceId).getTime());
      receiver.requests.length = 0;
      return {};
    },
  });
  return Object.assign(healthy, { receiver });
}

async function addWebhook(world: World, url: string): Promise<number> {
  const made = await world.client.createWebhook({ Url: `${url}/hook`, Triggers: { Delivery: { Enabled: true } } });
  return made.ID;
}

function medianOf(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
}

/** Calls of each webhook, open and finished. */
async function countCalls(database: string): Promise<Map<number, { open: number; finished: number }>> {
  const rows = await ask<{ webhookId: string; open: number; finished: number }>(
    database,
    `select webhook_id as "webhookId",
            (select count(*)::int from webhook_calls c where c.webhook_id = w.webhook_id) as open,
            (select count(*)::int from webhook_history h where h.webhook_id = w.webhook_id) as finished
     from webhooks w`,
  );
  return new Map(rows.map(({ webhookId, open, finished }) => [Number(webhookId), { open, finished }]));
}

story(
  'of ten webhooks three are broken: the others hear of everything soon, also over a kill -9, and nobody loses anything',
  async world => {
    const healthy = await Promise.all(Array.from({ length: healthyCount }, startHealthy));
    const refusing = await startWebhookReceiver({ react: () => ({ status: 500 }), keepRequests: false });
    const hanging = await startWebhookReceiver({ react: () => ({ hang: true }), keepRequests: false });
    world.atEnd.push(async () => {
      await Promise.all([...healthy.map(each => each.receiver), refusing, hanging].map(each => each.close()));
    });

    let platform = await world.start();
    for (const { receiver } of healthy) await addWebhook(world, receiver.url);
    const brokenIds = [
      await addWebhook(world, refusing.url),
      await addWebhook(world, hanging.url),
      await addWebhook(world, `http://127.0.0.1:${await freePort()}`),
    ];

    const accepted: string[] = [];
    const slowest = () => Math.min(...healthy.map(each => each.traceIds.size));
    async function send(count: number): Promise<void> {
      const end = accepted.length + count;
      while (accepted.length < end) {
        const from = accepted.length;
        const addresses = Array.from({ length: perBatch }, (_, index) => `buyer${from + index}@inbox.test`);
        accepted.push(...(await sendToEach(world.client, addresses)).map(each => each.messageId));
        await until('the healthy ones keep up', () => slowest() > accepted.length - behindMax, {
          secondsMax: 150,
          everyMilliseconds: 5,
        });
      }
    }

    await send(messages / 2);
    const delaysBefore = healthy.map(each => medianOf(each.delays));
    const delaysUntilDeath = healthy.map(each => each.delays.length);
    await platform.killEverything();
    platform = await world.start();
    await send(messages / 2);
    await until('the healthy ones have heard of everything', () => slowest() === messages, { secondsMax: 90 });

    for (const { traceIds } of healthy) {
      assert.deepEqual(accepted.filter(messageId => !traceIds.has(messageId)).slice(0, 3), []);
      assert.equal(traceIds.size, messages);
      assert.ok(
        [...traceIds.values()].every(ids => ids.size === 1),
        'every copy of a call has its trace id',
      );
    }

    // What is broken gets few calls, and its events are all kept: waiting, or listed with their attempts.
    const counts = await countCalls(world.dataFolder);
    for (const webhookId of brokenIds) {
      const { open = 0, finished = 0 } = counts.get(webhookId) ?? {};
      assert.equal(open + finished, messages, `webhook ${webhookId} has all its calls`);
    }
    assert.ok(refusing.requestCount < messages / 10, `${refusing.requestCount} calls to the one that refuses`);
    assert.ok(hanging.requestCount < messages / 10, `${hanging.requestCount} calls to the one that hangs`);

    const after = healthy.map((each, index) => medianOf(each.delays.slice(delaysUntilDeath[index])));
    const copies = healthy.reduce((sum, each) => sum + each.copies - each.traceIds.size, 0);
    tell(
      `${messages} messages, ${healthyCount} healthy webhooks beside 3 broken ones: median delay ` +
        `${Math.max(...delaysBefore)} ms before the kill, ${Math.max(...after)} ms after it (of the slowest webhook); nothing ` +
        `missing, ${copies} second copies with the same trace id; ${refusing.requestCount} calls to the one that refuses, ` +
        `${hanging.requestCount} to the one that hangs`,
    );
    assert.ok(Math.max(...delaysBefore, ...after) < 1000, 'half of the calls are made within a second');
  },
  {
    settings: { PENNYBLACK_ROUTES: '*=capture', PENNYBLACK_ALLOW_PRIVATE_TARGETS: 'true' },
    // A minute on a quiet machine; the sender waits for the receivers, so that a busy one takes longer.
    secondsMax: 1500,
  },
);
