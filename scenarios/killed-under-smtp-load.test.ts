// kill -9 of the whole process tree while mail is handed over by SMTP. Every 250 is on disk and delivered; a client that
// lost its 250 sends the same mail again, as mail programs do, and nobody gets it twice for that.

import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { systemRandom } from '@pennyblack/runtime/random.ts';
import { checkPromise, untilQuiet } from './harness/invariants.ts';
import type { Accepted } from './harness/load.ts';
import { openSubmission, type SubmissionSession } from './harness/submit.ts';
import { tell } from './harness/tell.ts';
import { until } from './harness/until.ts';
import { freePort, inboxDomain, sender, story, type World } from './harness/world.ts';

const deaths = 2;
const clients = 8;
const mailsBetweenDeaths = 60;

type SmtpLoad = { accepted: Accepted[]; repeated: number; stop(): Promise<void> };

function mailOf(number: number, recipient: string): Buffer {
  return Buffer.from(
    [
      `From: ${sender}`,
      `To: ${recipient}`,
      `Subject: Mail ${number}`,
      `Message-ID: <mail-${number}@shop.test>`,
      `X-Mail-Number: ${number}`,
      'Content-Type: text/plain',
      '',
      `This is mail ${number}.`,
      '',
    ].join('\r\n'),
  );
}

function startSmtpLoad(world: World, port: number): SmtpLoad {
  const load: SmtpLoad = { accepted: [], repeated: 0, stop };
  let isStopping = false;
  let count = 0;

  /** A mail that was begun is sent until somebody says 250. */
  async function sendOne(session: SubmissionSession | undefined): Promise<SubmissionSession | undefined> {
    count += 1;
    const number = count;
    const recipient = `reader-${number}@${inboxDomain}`;
    const mail = { recipients: [recipient], source: mailOf(number, recipient) };
    let current = session;
    for (let isRepetition = false; ; ) {
      try {
        current ??= await openSubmission(port);
        const { reply, messageId } = await current.submit(mail);
        if (isRepetition && messageId) load.repeated += 1;
        if (messageId) load.accepted.push({ messageId, recipients: [recipient] });
        if (messageId) return current;
        if (reply === undefined) isRepetition = true;
      } catch {
        // Nobody listens: it is being started again.
      }
      current?.close();
      current = undefined;
      if (isStopping) return undefined;
      await wait(50);
    }
  }

  async function sendUntilStopped(): Promise<void> {
    let session: SubmissionSession | undefined;
    while (!isStopping) session = await sendOne(session);
    session?.close();
  }

  const senders = Array.from({ length: clients }, sendUntilStopped);
  async function stop(): Promise<void> {
    isStopping = true;
    await Promise.all(senders);
  }
  world.atEnd.push(stop);
  return load;
}

/** Which mails arrived under more than one message id: they were sent twice because they were handed over twice. */
function sentTwice(world: World): string[] {
  const ids = new Map<string, Set<string>>();
  for (const { raw } of world.sink.messages) {
    const text = raw.toString('latin1');
    const number = /^X-Mail-Number: (\d+)/m.exec(text)?.[1] ?? '';
    const messageId = /^X-PM-Message-Id: (\S+)/m.exec(text)?.[1] ?? '';
    ids.set(number, (ids.get(number) ?? new Set()).add(messageId));
  }
  return [...ids].filter(([, messageIds]) => messageIds.size > 1).map(([number]) => number);
}

story(
  'kill -9 under SMTP load: every 250 is kept, and a mail that is handed over again after a lost 250 is sent once',
  async world => {
    const port = await freePort();
    const settings = { PENNYBLACK_SMTP_PORT: String(port) };
    let platform = await world.start(settings);
    const load = startSmtpLoad(world, port);
    for (let death = 1; death <= deaths; death += 1) {
      const before = load.accepted.length;
      await until('mail is taken', () => load.accepted.length >= before + mailsBetweenDeaths);
      await wait(Math.floor(systemRandom.fraction() * 50));
      await platform.killEverything();
      platform = await world.start(settings);
    }
    await until('clients have found it again', () => load.accepted.length >= deaths * mailsBetweenDeaths + clients, {
      secondsMax: 150,
    });
    await load.stop();
    await untilQuiet(world.dataFolder);

    const report = await checkPromise(world.dataFolder, load.accepted, world.sinks);
    assert.equal(report.delivered, report.recipients);
    assert.deepEqual(sentTwice(world), []);
    assert.equal(new Set(load.accepted.map(({ messageId }) => messageId)).size, load.accepted.length);
    tell(
      `killed ${deaths} times under SMTP load: ${load.accepted.length} answers of 250, ${report.recipients} mails stored, ` +
        `${report.delivered} delivered; ${load.repeated} were handed over again after a lost answer, none was sent twice ` +
        `for that; ${report.duplicates} second copies, all marked`,
    );
  },
);
