// Reads counts as they were asked for.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import type { Counter } from './counting-rules.ts';
import { hoursKeptDays } from './fold-deltas.ts';
import { type CountRow, readCounts } from './store.ts';
import { noTagKey, tagKeyOf } from './tag-key.ts';

/** Absent means all: tags, streams, days. Days are inclusive, `2026-03-04`. */
export type StatsFilter = {
  tag?: string;
  streamId?: string;
  fromDay?: string;
  toDay?: string;
  /** An IANA name; US Eastern when absent. */
  timeZone?: string;
};

const oneDayInMilliseconds = 86_400_000;
const easternDay = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/New_York', dateStyle: 'short' });

export type ReadStats = { counters: readonly Counter[]; byDay: boolean };

/** By day, `''` for all of them together, then by counter and label. What is zero is not there. */
export async function readStats(
  db: Queryable,
  serverId: number,
  { counters, byDay }: ReadStats,
  { tag, timeZone, ...filter }: StatsFilter,
  now: Date,
): Promise<CountRow[]> {
  const oldestHour = new Date(now.getTime() - (hoursKeptDays - 2) * oneDayInMilliseconds);
  return readCounts(
    db,
    {
      ...filter,
      serverId,
      counters,
      tagKey: tag === undefined ? noTagKey : tagKeyOf(serverId, tag),
      ...(timeZone === undefined ? {} : { zone: { name: timeZone, hoursFromDay: easternDay.format(oldestHour) } }),
    },
    byDay,
  );
}
