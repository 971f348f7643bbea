// Every SQL statement on stat_deltas, stat_days and stat_hours.

import type { Pool, Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import { empty, raw, type Sql, sql } from '@pennyblack/runtime/database/sql.ts';
import type { Counter, Delta } from './counting-rules.ts';

const insertDeltasText = `
  insert into stat_deltas (server_id, stream_id, tag_key, hour, counts)
  select * from unnest($1::bigint[], $2::text[], $3::bytea[], $4::timestamptz[], $5::jsonb[])`;

export async function insertDeltas(tx: Tx, deltas: readonly Delta[]): Promise<void> {
  await tx.prepared('insert_stat_deltas', insertDeltasText, [
    deltas.map(delta => delta.serverId),
    deltas.map(delta => delta.streamId),
    deltas.map(delta => delta.tagKey),
    deltas.map(delta => delta.hour),
    deltas.map(delta => JSON.stringify(delta.counts)),
  ]);
}

/** The days of the counts, wherever the reader of them is. */
const easternZone = 'America/New_York';

const counterOfName = raw(`(split_part(name, '/', 1) collate "C")`);
const labelOfName = raw(`(substr(name, strpos(name || '/', '/') + 1) collate "C")`);

/**
 * Takes the oldest deltas, at most `limit`, and adds them to their days and hours: under their tag, and under all. Rows are
 * touched in the order of their keys, so that two that fold at once cannot wait for each other for ever.
 */
export async function foldDeltas(db: Queryable, limit: number): Promise<number> {
  const rows = await db.query<{ taken: number }>`
    with taken as (
      delete from stat_deltas where delta_id in (
        select delta_id from stat_deltas order by delta_id limit ${limit} for update skip locked)
      returning server_id, stream_id, tag_key, hour, counts
    ), counted as (
      select server_id, tag_key, stream_id, hour, counts from taken
      union all
      select server_id, ''::bytea, stream_id, hour, counts from taken where tag_key <> ''
    ), summed as materialized (
      select server_id, tag_key, ${counterOfName} as counter, stream_id, hour, ${labelOfName} as label,
             sum(amount::bigint)::bigint as count
      from counted cross join jsonb_each_text(counts) as entry (name, amount)
      group by 1, 2, 3, 4, 5, 6
    ), hours as (
      insert into stat_hours (server_id, tag_key, counter, stream_id, hour, label, count)
      select * from summed order by 1, 2, 3, 4, 5, 6
      on conflict (server_id, tag_key, counter, stream_id, hour, label)
      do update set count = stat_hours.count + excluded.count
    ), days as (
      insert into stat_days (server_id, tag_key, counter, stream_id, day, label, count)
      select server_id, tag_key, counter, stream_id, (hour at time zone ${easternZone})::date, label, sum(count)::bigint
      from summed group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5, 6
      on conflict (server_id, tag_key, counter, stream_id, day, label)
      do update set count = stat_days.count + excluded.count
    )
    select count(*)::int as taken from taken`;
  return rows[0]?.taken ?? 0;
}

export async function deleteHoursBefore(db: Pool, before: Date, limit: number): Promise<number> {
  const rows = await db.query`
    delete from stat_hours where ctid = any (array(
      select ctid from stat_hours where hour < ${before} limit ${limit}))
    returning 1`;
  return rows.length;
}

/** Whose counts, and of when. Days are inclusive, `2026-03-04`. */
export type CountFilter = {
  serverId: number;
  counters: readonly Counter[];
  /** Empty for everything. */
  tagKey: Buffer;
  streamId?: string;
  fromDay?: string;
  toDay?: string;
  /** Other days than US Eastern ones, as far back as `hoursFrom` goes; before that the days are Eastern. */
  zone?: { name: string; hoursFromDay: string };
};

export type CountRow = { day: string; counter: Counter; label: string; count: number };

/**
 * Folded and not yet folded counts are read by one statement, so that each is seen exactly once. In any order; `day` is empty
 * unless it is asked for.
 */
export async function readCounts(db: Queryable, filter: CountFilter, byDay: boolean): Promise<CountRow[]> {
  const { zone } = filter;
  const where = sql`server_id = ${filter.serverId} ${ofStream(filter)}`;
  const ofCounters = sql`tag_key = ${filter.tagKey} and counter = any (${filter.counters}::text[])`;
  const start = zone && sql`(${zone.hoursFromDay}::date::timestamp at time zone ${easternZone})`;
  const easternDay = sql`(hour at time zone ${easternZone})::date`;
  const dayOfHour =
    zone && start
      ? sql`case when hour >= ${start} then (hour at time zone ${zone.name}::text)::date else ${easternDay} end`
      : easternDay;
  const hours =
    zone && start
      ? sql`
        union all
        select ${dayOfHour}, counter, label, count from stat_hours
        where ${where} and ${ofCounters} and hour >= ${start} ${nearDays(filter)} ${withinDays(filter, dayOfHour)}`
      : empty;
  const untilHours = zone ? sql`and day < ${zone.hoursFromDay}::date` : empty;
  const [dayText, group] = byDay ? [sql`day::text`, sql`day,`] : [sql`''`, empty];
  // There may be many deltas and few hours and names: they are added up before anything else is done with them. A year of
  // days has thousands of labels: as one object for each day they cost a fifth of what a row for each would.
  const rows = await db.query<{ day: string; counter: Counter; counts: Record<string, number> }>`
    select ${dayText} as day, counter, json_object_agg(label, count) as counts
    from (select ${group} counter, label, sum(count)::bigint as count
    from (
      select day, counter, label, count from stat_days
      where ${where} and ${ofCounters} ${untilHours} ${withinDays(filter, sql`day`)}
      ${hours}
      union all
      select ${dayOfHour}, ${counterOfName}, ${labelOfName}, count
      from (
        select hour, name, sum(amount::bigint)::bigint as count
        from stat_deltas cross join jsonb_each_text(counts) as entry (name, amount)
        where ${where} ${filter.tagKey.length === 0 ? empty : sql`and tag_key = ${filter.tagKey}`}
        group by hour, name
      ) as waiting
      where ${counterOfName} = any (${filter.counters}::text[]) ${withinDays(filter, dayOfHour)}
    ) as counted
    group by ${group} counter, label) as summed
    group by ${group} counter`;
  return rows.flatMap(({ day, counter, counts }) =>
    Object.entries(counts).map(([label, count]) => ({ day, counter, label, count })),
  );
}

function ofStream({ streamId }: CountFilter): Sql {
  return streamId === undefined ? empty : sql`and stream_id = ${streamId}`;
}

function withinDays({ fromDay, toDay }: CountFilter, day: Sql): Sql {
  const from = fromDay === undefined ? empty : sql`and ${day} >= ${fromDay}::date`;
  return toDay === undefined ? from : sql`${from} and ${day} <= ${toDay}::date`;
}

/** Lets the index find the hours: no zone is more than a day away from UTC. */
function nearDays({ fromDay, toDay }: CountFilter): Sql {
  const from = fromDay === undefined ? empty : sql`and hour >= (${fromDay}::date - 1)::timestamp at time zone 'UTC'`;
  return toDay === undefined ? from : sql`${from} and hour < (${toDay}::date + 2)::timestamp at time zone 'UTC'`;
}
