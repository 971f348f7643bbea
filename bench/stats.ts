// How long statistics over ten million recorded events take, over HTTP. The rows are made by SQL as those events would have
// made them: a year of days with every counter, the last hundred days by the hour, a hundred thousand tags, and what half a
// minute of busy sending has not yet added up.

import { describeStatsGoal } from './goals.ts';
import { type Platform, serverToken, startPlatform, withDatabase } from './harness/platform.ts';
import { median, milliseconds, printTable } from './harness/print-table.ts';
import type { Session } from './harness/session.ts';
import type { BenchOptions } from './options.ts';

const events = 10_000_000;
const days = 365;
const hoursDays = 100;
const tags = 100_000;
const waitingDeltas = 2_000;
const callsPerRound = 5;

/** Keys as they are counted, and their share of all events in parts of a thousand; the sum is a thousand. */
const shares: readonly (readonly [string, string, number])[] = [
  ['sent', '', 500],
  ['opens', '', 200],
  ['unique_opens', '', 120],
  ['human_opens', '', 60],
  ['clicks', '', 60],
  ['unique_clicks', '', 30],
  ['human_clicks', '', 10],
  ['bounces', 'HardBounce', 10],
  ['bounces', 'SoftBounce', 5],
  ['bounces', 'Transient', 4],
  ['complaints', '', 1],
];

/** These say more of the same events, so they are rows and no events of their own. */
const details: readonly (readonly [string, readonly string[]])[] = [
  ['tracked', ['']],
  ['open_tracked', ['']],
  ['link_tracked', ['']],
  ['tracked_links', ['']],
  ['client_opens', ['']],
  ['open_platforms', ['Desktop', 'Mobile', 'WebMail', 'Unknown']],
  ['open_clients', Array.from({ length: 25 }, (_, number) => `Program ${number}`)],
  ['open_read_times', [...Array.from({ length: 20 }, (_, second) => `${second}s`), '20s+', 'unknown']],
  ['click_platforms', ['Desktop', 'Mobile', 'Unknown']],
  ['click_browsers', Array.from({ length: 12 }, (_, number) => `Browser ${number}`)],
  ['click_locations', ['HTML', 'Text']],
];

const paths = [
  '',
  '/sends',
  '/bounces',
  '/spam',
  '/tracked',
  '/opens',
  '/opens/platforms',
  '/opens/emailclients',
  '/opens/readtimes',
  '/clicks',
  '/clicks/browserfamilies',
  '/clicks/platforms',
  '/clicks/location',
];

export async function benchStats(session: Session, options: BenchOptions): Promise<void> {
  // Nothing folds meanwhile: what waits is part of what is measured.
  const settings = { PENNYBLACK_ROLES: 'api', PENNYBLACK_LOG_LEVEL: 'warn' };
  const platform = await startPlatform(session, { name: 'stats', settings });
  const counted = await fill(platform);
  const queries = {
    everything: '',
    'one stream': 'messagestream=outbound',
    'one tag': 'tag=tag-77',
    Tokyo: 'timezone=Asia/Tokyo',
  };
  const rows: string[][] = [];
  let dearest = 0;
  for (const [name, query] of Object.entries(queries)) {
    for (const path of paths) {
      const times: number[] = [];
      const before = platform.processorTime();
      for (let call = 0; call < options.rounds * callsPerRound; call += 1)
        times.push(await timeOf(platform, path, query));
      const middle = median(times);
      const p95 = times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? Number.NaN;
      const after = platform.processorTime();
      const processor = (after.platform + after.database - before.platform - before.database) / times.length;
      // The days of other zones are added up from hours, which is not what the goal is about.
      if (name !== 'Tokyo') dearest = Math.max(dearest, processor);
      rows.push([`${name}: /stats/outbound${path}`, milliseconds(middle), milliseconds(p95), milliseconds(processor)]);
    }
  }
  printTable(
    `Statistics over ${counted.toLocaleString('en')} events`,
    ['', 'median, ms', 'p95, ms', 'processor time, ms'],
    rows,
  );
  printTable('Goals', ['', 'reached', 'first step', 'goal', ''], [describeStatsGoal(dearest)]);
}

async function timeOf({ port }: Platform, path: string, query: string): Promise<number> {
  const startedAt = performance.now();
  const headers = { 'X-Postmark-Server-Token': serverToken };
  const answer = await fetch(`http://127.0.0.1:${port}/stats/outbound${path}?${query}`, { headers });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`/stats/outbound${path} answered ${answer.status}: ${text}`);
  return performance.now() - startedAt;
}

const ofEvents = shares.map(([counter, label, share]) => `('${counter}', '${label}', ${(events * share) / 1000})`);
const ofDetails = details.flatMap(([counter, labels]) =>
  labels.map(label => `('${counter}', '${label}', ${events / 10})`),
);
const keys = `(values ${[...ofEvents, ...ofDetails].join(', ')}) as key (counter, label, amount)`;
const streams = `(values ('outbound', 0.7), ('broadcast', 0.3)) as stream (stream_id, part)`;

/** Answers how many events the days hold. */
function fill({ connectionString }: Platform): Promise<number> {
  return withDatabase(connectionString, async client => {
    const live = `(select min(server_id) as server_id from servers where delivery_type = 'Live' and deleted_at is null) as live`;
    await client.query(`
      insert into stat_days (server_id, tag_key, counter, stream_id, day, label, count)
      select server_id, '', counter, stream_id, current_date - age, label, ceil(amount * part / ${days})
      from ${live}, ${keys}, ${streams}, generate_series(1, ${days}) as age`);
    await client.query(`
      insert into stat_hours (server_id, tag_key, counter, stream_id, hour, label, count)
      select server_id, '', counter, stream_id, date_trunc('hour', now()) - age * interval '1 hour', label,
             ceil(amount * part / ${days * 24})
      from ${live}, ${keys}, ${streams}, generate_series(1, ${hoursDays * 24}) as age`);
    // Tags as they are made for each campaign or each order: a day with a few counters each.
    await client.query(`
      insert into stat_days (server_id, tag_key, counter, stream_id, day, label, count)
      select server_id, substr(sha256(convert_to(server_id || ' tag-' || tag, 'UTF8')), 1, 16), counter, 'outbound',
             current_date - (tag % ${days}), '', ${events / tags / 4}
      from ${live}, unnest(array['sent', 'opens', 'unique_opens', 'clicks']) as counter,
           generate_series(1, ${tags}) as tag`);
    await client.query(`
      insert into stat_deltas (server_id, stream_id, tag_key, hour, counts)
      select server_id, 'outbound', substr(sha256(convert_to('waiting ' || number, 'UTF8')), 1, 16),
             date_trunc('hour', now()), '{"sent": 30, "tracked": 30, "open_tracked": 30}'
      from ${live}, generate_series(1, ${waitingDeltas}) as number`);
    await client.query('vacuum analyze stat_days, stat_hours, stat_deltas');
    const { rows } = await client.query<{ count: string }>(
      `select sum(count) as count from stat_days where tag_key = '' and (counter, label) in (
         ${shares.map(([counter, label]) => `('${counter}', '${label}')`).join(', ')})`,
    );
    return Number(rows[0]?.count);
  });
}
