// How many pixels and redirects it answers per second, each one checked and recorded with its event, beside a bare
// Fastify route that looks at nothing. Recording goes on after the answers; what it has not done when a run ends is
// waited for and told.

import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { encodeTrackingToken } from '../packages/email/src/tracking/tracking-token.ts';
import { createKeyRing } from '../packages/runtime/src/secrets/key-ring.ts';
import { describeGoal, goals } from './goals.ts';
import { type Platform, runScript, serverToken, startPlatform, withDatabase } from './harness/platform.ts';
import { median, milliseconds, perSecond, printTable, times } from './harness/print-table.ts';
import { processorTimeOf } from './harness/processor-time.ts';
import { profilePlatform } from './harness/profile-platform.ts';
import { type Session, until } from './harness/session.ts';
import type { HitLoad, HitLoadResult } from './load/generate-hits.ts';
import type { Load, LoadResult } from './load/generate-load.ts';
import type { BenchOptions } from './options.ts';

const connections = 64;
const secondsMax = 300;
const secretKey = Buffer.alloc(32, 11);
const settings = {
  PENNYBLACK_ROUTES: '*=capture',
  PENNYBLACK_SECRET_KEY: secretKey.toString('hex'),
  PENNYBLACK_LOG_LEVEL: 'warn',
};

type Target = { port: number; processorTime(): { platform: number; database: number } };
type Kind = 'pixel' | 'redirect';
/** Processor time in milliseconds for each hit; `late` is how long recording went on after the last answer. */
type Run = { rate: number; server: number; database: number; late: number };

export async function benchTrack(session: Session, options: BenchOptions): Promise<void> {
  if (options.isProfile) {
    await profilePlatform(session, { title: 'track', settings }, async platform => {
      const paths = await makePaths(session, platform, options.messages);
      return (await runHits(session, platform, paths, 'redirect', options.seconds)).hits;
    });
    return;
  }
  const platform = await startPlatform(session, { name: 'track', settings });
  const bare = await startBare(session);
  const paths = await makePaths(session, platform, options.messages);
  const contestants = new Map<string, () => Promise<Run>>();
  for (const kind of ['pixel', 'redirect'] as const) {
    contestants.set(`bare ${kind}`, () => measure(session, bare, paths, kind, options.seconds));
    contestants.set(kind, () =>
      measure(session, platform, paths, kind, options.seconds, () => untilRecorded(platform)),
    );
  }
  for (const run of contestants.values()) await run();
  const runs = new Map<string, Run[]>([...contestants.keys()].map(name => [name, []]));
  for (let round = 1; round <= options.rounds; round += 1) {
    for (const [name, run] of contestants) runs.get(name)?.push(await run());
    const rates = [...runs].map(([name, all]) => `${name} ${perSecond(all.at(-1)?.rate ?? 0)}`);
    console.log(`round ${round} of ${options.rounds}: ${rates.join('; ')}`);
  }
  printRuns(runs);
}

async function startBare(session: Session): Promise<Target> {
  const script = path.join(import.meta.dirname, 'load/bare-pixel.ts');
  const child = session.spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  if (!child.stdout || child.pid === undefined) throw new Error('The bare server could not be started.');
  const { pid } = child;
  const [chunk] = await once(child.stdout, 'data');
  return { port: Number(String(chunk)), processorTime: () => ({ platform: processorTimeOf(pid), database: 0 }) };
}

/** Files with pixels and links of real messages, made under the key that the platform was given. */
async function makePaths(session: Session, platform: Platform, messages: number): Promise<Record<Kind, string>> {
  const load: Load = { port: platform.port, token: serverToken, connections: 4, messagesPerCall: 100, messages };
  await runScript<LoadResult>(session, 'load/generate-load.ts', load);
  const [key] = createKeyRing([secretKey]).deriveKeys('tracking links');
  return withDatabase(platform.connectionString, async client => {
    await until('everything is delivered', secondsMax, async () => {
      const { rows } = await client.query('select 1 from delivery_queue limit 1');
      return rows.length === 0;
    });
    const { rows } = await client.query<{ serverId: number; messageId: string; accountId: number }>(
      `select m.server_id as "serverId", m.message_id as "messageId", s.account_id as "accountId"
       from messages m join servers s using (server_id)`,
    );
    const recipients = rows.map(row => ({ ...row, recipientNumber: 0 }));
    const target = 'https://shop.test/orders/1187?utm_source=mail&utm_campaign=november';
    const tokens = (kind: Kind) =>
      recipients.map(recipient =>
        kind === 'pixel'
          ? `/o/${encodeTrackingToken({ ...recipient, kind: 'open' }, key)}`
          : `/c/${encodeTrackingToken({ ...recipient, kind: 'click', part: 'html', target }, key)}`,
      );
    const files = {
      pixel: path.join(session.folder, 'pixels.json'),
      redirect: path.join(session.folder, 'links.json'),
    };
    for (const kind of ['pixel', 'redirect'] as const) await writeFile(files[kind], JSON.stringify(tokens(kind)));
    return files;
  });
}

function runHits(
  session: Session,
  target: Pick<Target, 'port'>,
  paths: Record<Kind, string>,
  kind: Kind,
  seconds: number,
) {
  const load: HitLoad = {
    port: target.port,
    pathsFile: paths[kind],
    status: kind === 'pixel' ? 200 : 302,
    connections,
    seconds,
  };
  return runScript<HitLoadResult>(session, 'load/generate-hits.ts', load);
}

async function measure(
  session: Session,
  target: Target,
  paths: Record<Kind, string>,
  kind: Kind,
  wanted: number,
  settle: () => Promise<void> = async () => {},
): Promise<Run> {
  const before = target.processorTime();
  const { hits, seconds } = await runHits(session, target, paths, kind, wanted);
  const endedAt = performance.now();
  await settle();
  const after = target.processorTime();
  return {
    rate: hits / seconds,
    server: (after.platform - before.platform) / hits,
    database: (after.database - before.database) / hits,
    late: (performance.now() - endedAt) / 1000,
  };
}

async function untilRecorded(platform: Platform): Promise<void> {
  await until('every hit is recorded', secondsMax, async () => {
    const text = await (await fetch(`http://127.0.0.1:${platform.port}/metrics`)).text();
    return /pennyblack_tracking_hits_waiting 0\b/.test(text);
  });
}

function printRuns(runs: ReadonlyMap<string, readonly Run[]>): void {
  const ratioOf = (name: string) => {
    const references = (runs.get(`bare ${name}`) ?? []).map(run => run.rate);
    return median((runs.get(name) ?? []).map((run, round) => run.rate / (references[round] ?? Number.NaN)));
  };
  const rows = [...runs].map(([name, all]) => {
    const of = (part: keyof Run) => median(all.map(run => run[part]));
    const ratio = name.startsWith('bare') ? Number.NaN : ratioOf(name);
    return [
      name,
      perSecond(of('rate')),
      times(ratio),
      milliseconds(of('server')),
      milliseconds(of('database')),
      of('late').toFixed(1),
    ];
  });
  printTable(
    `Hits with ${connections} connections (processor time in ms for each hit, recording included)`,
    ['', 'hits/s', 'to the bare route', 'server', 'database', 'recorded after, s'],
    rows,
  );
  printTable(
    'Goals',
    ['', 'reached', 'first step', 'goal', ''],
    [describeGoal(goals.trackPixel, ratioOf('pixel')), describeGoal(goals.trackRedirect, ratioOf('redirect'))],
  );
}
