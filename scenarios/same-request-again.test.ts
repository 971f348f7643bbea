// Callers that repeat a request with its Idempotency-Key until they are answered, two of them side by side, while
// everything is killed again and again: each request has become one message, and all its answers say the same.

import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { ServerClient } from 'postmark';
import { ask } from './harness/database.ts';
import { checkPromise, untilQuiet } from './harness/invariants.ts';
import { tell } from './harness/tell.ts';
import { until } from './harness/until.ts';
import { inboxDomain, sender, serverToken, story } from './harness/world.ts';

const deaths = 2;
const callers = 6;
const batchLength = 20;
const answersBetweenDeaths = 30;

/** The official client takes a fetch of its user's, which may add a header. */
function clientWithKey(url: string, key: string): ServerClient {
  return new ServerClient(serverToken, {
    requestHost: new URL(url).host,
    useHttps: false,
    timeout: 30,
    fetch: (target, init) => fetch(target, { ...init, headers: { ...init?.headers, 'Idempotency-Key': key } }),
  });
}

type Request = { key: string; recipients: string[] };
type Answer = { ErrorCode: number; MessageID: string };

async function call(url: string, { key, recipients }: Request): Promise<Answer[]> {
  const client = clientWithKey(url, key);
  const mails = recipients.map(to => ({ From: sender, To: to, Subject: key, TextBody: 'Once' }));
  const [first] = mails;
  if (!first) throw new Error('A request has recipients.');
  return mails.length === 1 ? [await client.sendEmail(first)] : client.sendEmailBatch(mails);
}

story(
  `kill -9 ${deaths} times while every request is made twice and repeated: one message, one answer`,
  async world => {
    let platform = await world.start();
    const requests: Request[] = [];
    const answers = new Map<string, Answer[]>();
    let isStopping = false;

    function remember(key: string, answer: Answer[]): void {
      const before = answers.get(key);
      if (before) assert.deepEqual(answer, before, `two answers to ${key}`);
      else if (answer.every(one => one.ErrorCode === 0)) answers.set(key, answer);
    }

    async function repeatUntilAnswered(request: Request): Promise<void> {
      while (!answers.has(request.key)) {
        const both = await Promise.allSettled([call(world.url, request), call(world.url, request)]);
        for (const one of both) if (one.status === 'fulfilled') remember(request.key, one.value);
        if (!answers.has(request.key)) await wait(50);
      }
    }

    async function callAgainAndAgain(caller: number): Promise<void> {
      for (let number = 0; !isStopping; number += 1) {
        const key = `caller ${caller}, request ${number}`;
        const length = caller === 0 ? batchLength : 1;
        const recipients = Array.from({ length }, (_, place) => `r-${caller}-${number}-${place}@${inboxDomain}`);
        requests.push({ key, recipients });
        await repeatUntilAnswered({ key, recipients });
      }
    }

    const loops = Promise.all(Array.from({ length: callers }, (_, caller) => callAgainAndAgain(caller)));
    for (let death = 1; death <= deaths; death += 1) {
      const before = answers.size;
      await until('requests are answered', () => answers.size >= before + answersBetweenDeaths);
      await platform.killEverything();
      platform = await world.start();
    }
    isStopping = true;
    await loops;

    // Long after: whoever asks again hears the same.
    for (const request of requests.slice(-20)) remember(request.key, await call(world.url, request));
    await untilQuiet(world.dataFolder);
    const accepted = requests.flatMap(({ key, recipients }) =>
      (answers.get(key) ?? []).map((answer, place) => ({
        messageId: answer.MessageID,
        recipients: [recipients[place] ?? ''],
      })),
    );
    const [stored] = await ask<{ count: number }>(world.dataFolder, 'select count(*)::int as count from messages');
    assert.equal(stored?.count, accepted.length);
    const report = await checkPromise(world.dataFolder, accepted, world.sinks);
    assert.equal(report.delivered, accepted.length);
    tell(`killed ${deaths} times: ${requests.length} requests, each made at least twice, are ${stored.count} messages`);
  },
);
