// How many messages it delivers per second, from the first API call to the last recorded result, signed and handed to
// smtp-sink over SMTP; beside Postfix doing the same from SMTP to SMTP, with and without OpenDKIM.

import { describeGoal, goals } from './goals.ts';
import { startOpenDkim } from './harness/opendkim.ts';
import {
  type Platform,
  runScript,
  senderDomain,
  serverToken,
  startPlatform,
  withDatabase,
} from './harness/platform.ts';
import { type Postfix, startPostfix } from './harness/postfix.ts';
import { median, milliseconds, perSecond, printTable, times } from './harness/print-table.ts';
import { profilePlatform } from './harness/profile-platform.ts';
import { type Session, until } from './harness/session.ts';
import { runSmtpSource, type SmtpSink, startSmtpSink } from './harness/smtp-tools.ts';
import type { Load, LoadResult } from './load/generate-load.ts';
import type { BenchOptions } from './options.ts';

/** Processor time in milliseconds for each message. */
type Run = { rate: number; server: number; database: number; milter: number; sink: number; load: number };

const secondsMax = 300;
const names = {
  plain: 'Postfix, no DKIM',
  openDkim: 'Postfix with OpenDKIM RSA-2048',
  rsa: 'Pennyblack, RSA-2048, single calls',
  rsaBatch: 'Pennyblack, RSA-2048, batches of 500',
  both: 'Pennyblack, RSA-2048 and Ed25519, single calls',
} as const;

const settingsFor = (sink: SmtpSink) => ({ PENNYBLACK_ROUTES: `*=127.0.0.1:${sink.port}` });
const loads = { single: { connections: 64, messagesPerCall: 1 }, batch: { connections: 2, messagesPerCall: 500 } };

export async function benchDeliver(session: Session, options: BenchOptions): Promise<void> {
  const { messages, rounds } = options;
  if (options.isProfile) {
    await profileDeliver(session, messages);
    return;
  }
  const sink = await startSmtpSink(session);
  const both = await startPlatform(session, { name: 'both-keys', settings: settingsFor(sink) });
  const rsa = await startWithRsaAlone(session, 'rsa-key', sink);
  const plain = await startPostfix(session, { name: 'postfix-plain', passOnTo: sink.port });
  const openDkim = await startOpenDkim(session, senderDomain);
  const signing = await startPostfix(session, {
    name: 'postfix-signing',
    passOnTo: sink.port,
    milterPort: openDkim.port,
  });
  const contestants = new Map<string, (count: number) => Promise<Run>>([
    [names.plain, count => runPostfix(session, plain, sink, count)],
    [names.rsa, count => runPlatform(session, rsa, sink, count, loads.single)],
    [names.openDkim, count => runPostfix(session, signing, sink, count, openDkim.processorTime)],
    [names.rsaBatch, count => runPlatform(session, rsa, sink, count, loads.batch)],
    [names.both, count => runPlatform(session, both, sink, count, loads.single)],
  ]);
  // What is measured is a server that has been running for a while.
  for (const run of contestants.values()) await run(2000);
  const runs = new Map<string, Run[]>([...contestants.keys()].map(name => [name, []]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const [name, run] of contestants) runs.get(name)?.push(await run(messages));
    const rates = [...runs].map(([name, all]) => `${name} ${perSecond(all.at(-1)?.rate ?? 0)}`);
    console.log(`round ${round} of ${rounds}: ${rates.join('; ')}`);
  }
  printRuns(runs, messages);
}

/** A first start makes keys of both kinds; this one has forgotten the second. */
async function startWithRsaAlone(session: Session, name: string, sink: SmtpSink): Promise<Platform> {
  const first = await startPlatform(session, { name, settings: settingsFor(sink) });
  await withDatabase(first.connectionString, client =>
    client.query("update dkim_keys set state = 'revoked' where algorithm <> 'rsa-sha256'"),
  );
  await first.stop();
  return startPlatform(session, { name, settings: settingsFor(sink) });
}

