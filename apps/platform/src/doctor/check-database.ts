// Whether the database is there, recent enough, of this version, on time, and opened by our key. Changes nothing, and
// starts no embedded one.

import type { Clock } from '@pennyblack/runtime/clock.ts';
import { connectDatabase } from '@pennyblack/runtime/database/connect-database.ts';
import type { Database } from '@pennyblack/runtime/database/database.ts';
import { hasEmbeddedPostgres, runningEmbeddedPostgres } from '@pennyblack/runtime/database/embedded-postgres.ts';
import { migrationsThatRan } from '@pennyblack/runtime/database/migrations.ts';
import { createKeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import { readSecretKeys } from '@pennyblack/runtime/secrets/secret-key.ts';
import type { Settings } from '../config.ts';
import { opensSecrets } from '../features/accounts/check-secret.ts';
import { clockDifferenceMaxInSeconds, measureClockDifference } from '../features/processes/read-database-time.ts';
import { platformMigrations } from '../migrate.ts';
import { type Finding, fail, ok, warn, wordsOf } from './finding.ts';

export async function checkDatabase(settings: Settings, clock: Clock): Promise<Finding[]> {
  const { databaseUrl, dataFolder } = settings;
  if (databaseUrl === undefined && !(await hasEmbeddedPostgres(dataFolder))) {
    return [ok('database', `The first start will make one in ${dataFolder}.`)];
  }
  const connectionString = databaseUrl ?? (await runningEmbeddedPostgres(dataFolder));
  if (connectionString === undefined) {
    const text = `The embedded database in ${dataFolder} is not running, so nothing within was looked at.`;
    return [warn('database', text, 'Start Pennyblack (npm start), and run this again beside it.')];
  }
  let db: Database;
  try {
    db = await connectDatabase({ connectionString, onError: () => {} });
  } catch (error) {
    return [fail('database', wordsOf(error), 'Start it, and let DATABASE_URL lead to it.')];
  }
  try {
    return [await checkVersion(db, connectionString), await checkClock(db, clock), await checkKey(db, settings)];
  } catch (error) {
    return [fail('database', wordsOf(error), 'The log of PostgreSQL says more.')];
  } finally {
    await db.close();
  }
}

async function checkVersion(db: Database, connectionString: string): Promise<Finding> {
  const [row] = await db.reads.query<{ version: string }>`select current_setting('server_version') as version`;
  const [ran, known] = await Promise.all([migrationsThatRan(connectionString), platformMigrations()]);
  const unknown = ran.filter(name => !known.includes(name));
  if (unknown.length > 0) {
    const text = `It was used by a newer version of Pennyblack, which made ${unknown.at(-1)}.`;
    return fail('database', text, 'Start that version, or restore a backup from before the upgrade.');
  }
  const missing = known.length - ran.length;
  if (missing === 0) return ok('database', `PostgreSQL ${row?.version} answers, with the tables of this version.`);
  const text = `PostgreSQL ${row?.version} answers; ${missing} changes of this version are not made yet.`;
  return warn('database', text, 'The next start makes them. Make a backup before it.');
}

async function checkClock(db: Database, clock: Clock): Promise<Finding> {
  const difference = await measureClockDifference(db.reads, clock.now);
  const text = `This clock and the database's are ${Math.abs(difference).toFixed(1)} s apart.`;
  const fix = 'Set both machines by NTP (timedatectl set-ntp true).';
  if (Math.abs(difference) > clockDifferenceMaxInSeconds) return fail('clock', text, fix);
  return Math.abs(difference) > 1 ? warn('clock', text, fix) : ok('clock', text);
}

async function checkKey(db: Database, { secretKeys, dataFolder, databaseUrl }: Settings): Promise<Finding> {
  const keys = secretKeys ?? (databaseUrl === undefined ? await readSecretKeys(dataFolder) : undefined);
  const isOpen = keys === undefined ? false : await opensSecrets(db.reads, createKeyRing(keys));
  if (isOpen === undefined) return ok('key of data', 'The database holds no secrets yet.');
  if (isOpen) return ok('key of data', 'The secret key opens the tokens and keys in the database.');
  const fix =
    'Set PENNYBLACK_SECRET_KEY to the key of the first start, or put the key file back. There is no way without.';
  return fail('key of data', 'The secret key is not the one that this database was written with.', fix);
}
