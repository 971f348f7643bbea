// The filters that all statistics have in common.

import { Type } from 'typebox';
import { readFromDate } from '../../../edges/http-api/dates.ts';
import { Refusal } from '../../../refusals.ts';
import type { StatsFilter } from '../read-stats.ts';

export const statsQuery = Type.Object({
  tag: Type.Optional(Type.String({ description: 'Exactly this tag.' })),
  fromdate: Type.Optional(Type.String({ description: 'A day, `2026-03-04`, inclusive; US Eastern time.' })),
  todate: Type.Optional(Type.String({ description: 'A day, inclusive.' })),
  messagestream: Type.Optional(Type.String({ description: 'All streams of the server when absent.' })),
  timezone: Type.Optional(
    Type.String({ description: 'Whose days, as an IANA name such as `Europe/Berlin`; US Eastern when absent. Ours.' }),
  ),
});

export type StatsQuery = Partial<Record<'tag' | 'fromdate' | 'todate' | 'messagestream' | 'timezone', string>>;

export type StreamsOf = (serverId: number) => Promise<ReadonlyMap<string, unknown>>;

export async function readStatsFilter(query: StatsQuery, serverId: number, streamsOf: StreamsOf): Promise<StatsFilter> {
  const { tag, messagestream } = query;
  const fromDay = readDay('fromdate', query.fromdate);
  const toDay = readDay('todate', query.todate);
  if (fromDay !== undefined && toDay !== undefined && fromDay > toDay) throw new Refusal('stats_dates_reversed');
  const timeZone = readTimeZone(query.timezone);
  if (messagestream !== undefined && !(await streamsOf(serverId)).has(messagestream))
    throw new Refusal('stream_not_found');
  return {
    ...(tag === undefined ? {} : { tag }),
    ...(messagestream === undefined ? {} : { streamId: messagestream }),
    ...(fromDay === undefined ? {} : { fromDay }),
    ...(toDay === undefined ? {} : { toDay }),
    ...(timeZone === undefined ? {} : { timeZone }),
  };
}

/** A time is cut off: days are what is counted. */
function readDay(name: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const [, year = '', month = '', day = ''] = /^(\d{4})-(\d{1,2})-(\d{1,2})/.exec(text.trim()) ?? [];
  if (year === '' || readFromDate(text) === undefined)
    throw new Refusal('stats_dates_invalid', `The '${name}' parameter '${text}' is not a date.`);
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}

const knownZones = new Set(Intl.supportedValuesOf('timeZone').map(name => name.toLowerCase()));

function readTimeZone(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (text.toUpperCase() === 'UTC' || knownZones.has(text.toLowerCase())) return text;
  throw new Refusal('stats_dates_invalid', `The 'timezone' parameter '${text}' is not the name of a time zone.`);
}
