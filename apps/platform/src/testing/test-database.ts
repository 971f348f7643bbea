// A database with the platform's tables for one test file. Call it at the top of the file: it goes when the file ends.

import { after } from 'node:test';
import { connectDatabase } from '@pennyblack/runtime/database/connect-database.ts';
import type { Database } from '@pennyblack/runtime/database/database.ts';
import { cloneDatabase } from '@pennyblack/runtime/testing/cloned-database.ts';
import { migratePlatform } from '../migrate.ts';

export type TestDatabase = { database: Database; connectionString: string };

/** Closed by itself after the tests of the file (or of the suite or test that it is called in), then dropped. */
export async function testDatabase(): Promise<TestDatabase> {
  const connectionString = await cloneDatabase({ name: 'platform', migrate: migratePlatform });
  const database = await connectDatabase({
    connectionString,
    applicationName: 'pennyblack-test',
    onError: () => {}, // A test may end connections on purpose; its statements tell it what became of them.
  });
  after(() => database.close());
  return { database, connectionString };
}
