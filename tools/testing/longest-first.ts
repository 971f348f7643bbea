// The order of test files: those that take longest begin first, so that none of them runs alone at the end.

import path from 'node:path';

/** By name, of any folder; those above 25 s on a machine of two cores, the longest first. */
export const longFiles: readonly string[] = [
  'bulk-killed-five-times.test.ts',
  'webhooks-beside-broken-ones.test.ts',
  'killed-ten-times.test.ts',
  'client-data-removal.test.ts',
  'second-start.test.ts',
  'lost-answer-of-the-database.test.ts',
  'browser-mail.test.ts',
  'backup-and-restore.test.ts',
  'stopped-under-load.test.ts',
  'killed-while-reports-arrive.test.ts',
  'server-that-hangs.test.ts',
  'several-processes.test.ts',
  'who-starts-it.test.ts',
  'same-request-again.test.ts',
  'database-frozen-under-load.test.ts',
  'postfix-500.test.ts',
  'told-to-go-with-421.test.ts',
  'scheduled-over-restarts.test.ts',
  'database-killed-under-load.test.ts',
  'where-a-domain-leads.test.ts',
  'tried-again-after-4xx.test.ts',
  'connection-lost-around-the-dot.test.ts',
  'held-uncertain-recipients.test.ts',
  'smtp-round-trip.test.ts',
  'killed-under-smtp-load.test.ts',
  'tracking-in-any-weather.test.ts',
  'killed-while-mail-comes-in.test.ts',
  'embedded-postgres.test.ts',
  'endpoints-isolation.test.ts',
  'scheduled-messages.test.ts',
];

/** The others stay in their order. */
export function longestFirst(files: readonly string[]): string[] {
  const placeOf = (file: string) => {
    const place = longFiles.indexOf(path.basename(file));
    return place < 0 ? longFiles.length : place;
  };
  return files.toSorted((a, b) => placeOf(a) - placeOf(b));
}
