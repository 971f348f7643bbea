// docs/reference/events.md: what can happen, and where it shows.

import type { EventKind } from '../../apps/platform/src/features/events/event.ts';
import { type Counter, countsOf } from '../../apps/platform/src/features/stats/counting-rules.ts';
import { triggersOf } from '../../apps/platform/src/features/webhooks/payloads/trigger-rules.ts';
import type { CallTrigger } from '../../apps/platform/src/features/webhooks/webhook.ts';
import { bounceTypeNames } from '../../packages/email/src/bounces/bounce-types.ts';
import { code, page, table } from './markdown.ts';

export type DescribedEvent = { isStored: boolean; isFinal: boolean; timeline: string | null };

const introduction =
  'Everything that happens to a message is recorded as an event, in the transaction that makes it happen. A recipient ' +
  'has exactly one event that ends it. Those with a webhook are posted to the webhooks of the stream that ask for it: ' +
  '[webhooks](webhooks.md) shows what. An event whose recipient is not known any more is not. Those with a count add to the statistics.';

export function eventsPage(events: Readonly<Record<string, DescribedEvent>>): string {
  const yes = (value: boolean) => (value ? 'yes' : '');
  const rows = Object.entries(events).map(([kind, event]) => [
    code(kind),
    yes(event.isStored),
    yes(event.isFinal),
    event.timeline === null ? '' : code(event.timeline),
    countersOfKind(kind).map(code).join(', '),
    triggersOfKind(kind).map(code).join(' or '),
  ]);
  const head = ['Event', 'Stored', 'Ends the recipient', 'In MessageEvents', 'Counts', 'Webhook'];
  return page('Events', introduction, [table(head, rows)]);
}

/** All that an event of the kind can add to; which it is depends on its details. */
function countersOfKind(kind: string): Counter[] {
  const tracked = { opens: true, links: true, linkCount: 1 };
  const reading = {
    isFirst: true,
    isFirstHuman: true,
    platform: 'Mobile',
    client: { family: 'any' },
    location: 'HTML',
  };
  const counted = countsOf({ kind: kind as EventKind, details: { recipients: 1, tracked, type: 'any', ...reading } });
  return [...new Set(counted.map(({ counter }) => counter))];
}

/** Which it is of several depends on the type of the bounce. */
export function triggersOfKind(kind: string): CallTrigger[] {
  const probes = bounceTypeNames.map(type => ({ kind: kind as EventKind, recipient: 'any', details: { type } }));
  return [...new Set(probes.flatMap(probe => triggersOf(probe) ?? []))];
}
