// Which counts an event adds to. Pure. Source: Postmark's page "Stats API": everything is counted by recipient, on the day
// of the event, under the tag and the stream of its message.

import type { StoredEvent } from '../events/event.ts';
import type { TrackedParts } from '../sending/tracked-parts.ts';
import { noTagKey, tagKeyOf } from './tag-key.ts';

/** Those above the line have no labels; those below are always counted with one. */
export const counters = [
  'sent',
  'tracked',
  'open_tracked',
  'link_tracked',
  'tracked_links',
  'complaints',
  'opens',
  'unique_opens',
  'human_opens',
  // First opens whose program is known.
  'client_opens',
  'clicks',
  'unique_clicks',
  'human_clicks',
  // By type of bounce, and `Transient` for each delay.
  'bounces',
  // Of first opens.
  'open_platforms',
  'open_clients',
  'open_read_times',
  // Of all clicks.
  'click_platforms',
  'click_browsers',
  'click_locations',
] as const;

export type Counter = (typeof counters)[number];

export type Count = { counter: Counter; label?: string; amount: number };

export function countsOf(event: Pick<StoredEvent, 'kind' | 'details'>): Count[] {
  const { kind, details } = event;
  switch (kind) {
    case 'message_accepted':
      return countsOfAccepted(details);
    case 'recipient_bounced':
    case 'bounce_reported':
      return [labelled('bounces', textOf(details.type) || 'Unknown')];
    case 'recipient_deferred':
      return [labelled('bounces', 'Transient')];
    case 'complaint_reported':
      return [{ counter: 'complaints', amount: 1 }];
    case 'message_opened':
      return countsOfOpen(details);
    case 'link_clicked':
      return countsOfClick(details);
    default:
      return [];
  }
}

type Details = StoredEvent['details'];

function countsOfAccepted({ recipients, tracked }: Details): Count[] {
  const amount = Number(recipients);
  const { opens = false, links = false, linkCount = 0 } = (tracked ?? {}) as Partial<TrackedParts>;
  const counted: Count[] = [{ counter: 'sent', amount }];
  if (opens || links) counted.push({ counter: 'tracked', amount });
  if (opens) counted.push({ counter: 'open_tracked', amount });
  if (links) counted.push({ counter: 'link_tracked', amount });
  if (linkCount > 0) counted.push({ counter: 'tracked_links', amount: amount * linkCount });
  return counted;
}

function countsOfOpen(details: Details): Count[] {
  const counted: Count[] = [{ counter: 'opens', amount: 1 }];
  if (details.isFirstHuman === true) counted.push({ counter: 'human_opens', amount: 1 });
  if (details.isFirst !== true) return counted;
  counted.push({ counter: 'unique_opens', amount: 1 }, labelled('open_platforms', platformOf(details)));
  counted.push(labelled('open_read_times', readTimeOf(details.readSeconds)));
  const family = familyOf(details);
  if (family) counted.push({ counter: 'client_opens', amount: 1 }, labelled('open_clients', family));
  return counted;
}

function countsOfClick(details: Details): Count[] {
  const counted: Count[] = [{ counter: 'clicks', amount: 1 }];
  if (details.isFirst === true) counted.push({ counter: 'unique_clicks', amount: 1 });
  if (details.isFirstHuman === true) counted.push({ counter: 'human_clicks', amount: 1 });
  counted.push(labelled('click_platforms', platformOf(details)));
  const location = textOf(details.location);
  if (location) counted.push(labelled('click_locations', location));
  const family = familyOf(details);
  if (family) counted.push(labelled('click_browsers', family));
  return counted;
}

const longReadSeconds = 20;

/** `4s`, `20s+`, `unknown`. */
function readTimeOf(seconds: unknown): string {
  if (typeof seconds !== 'number' || !(seconds >= 0)) return 'unknown';
  return seconds >= longReadSeconds ? `${longReadSeconds}s+` : `${Math.floor(seconds)}s`;
}

function platformOf({ platform }: Details): string {
  return textOf(platform) || 'Unknown';
}

/** Without the version: names of programs with all their versions would have no end. */
function familyOf({ client }: Details): string {
  return textOf((client as { family?: unknown } | undefined)?.family);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function labelled(counter: Counter, label: string): Count {
  return { counter, label, amount: 1 };
}

/** What a batch of events adds to one server, stream, tag and hour. */
export type Delta = {
  serverId: number;
  streamId: string;
  tagKey: Buffer;
  hour: Date;
  counts: Readonly<Record<string, number>>;
};

const oneHourInMilliseconds = 3_600_000;

/** Sorted by key. Needs memory for this batch only, whatever tags there are. */
export function deltasOf(events: readonly StoredEvent[]): Delta[] {
  const deltas = new Map<string, { delta: Delta; counts: Map<string, number> }>();
  for (const event of events) {
    const counted = countsOf(event).filter(({ amount }) => amount > 0);
    if (counted.length === 0 || event.streamId === undefined) continue;
    const { serverId, streamId } = event;
    const tag = textOf(event.details.tag);
    const hour = Math.floor(event.occurredAt.getTime() / oneHourInMilliseconds) * oneHourInMilliseconds;
    const key = `${String(serverId).padStart(16, '0')} ${hour} ${streamId} ${tag}`;
    let found = deltas.get(key);
    if (!found) {
      const counts = new Map<string, number>();
      const tagKey = tag === '' ? noTagKey : tagKeyOf(serverId, tag);
      found = { delta: { serverId, streamId, tagKey, hour: new Date(hour), counts: {} }, counts };
      deltas.set(key, found);
    }
    for (const { counter, label, amount } of counted) {
      const name = label === undefined ? counter : `${counter}/${label}`;
      found.counts.set(name, (found.counts.get(name) ?? 0) + amount);
    }
  }
  return [...deltas]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { delta, counts }]) => ({ ...delta, counts: Object.fromEntries(counts) }));
}
