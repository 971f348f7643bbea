// A database with the platform's tables for one test file. Call it at the top of the file: it goes when the file ends.

import { after } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { connectDatabase } from '@pennyblack/runtime/database/connect-database.ts';
import type { Database } from '@pennyblack/runtime/database/database.ts';
import { cloneDatabase } from '@pennyblack/runtime/testing/cloned-database.ts';
import { migratePlatform } from '../migrate.ts';

export type TestDatabase = { database: Database; connectionString: string };

/** What a test leaves checked out is not waited for longer: dropping the database ends it. */
const patienceInMilliseconds = 2_000;

/** Closed and dropped by itself after the tests of the file (or of the suite or test that it is called in). */
export async function testDatabase(): Promise<TestDatabase> {
  const clone = await cloneDatabase({ name: 'platform', migrate: migratePlatform });
  const database = await connectDatabase({
    connectionString: clone.connectionString,
    applicationName: 'pennyblack-test',
    onError: () => {}, // A test may end connections on purpose; its statements tell it what became of them.
  });
  after(async () => {
    const closing = database.close();
    await Promise.race([closing, wait(patienceInMilliseconds, undefined, { ref: false })]);
    await clone.drop();
    await closing;
  });
  return { database, connectionString: clone.connectionString };
}
