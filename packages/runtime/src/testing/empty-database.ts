// A database for tests of the runtime itself: our schema, and nothing in it.

import pg from 'pg';
import { schemaName } from '../database/session-settings.ts';
import { cloneDatabase } from './cloned-database.ts';

/** Dropped by itself when the file has ended. Returns its connection string. */
export function emptyDatabase(): Promise<string> {
  return cloneDatabase({ name: 'empty', migrate: createSchema });
}

async function createSchema(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query(`create schema ${schemaName}`);
  await client.end();
}
