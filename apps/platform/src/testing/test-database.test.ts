import assert from 'node:assert/strict';
import test from 'node:test';
import { testDatabase } from './test-database.ts';

const [first, second] = await Promise.all([testDatabase(), testDatabase()]);

test('a test file has the platform’s tables, and nobody else’s rows', async () => {
  const tables = await first.database.reads.query<{ name: string }>`
    select tablename as name from pg_tables where schemaname = 'pennyblack'`;
  assert.ok(tables.some(table => table.name === 'schema_migrations'));
  assert.ok(tables.some(table => table.name === 'accounts'));
  assert.notEqual(first.connectionString, second.connectionString);
});
