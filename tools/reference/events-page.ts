// docs/reference/events.md: what can happen, and where it shows.

import { code, page, table } from './markdown.ts';

export type DescribedEvent = { isStored: boolean; isFinal: boolean; timeline: string | null };

const introduction =
  'Everything that happens to a message is recorded as an event, in the transaction that makes it happen. A recipient ' +
  'has exactly one event that ends it; no webhook and no count listens yet.';

export function eventsPage(events: Readonly<Record<string, DescribedEvent>>): string {
  const yes = (value: boolean) => (value ? 'yes' : '');
  const rows = Object.entries(events).map(([kind, event]) => [
    code(kind),
    yes(event.isStored),
    yes(event.isFinal),
    event.timeline === null ? '' : code(event.timeline),
  ]);
  return page('Events', introduction, [table(['Event', 'Stored', 'Ends the recipient', 'In MessageEvents'], rows)]);
}
