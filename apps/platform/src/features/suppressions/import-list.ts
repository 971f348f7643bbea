// Takes a list of suppressed addresses over from a CSV text. What the list holds already stays as it is.

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import type { RecordEvents } from '../events/record-events.ts';
import { suppressWithEvents } from './change-list.ts';
import { type CsvReading, readCsv } from './csv-rules.ts';
import type { SuppressionList } from './suppression-list.ts';

/** A transaction of this many rows, each with its event, takes a few seconds. */
export const importedAtMost = 20_000;
const rowsPerStatement = 1000;

/** Undefined: the text holds more than `importedAtMost` entries, and nothing was done. */
export async function importList(
  tx: Tx,
  recordEvents: RecordEvents,
  list: SuppressionList,
  csv: string,
  now: Date,
): Promise<{ imported: number; alreadySuppressed: number; failures: CsvReading['failures'] } | undefined> {
  const { entries, failures } = readCsv(csv);
  if (entries.length > importedAtMost) return undefined;
  const distinct = [...new Map(entries.toReversed().map(entry => [entry.addressKey, entry])).values()].sort((a, b) =>
    a.addressKey < b.addressKey ? -1 : 1,
  );
  let imported = 0;
  for (let start = 0; start < distinct.length; start += rowsPerStatement) {
    const rows = distinct.slice(start, start + rowsPerStatement).map(entry => ({ ...list, ...entry }));
    imported += (await suppressWithEvents(tx, recordEvents, rows, now)).length;
  }
  return { imported, alreadySuppressed: distinct.length - imported, failures };
}
