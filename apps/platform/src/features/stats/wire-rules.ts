// How counts look on the wire. Pure. Source: Postmark's page "Stats API" and recorded answers.

import type { Counter } from './counting-rules.ts';

/** A key of its own for each counter, or the labels of one as keys. */
export type SeriesKeys = { names: Readonly<Partial<Record<Counter, string>>> } | { labelsOf: Counter };

export type Series = {
  keys: SeriesKeys;
  /** These stand in every day and in the totals, as zeros too: some clients cannot do without them. */
  always: readonly string[];
};

type Counted = { day: string; counter: Counter; label: string; count: number };

export function countersOf({ keys }: Series): Counter[] {
  return 'labelsOf' in keys ? [keys.labelsOf] : (Object.keys(keys.names) as Counter[]);
}

/** Days with data only, oldest first, then the totals; keys by alphabet. Without any data there are no totals either. */
export function toWireSeries(series: Series, rows: readonly Counted[]): Record<string, unknown> {
  const days = Map.groupBy(rows, row => row.day);
  if (days.size === 0) return { Days: [] };
  const sorted = [...days].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    Days: sorted.map(([day, ofDay]) => ({ Date: day, ...sumByKey(series, ofDay) })),
    ...sumByKey(series, rows),
  };
}

function sumByKey(series: Series, rows: readonly Counted[]): Record<string, number> {
  const sums = new Map<string, number>(series.always.map(key => [key, 0]));
  for (const row of rows) {
    const key = keyOf(series.keys, row);
    sums.set(key, (sums.get(key) ?? 0) + row.count);
  }
  return Object.fromEntries([...sums].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function keyOf(keys: SeriesKeys, { counter, label }: Counted): string {
  return 'labelsOf' in keys ? label : (keys.names[counter] ?? counter);
}

/** Not counted as bounced: mail that is only late, and mail that was never sent. */
const notBounced = new Set(['Transient', 'SMTPApiError']);

export function toWireOverview(rows: readonly Omit<Counted, 'day'>[]) {
  const sum = (counter: Counter, isMeant: (label: string) => boolean = () => true) =>
    rows.reduce((total, row) => total + (row.counter === counter && isMeant(row.label) ? row.count : 0), 0);
  const Sent = sum('sent');
  const Bounced = sum('bounces', label => !notBounced.has(label));
  const SpamComplaints = sum('complaints');
  return {
    Sent,
    Bounced,
    SMTPApiErrors: sum('bounces', label => label === 'SMTPApiError'),
    BounceRate: rateOf(Bounced, Sent),
    SpamComplaints,
    SpamComplaintsRate: rateOf(SpamComplaints, Sent),
    Tracked: sum('tracked'),
    Opens: sum('opens'),
    UniqueOpens: sum('unique_opens'),
    TotalClicks: sum('clicks'),
    UniqueLinksClicked: sum('unique_clicks'),
    WithClientRecorded: sum('client_opens'),
    // Each first open has both, if only as unknown.
    WithPlatformRecorded: sum('unique_opens'),
    WithReadTimeRecorded: sum('unique_opens'),
    WithLinkTracking: sum('link_tracked'),
    WithOpenTracking: sum('open_tracked'),
    TotalTrackedLinksSent: sum('tracked_links'),
    HumanOpens: sum('human_opens'),
    HumanLinksClicked: sum('human_clicks'),
  };
}

/** Percent with three decimals, cut: Postmark's sample has 10.406 for 64 of 615, which is 10.4065. */
export function rateOf(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.floor((part * 100_000) / whole) / 1000;
}
