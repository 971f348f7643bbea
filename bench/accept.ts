// How many messages it takes per second over HTTP, each on disk before its answer, beside Postfix taking the same over
// SMTP and beside a bare server that inserts the same rows. Nothing is delivered meanwhile: the process has the role
// `api` alone and Postfix holds what it takes, so accepting is all that either does.

import { describeGoal, describeLatencyGoal, goals } from './goals.ts';
import { startBareServer } from './harness/bare-server.ts';
import { type Platform, runScript, serverToken, startPlatform } from './harness/platform.ts';
import { startPostfix } from './harness/postfix.ts';
import { median, milliseconds, perSecond, printTable, times } from './harness/print-table.ts';
import { profilePlatform } from './harness/profile-platform.ts';
import type { Session } from './harness/session.ts';
import { runSmtpSource } from './harness/smtp-tools.ts';
import type { Load, LoadResult } from './load/generate-load.ts';
import type { BenchOptions } from './options.ts';

/** Processor time in milliseconds for each message. */
type Run = { rate: number; server: number; database: number; load: number; p50: number; p99: number };

const settings = { PENNYBLACK_ROLES: 'api' };

type Shape = { name: string; connections: number; messagesPerCall: number };
const single = (connections: number): Shape => ({
  name: `single, ${connections} connections`,
  connections,
  messagesPerCall: 1,
});
const single64 = single(64);
const batch: Shape = { name: 'batches of 500, 4 connections', connections: 4, messagesPerCall: 500 };
const shapes = [single(16), single64, single(256), batch];

type Target = { port: number; processorTime(): { platform: number; database: number } };

async function runLoad(session: Session, target: Target, shape: Shape, more: Partial<Load>): Promise<Run> {
  const { connections, messagesPerCall } = shape;
  const load: Load = { port: target.port, token: serverToken, connections, messagesPerCall, ...more };
  const before = target.processorTime();
  const result = await runScript<LoadResult>(session, 'load/generate-load.ts', load);
  const after = target.processorTime();
  const { messages, seconds, p50, p99, processorMilliseconds } = result;
  return {
    rate: messages / seconds,
    server: (after.platform - before.platform) / messages,
    database: (after.database - before.database) / messages,
    load: processorMilliseconds / messages,
    p50,
    p99,
  };
}

export async function benchAccept(session: Session, options: BenchOptions): Promise<void> {
  const { seconds, rounds } = options;
  if (options.isProfile) {
    await profilePlatform(session, { title: 'accept', settings }, platform => profiledLoad(session, platform, seconds));
    return;
  }
  const platform = await startPlatform(session, { name: 'platform', settings });
  const bareServer = await startBareServer(session, platform.connectionString);
  const bare: Target = {
    port: bareServer.port,
    processorTime: () => ({ ...platform.processorTime(), platform: bareServer.processorTime() }),
  };
  const postfix = await startPostfix(session, { name: 'postfix', passOnTo: 'hold' });

  async function runPostfix(): Promise<Run> {
    const before = postfix.processorTime();
    const { seconds: took, processorMilliseconds } = await runSmtpSource(session, postfix.port, options.messages);
    const server = (postfix.processorTime() - before) / options.messages;
    postfix.forgetHeld();
    const load = processorMilliseconds / options.messages;
    return { rate: options.messages / took, server, database: 0, load, p50: Number.NaN, p99: Number.NaN };
  }

  // What is measured is a server that has been running for a while.
  for (const target of [platform, bare]) {
    for (const shape of [single64, batch]) await runLoad(session, target, shape, { seconds: 2 });
  }
  const contestants = new Map<string, () => Promise<Run>>([['Postfix, 20 sessions', runPostfix]]);
  for (const shape of shapes) contestants.set(shape.name, () => runLoad(session, platform, shape, { seconds }));
  for (const shape of [single64, batch]) {
    contestants.set(`bare insert, ${shape.name}`, () => runLoad(session, bare, shape, { seconds }));
  }
  const runs = new Map<string, Run[]>([...contestants.keys()].map(name => [name, []]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const [name, run] of contestants) runs.get(name)?.push(await run());
    console.log(
      `round ${round} of ${rounds}: ${[...runs].map(([name, all]) => `${name} ${perSecond(all.at(-1)?.rate ?? 0)}`).join('; ')}`,
    );
  }

  const halfRate = median(ratesOf(runs, single64.name)) / 2;
  const paced = await runLoad(session, platform, single64, { seconds: Math.max(5, seconds), pace: halfRate });
  printRuns(runs, paced, halfRate);
}

function ratesOf(runs: ReadonlyMap<string, readonly Run[]>, name: string): number[] {
  return (runs.get(name) ?? []).map(run => run.rate);
}

/** Of neighbours in one round: the machine is not the same a minute later. */
function ratioOf(runs: ReadonlyMap<string, readonly Run[]>, name: string, reference: string): number {
  const references = ratesOf(runs, reference);
  return median(ratesOf(runs, name).map((rate, round) => rate / (references[round] ?? Number.NaN)));
}

function printRuns(runs: ReadonlyMap<string, readonly Run[]>, paced: Run, halfRate: number): void {
  const postfix = 'Postfix, 20 sessions';
  const row = (name: string, all: readonly Run[], ratio: number) => {
    const of = (part: keyof Run) => median(all.map(run => run[part]));
    const processor = [of('server'), of('database'), of('load')];
    const sum = processor.reduce((total, part) => total + part, 0);
    const latencies = [of('p50'), of('p99')].map(value => (Number.isNaN(value) ? '' : value.toFixed(1)));
    return [name, perSecond(of('rate')), times(ratio), ...processor.map(milliseconds), milliseconds(sum), ...latencies];
  };
  const rows = [...runs].map(([name, all]) => row(name, all, ratioOf(runs, name, postfix)));
  rows.push(row(`single, paced at ${perSecond(halfRate)}/s`, [paced], Number.NaN));
  printTable(
    'Accepting messages of 10 KB (processor time in ms for each message; latency of a call in ms)',
    ['', 'messages/s', 'to Postfix', 'server', 'database', 'load', 'all', 'p50', 'p99'],
    rows,
  );
  printTable(
    'Goals',
    ['', 'reached', 'first step', 'goal', ''],
    [
      describeGoal(goals.acceptSingle, ratioOf(runs, single64.name, postfix)),
      describeGoal(goals.acceptBatch, ratioOf(runs, batch.name, postfix)),
      describeGoal(goals.acceptSingleBare, ratioOf(runs, single64.name, `bare insert, ${single64.name}`)),
      describeGoal(goals.acceptBatchBare, ratioOf(runs, batch.name, `bare insert, ${batch.name}`)),
      describeLatencyGoal(paced.p99),
    ],
  );
}

async function profiledLoad(session: Session, platform: Platform, seconds: number): Promise<number> {
  const load: Load = { port: platform.port, token: serverToken, connections: 64, messagesPerCall: 1, seconds };
  return (await runScript<LoadResult>(session, 'load/generate-load.ts', load)).messages;
}
