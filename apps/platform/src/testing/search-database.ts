// For tests of the erasure of data: looks for a text in every row of every table, compressed contents unpacked.

import { zstdDecompressSync } from 'node:zlib';
import type { Pool } from '@pennyblack/runtime/database/database.ts';
import { raw } from '@pennyblack/runtime/database/sql.ts';

/** Base tables and partitioned ones; not the partitions themselves. */
export async function listTables(db: Pool): Promise<string[]> {
  const rows = await db.query<{ name: string }>`
    select relname as name from pg_class join pg_namespace space on space.oid = relnamespace
    where space.nspname = 'pennyblack' and relkind in ('r', 'p') and not relispartition order by 1`;
  return rows.map(row => row.name);
}

/** `table: row` for each row that holds the text, in any case, in clear or within compressed bytes. */
export async function searchDatabase(db: Pool, text: string): Promise<string[]> {
  const found: string[] = [];
  for (const table of await listTables(db)) {
    const rows = await db.query<{ row: Record<string, unknown> }>`select to_jsonb(t) as row from ${raw(table)} t`;
    for (const { row } of rows) {
      const words = JSON.stringify(row, (_key, value) => (isBytes(value) ? readBytes(value) : value)).toLowerCase();
      if (words.includes(text.toLowerCase())) found.push(`${table}: ${words.slice(0, 2000)}`);
    }
  }
  return found;
}

function isBytes(value: unknown): value is string {
  return typeof value === 'string' && /^\\x([0-9a-f]{2})*$/.test(value);
}

function readBytes(hex: string): string {
  const bytes = Buffer.from(hex.slice(2), 'hex');
  try {
    return zstdDecompressSync(bytes).toString('utf8');
  } catch {
    return bytes.toString('utf8');
  }
}
