// How many mails of 50 KB with an attachment come from SMTP to the webhook per second: taken to disk, parsed, checked,
// posted and recorded; beside Postfix, which takes the same mail and holds it.

import { startDnsServer } from '../tools/fake-world/dns-server.ts';
import { describeGoal, goals } from './goals.ts';
import { type CallReceiver, startCallReceiver } from './harness/call-receiver.ts';
import { callApi, type Platform, runScript, startPlatform } from './harness/platform.ts';
import { startPostfix } from './harness/postfix.ts';
import { median, milliseconds, perSecond, printTable, times } from './harness/print-table.ts';
import { profilePlatform } from './harness/profile-platform.ts';
import { freePort, type Session, until } from './harness/session.ts';
import type { SubmissionLoad, SubmissionLoadResult } from './load/generate-submissions.ts';
import type { BenchOptions } from './options.ts';

const sessions = 20;
const messageBytes = 50 * 1024;
const secondsMax = 120;
const names = { postfix: 'Postfix, taking alone', taken: 'inbound, taking', called: 'inbound, to the webhook' };

/** Processor time in milliseconds for each mail. `taken`: until the last 250; `rate`: until the last call. */
type Run = { rate: number; taken: number; server: number; database: number; load: number };

const settings = (inboundPort: number, nameServer: string) => ({
  PENNYBLACK_INBOUND_PORT: String(inboundPort),
  PENNYBLACK_INBOUND_CONNECTIONS_PER_ADDRESS: '1000',
  PENNYBLACK_ALLOW_PRIVATE_TARGETS: 'true',
  PENNYBLACK_DNS_SERVERS: nameServer,
  PENNYBLACK_LOG_LEVEL: 'warn',
});

function runLoad(session: Session, load: Pick<SubmissionLoad, 'port' | 'messages' | 'recipient'>) {
  const common = { token: undefined, sessions, isPipelined: false, hasAttachment: true, messageBytes };
  return runScript<SubmissionLoadResult>(session, 'load/generate-submissions.ts', { ...common, ...load });
}

/** The address of the live server, whose mail is posted to the receiver from now on. */
async function prepare(platform: Platform, receiver: CallReceiver): Promise<string> {
  const { InboundAddress } = await callApi<{ InboundAddress: string }>(platform, 'PUT', '/server', {
    InboundHookUrl: `http://127.0.0.1:${receiver.port}/inbound`,
  });
  return InboundAddress;
}

async function runToWebhook(
  session: Session,
  platform: Platform,
  receiver: CallReceiver,
  load: Pick<SubmissionLoad, 'port' | 'messages' | 'recipient'>,
): Promise<Run> {
  const { messages } = load;
  const [before, countBefore, startedAt] = [platform.processorTime(), await receiver.count(), performance.now()];
  const taken = await runLoad(session, load);
  await until('every mail is posted', secondsMax, async () => (await receiver.count()) >= countBefore + messages);
  const seconds = (performance.now() - startedAt) / 1000;
  const after = platform.processorTime();
  return {
    rate: messages / seconds,
    taken: messages / taken.seconds,
    server: (after.platform - before.platform) / messages,
    database: (after.database - before.database) / messages,
    load: taken.processorMilliseconds / messages,
  };
}

export async function benchInbound(session: Session, options: BenchOptions): Promise<void> {
  const receiver = await startCallReceiver(session);
  const port = await freePort();
  // Of the sender, whose mail is checked as all mail is.
  const dns = await startDnsServer({ 'shop.test': { TXT: ['v=spf1 ip4:127.0.0.1 -all'] } });
  try {
    await run(session, options, receiver, port, dns.address);
  } finally {
    await dns.close();
  }
}

async function run(
  session: Session,
  options: BenchOptions,
  receiver: CallReceiver,
  port: number,
  nameServer: string,
): Promise<void> {
  const { rounds, messages } = options;
  if (options.isProfile) {
    await profilePlatform(session, { title: 'inbound', settings: settings(port, nameServer) }, async platform => {
      await runToWebhook(session, platform, receiver, { port, messages, recipient: await prepare(platform, receiver) });
      return messages;
    });
    return;
  }
  const platform = await startPlatform(session, { name: 'platform', settings: settings(port, nameServer) });
  const postfix = await startPostfix(session, { name: 'postfix', passOnTo: 'hold' });
  const recipient = await prepare(platform, receiver);

  async function runPostfix(): Promise<Run> {
    const before = postfix.processorTime();
    const { seconds, processorMilliseconds } = await runLoad(session, { port: postfix.port, messages });
    const server = (postfix.processorTime() - before) / messages;
    postfix.forgetHeld();
    const rate = messages / seconds;
    return { rate, taken: rate, server, database: 0, load: processorMilliseconds / messages };
  }
  const runPlatform = () => runToWebhook(session, platform, receiver, { port, messages, recipient });

  await runPlatform();
  const all: { postfix: Run[]; platform: Run[] } = { postfix: [], platform: [] };
  for (let round = 1; round <= rounds; round += 1) {
    all.postfix.push(await runPostfix());
    all.platform.push(await runPlatform());
    const [theirs, ours] = [all.postfix.at(-1), all.platform.at(-1)];
    console.log(
      `round ${round} of ${rounds}: ${names.postfix} ${perSecond(theirs?.rate ?? 0)}; ${names.taken} ` +
        `${perSecond(ours?.taken ?? 0)}; ${names.called} ${perSecond(ours?.rate ?? 0)}`,
    );
  }
  printRuns(all);
}

function printRuns(all: { postfix: readonly Run[]; platform: readonly Run[] }): void {
  const ratioOf = (part: 'rate' | 'taken') =>
    median(all.platform.map((run, round) => run[part] / (all.postfix[round]?.rate ?? Number.NaN)));
  const row = (name: string, runs: readonly Run[], part: 'rate' | 'taken', ratio: number) => {
    const of = (key: keyof Run) => median(runs.map(run => run[key]));
    return [name, perSecond(of(part)), times(ratio), ...[of('server'), of('database'), of('load')].map(milliseconds)];
  };
  printTable(
    `Mails of 50 KB with an attachment, ${sessions} sessions (processor time in ms for each mail, calls included)`,
    ['', 'mails/s', 'to Postfix', 'server', 'database', 'load'],
    [
      row(names.postfix, all.postfix, 'rate', 1),
      row(names.taken, all.platform, 'taken', ratioOf('taken')),
      row(names.called, all.platform, 'rate', ratioOf('rate')),
    ],
  );
  printTable('Goals', ['', 'reached', 'first step', 'goal', ''], [describeGoal(goals.inbound, ratioOf('rate'))]);
}
