// How many messages it takes per second over SMTP from clients that log in, each on disk before its 250, beside Postfix
// taking the same. Nothing is delivered meanwhile: the process has the role `smtp` alone and Postfix holds what it takes.

import { describeGoal, goals } from './goals.ts';
import { type Platform, runScript, serverToken, startPlatform } from './harness/platform.ts';
import { startPostfix } from './harness/postfix.ts';
import { median, milliseconds, perSecond, printTable, times } from './harness/print-table.ts';
import { profilePlatform } from './harness/profile-platform.ts';
import { freePort, type Session } from './harness/session.ts';
import { messageBytes, runSmtpSource } from './harness/smtp-tools.ts';
import type { SubmissionLoad, SubmissionLoadResult } from './load/generate-submissions.ts';
import type { BenchOptions } from './options.ts';

/** Processor time in milliseconds for each message. */
type Run = { rate: number; server: number; database: number; load: number };

type Shape = { sessions: number; isPipelined: boolean };
const twenty: Shape = { sessions: 20, isPipelined: false };
const pipelined: Shape = { sessions: 20, isPipelined: true };
const hundred: Shape = { sessions: 100, isPipelined: false };

const settings = (smtpPort: number) => ({
  PENNYBLACK_ROLES: 'smtp',
  PENNYBLACK_SMTP_PORT: String(smtpPort),
  PENNYBLACK_SMTP_CONNECTIONS_PER_ADDRESS: '1000',
});

function runLoad(session: Session, load: Pick<SubmissionLoad, 'port' | 'token' | 'messages'> & Shape) {
  return runScript<SubmissionLoadResult>(session, 'load/generate-submissions.ts', { messageBytes, ...load });
}

async function runPlatform(
  session: Session,
  platform: Platform,
  smtpPort: number,
  messages: number,
  shape: Shape,
): Promise<Run> {
  const before = platform.processorTime();
  const result = await runLoad(session, { port: smtpPort, token: serverToken, messages, ...shape });
  const after = platform.processorTime();
  return {
    rate: messages / result.seconds,
    server: (after.platform - before.platform) / messages,
    database: (after.database - before.database) / messages,
    load: result.processorMilliseconds / messages,
  };
}

export async function benchSubmit(session: Session, options: BenchOptions): Promise<void> {
  const { rounds, messages } = options;
  const smtpPort = await freePort();
  if (options.isProfile) {
    await profilePlatform(session, { title: 'submit', settings: settings(smtpPort) }, async () => {
      await runLoad(session, { port: smtpPort, token: serverToken, messages, ...twenty });
      return messages;
    });
    return;
  }
  const platform = await startPlatform(session, { name: 'platform', settings: settings(smtpPort) });
  const postfix = await startPostfix(session, { name: 'postfix', passOnTo: 'hold' });

  async function runPostfix(run: () => Promise<SubmissionLoadResult>): Promise<Run> {
    const before = postfix.processorTime();
    const { seconds, processorMilliseconds } = await run();
    const server = (postfix.processorTime() - before) / messages;
    postfix.forgetHeld();
    return { rate: messages / seconds, server, database: 0, load: processorMilliseconds / messages };
  }
  const ofPostfix = (shape: Shape) => () =>
    runPostfix(() => runLoad(session, { port: postfix.port, token: undefined, messages, ...shape }));
  const ofPlatform = (shape: Shape) => () => runPlatform(session, platform, smtpPort, messages, shape);

  const contestants = new Map<string, () => Promise<Run>>([
    ['Postfix, 20 sessions by smtp-source', () => runPostfix(() => runSmtpSource(session, postfix.port, messages))],
    ['Postfix, 20 sessions', ofPostfix(twenty)],
    ['submit, 20 sessions', ofPlatform(twenty)],
    ['Postfix, 20 sessions, pipelined', ofPostfix(pipelined)],
    ['submit, 20 sessions, pipelined', ofPlatform(pipelined)],
    ['submit, 100 sessions', ofPlatform(hundred)],
  ]);
  // What is measured is a server that has been running for a while.
  await ofPlatform(hundred)();
  const runs = new Map<string, Run[]>([...contestants.keys()].map(name => [name, []]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const [name, run] of contestants) runs.get(name)?.push(await run());
    const rates = [...runs].map(([name, all]) => `${name} ${perSecond(all.at(-1)?.rate ?? 0)}`);
    console.log(`round ${round} of ${rounds}: ${rates.join('; ')}`);
  }
  printRuns(runs);
}

function printRuns(runs: ReadonlyMap<string, readonly Run[]>): void {
  const ratesOf = (name: string) => (runs.get(name) ?? []).map(run => run.rate);
  /** Of neighbours in one round: the machine is not the same a minute later. */
  const ratioOf = (name: string, reference: string) =>
    median(ratesOf(name).map((rate, round) => rate / (ratesOf(reference)[round] ?? Number.NaN)));
  const rows = [...runs].map(([name, all]) => {
    const of = (part: keyof Run) => median(all.map(run => run[part]));
    const processor = [of('server'), of('database'), of('load')].map(milliseconds);
    return [name, perSecond(of('rate')), times(ratioOf(name, 'Postfix, 20 sessions')), ...processor];
  });
  printTable(
    'Taking messages of 10 KB by SMTP (processor time in ms for each message)',
    ['', 'messages/s', 'to Postfix', 'server', 'database', 'load'],
    rows,
  );
  printTable(
    'Goals',
    ['', 'reached', 'first step', 'goal', ''],
    [
      describeGoal(goals.submit, ratioOf('submit, 20 sessions', 'Postfix, 20 sessions')),
      describeGoal(goals.submitPipelined, ratioOf('submit, 20 sessions, pipelined', 'Postfix, 20 sessions, pipelined')),
    ],
  );
}
