// A bulk request of 50,000 entries (30,000 in the gate), while everything is killed with -9 five times: once while the request is being taken,
// four times while it is worked off. It is sent twice at a time with one Idempotency-Key until both are answered. It becomes
// one request, each entry one message, and a second copy is only where a mark says that the first may have arrived.

import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { systemRandom } from '@pennyblack/runtime/random.ts';
import { ask } from './harness/database.ts';
import { checkPromise, untilQuiet } from './harness/invariants.ts';
import { storySize } from './harness/story-size.ts';
import { tell } from './harness/tell.ts';
import { until } from './harness/until.ts';
import { inboxDomain, sender, serverToken, story } from './harness/world.ts';

const entries = storySize(50_000, 30_000);
/** Copies that have arrived when the next blow falls, give or take what the pause after it brings. */
const deathsAfterCopies = [0.01, 0.16, 0.32, 0.52].map(part => Math.round(entries * part));
const pauseMillisecondsMax = 100;

const body = JSON.stringify({
  From: sender,
  Subject: 'News for {{name}}',
  TextBody: 'Hello {{name}}',
  Messages: Array.from({ length: entries }, (_, number) => ({
    To: `reader-${number}@${inboxDomain}`,
    TemplateModel: { name: `reader ${number}` },
  })),
});

type Answer = { Id: string; TotalMessages: number };

/** Undefined when it was not answered, or told to come again. */
async function post(url: string): Promise<Answer | undefined> {
  const response = await fetch(`${url}/email/bulk`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'X-Postmark-Server-Token': serverToken,
      'Idempotency-Key': 'the news of october',
    },
    body,
  }).catch(() => undefined);
  const text = await response?.text().catch(() => undefined);
  if (response === undefined || text === undefined) return undefined;
  if (response.status === 200) return JSON.parse(text) as Answer;
  assert.ok(response.status === 503 || response.status === 409, `${response.status} ${text}`);
  return undefined;
}

async function postUntilAnswered(url: string): Promise<Answer> {
  return until('the request is answered', () => post(url), { secondsMax: 120, everyMilliseconds: 200 });
}

story(
  `kill -9 of everything, five times, under a bulk request of ${entries} entries: each is sent once`,
  async world => {
    const startedAt = performance.now();
    let platform = await world.start();

    const both = [postUntilAnswered(world.url), postUntilAnswered(world.url)];
    const isBeingStored = async () =>
      (
        await ask(
          world.dataFolder,
          `select 1 from pg_stat_activity where query like '%bulk_entries%' and pid <> pg_backend_pid()`,
        )
      ).length > 0;
    await until('the request is being stored', isBeingStored, { everyMilliseconds: 5 });
    await platform.killEverything();
    platform = await world.start();
    const [first, second] = await Promise.all(both);
    assert.ok(first && second);
    assert.deepEqual(second, first);
    assert.equal(first.TotalMessages, entries);
    const acceptedAt = performance.now();

    for (const copies of deathsAfterCopies) {
      await until(`${copies} copies have arrived`, () => world.sink.messageCount >= copies, { secondsMax: 120 });
      await wait(systemRandom.fraction() * pauseMillisecondsMax);
      await platform.killEverything();
      platform = await world.start();
    }
    const progress = await until(
      'the request is completed',
      async () => {
        const status = await world.client.getBulkEmailStatus(first.Id).catch(() => undefined);
        return status?.Status === 'Completed' ? status : undefined;
      },
      { secondsMax: 120, everyMilliseconds: 200 },
    );
    await untilQuiet(world.dataFolder);
    const endedAt = performance.now();

    assert.equal(progress.PercentageCompleted, 100);
    assert.deepEqual(progress, { ...progress, TotalMessages: entries, ReleasedCount: entries, FailedCount: 0 });
    const [stored] = await ask<{ requests: number; entries: number; messages: number; addresses: number }>(
      world.dataFolder,
      `select (select count(*)::int from bulk_requests) as requests, (select count(*)::int from bulk_entries) as entries,
              (select count(distinct message_id)::int from bulk_entries) as messages,
              (select count(distinct address)::int from message_recipients) as addresses`,
    );
    assert.deepEqual(stored, { requests: 1, entries, messages: entries, addresses: entries });

    const report = await checkPromise(world.dataFolder, [], world.sinks);
    assert.deepEqual([report.recipients, report.delivered], [entries, entries]);
    const seconds = (from: number, to: number) => ((to - from) / 1000).toFixed(1);
    tell(
      `killed 5 times: ${entries} entries accepted in ${seconds(startedAt, acceptedAt)} s (one death and start included), ` +
        `${report.delivered} delivered ${seconds(acceptedAt, endedAt)} s later, 0 lost, ${world.sink.messageCount} copies ` +
        `arrived; ${report.duplicates} recipients got a second copy, each of them among the ${report.uncertain} marked as uncertain`,
    );
  },
  { secondsMax: 480, settings: { PENNYBLACK_DELIVERY_CONNECTIONS: '50', PENNYBLACK_LOG_LEVEL: 'warn' } },
);
