// Looks into the database of a running Pennyblack, beside it, as an operator with psql would.

import pg from 'pg';
import { runningEmbeddedPostgres } from '../../packages/runtime/src/database/embedded-postgres.ts';
import { clientConfig } from '../../packages/runtime/src/database/session-settings.ts';

/** Opens one connection, runs one statement, closes it again: a story may kill the database at any moment. */
export async function ask<R extends pg.QueryResultRow>(
  dataFolderOrUrl: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<R[]> {
  const connectionString = dataFolderOrUrl.startsWith('postgres')
    ? dataFolderOrUrl
    : await runningEmbeddedPostgres(dataFolderOrUrl);
  if (connectionString === undefined) throw new Error('The database does not run.');
  const client = new pg.Client(
    clientConfig({ connectionString, applicationName: 'story', statementSecondsMax: 60, connectSecondsMax: 5 }),
  );
  client.on('error', () => {}); // The statement in flight rejects with it.
  await client.connect();
  try {
    return (await client.query<R>(text, [...values])).rows;
  } finally {
    await client.end();
  }
}