async function runPlatform(
  session: Session,
  platform: Platform,
  sink: SmtpSink,
  messages: number,
  shape: Pick<Load, 'connections' | 'messagesPerCall'>,
): Promise<Run> {
  const load: Load = { port: platform.port, token: serverToken, ...shape, messages };
  const deliveredBefore = await countDelivered(platform);
  const [before, sinkBefore] = [platform.processorTime(), sink.processorTime()];
  const result = await runScript<LoadResult>(session, 'load/generate-load.ts', load);
  const acceptedAt = performance.now();
  await untilRecorded(platform, deliveredBefore + result.messages);
  const seconds = result.seconds + (performance.now() - acceptedAt) / 1000;
  const after = platform.processorTime();
  return {
    rate: result.messages / seconds,
    server: (after.platform - before.platform) / result.messages,
    database: (after.database - before.database) / result.messages,
    milter: 0,
    sink: (sink.processorTime() - sinkBefore) / result.messages,
    load: result.processorMilliseconds / result.messages,
  };
}

function countDelivered(platform: Platform): Promise<number> {
  return withDatabase(platform.connectionString, async client => {
    const text = "select count(*)::int as count from events where kind = 'recipient_delivered'";
    const { rows } = await client.query<{ count: number }>(text);
    return rows[0]?.count ?? 0;
  });
}

async function untilRecorded(platform: Platform, delivered: number): Promise<void> {
  await withDatabase(platform.connectionString, async client => {
    await until('every message is delivered and recorded', secondsMax, async () => {
      const { rows } = await client.query('select 1 from delivery_queue limit 1');
      return rows.length === 0;
    });
  });
  const counted = await countDelivered(platform);
  if (counted !== delivered) throw new Error(`${counted} deliveries are recorded where ${delivered} were expected.`);
}

async function runPostfix(
  session: Session,
  postfix: Postfix,
  sink: SmtpSink,
  messages: number,
  milterTime: () => number = () => 0,
): Promise<Run> {
  const [before, sinkBefore, milterBefore] = [postfix.processorTime(), sink.processorTime(), milterTime()];
  const { seconds: took, processorMilliseconds } = await runSmtpSource(session, postfix.port, messages);
  const acceptedAt = performance.now();
  await until('Postfix has passed on everything', secondsMax, async () => (await postfix.queuedCount()) === 0);
  const seconds = took + (performance.now() - acceptedAt) / 1000;
  return {
    rate: messages / seconds,
    server: (postfix.processorTime() - before) / messages,
    database: 0,
    milter: (milterTime() - milterBefore) / messages,
    sink: (sink.processorTime() - sinkBefore) / messages,
    load: processorMilliseconds / messages,
  };
}

function printRuns(runs: ReadonlyMap<string, readonly Run[]>, messages: number): void {
  const ratio = (name: string, reference: string) => {
    const references = runs.get(reference) ?? [];
    return median((runs.get(name) ?? []).map((run, round) => run.rate / (references[round]?.rate ?? Number.NaN)));
  };
  const rows = [...runs].map(([name, all]) => {
    const of = (part: keyof Run) => median(all.map(run => run[part]));
    const processor = [of('server'), of('database'), of('milter'), of('sink'), of('load')];
    const sum = processor.reduce((total, part) => total + part, 0);
    const ratios = [ratio(name, names.plain), ratio(name, names.openDkim)];
    return [name, perSecond(of('rate')), ...ratios.map(times), ...processor.map(milliseconds), milliseconds(sum)];
  });
  printTable(
    `Delivering ${messages} messages of 10 KB to smtp-sink (processor time in ms for each message)`,
    ['', 'messages/s', 'to no DKIM', 'to OpenDKIM', 'server', 'database', 'milter', 'sink', 'load', 'all'],
    rows,
  );
  printTable(
    'Goals',
    ['', 'reached', 'first step', 'goal', ''],
    [
      describeGoal(goals.deliverSigned, ratio(names.rsa, names.openDkim)),
      describeGoal(goals.deliverUnsigned, ratio(names.rsa, names.plain)),
    ],
  );
}

async function profileDeliver(session: Session, messages: number): Promise<void> {
  const sink = await startSmtpSink(session);
  await profilePlatform(session, { title: 'deliver', settings: settingsFor(sink) }, async platform => {
    const delivered = await countDelivered(platform);
    const load: Load = { port: platform.port, token: serverToken, ...loads.single, messages };
    const result = await runScript<LoadResult>(session, 'load/generate-load.ts', load);
    await untilRecorded(platform, delivered + result.messages);
    return result.messages;
  });
}
