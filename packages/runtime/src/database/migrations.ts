// Brings a database to the shape that this version's code expects. Forward only: plain SQL files that lie beside the
// features, named `YYYYMMDDHHMM-feature-what.sql`, run once each in the order of their names by node-pg-migrate.

import assert from 'node:assert/strict';
import { glob } from 'node:fs/promises';
import path from 'node:path';
import { runner } from 'node-pg-migrate';
import pg from 'pg';
import { translateStatementError } from './database-errors.ts';
import { clientConfig, schemaName } from './session-settings.ts';

export type MigrateOptions = {
  connectionString: string;
  /** Where `pattern` begins. Kept apart because a folder's real name may hold characters that are special in a glob. */
  root: string;
  /** A glob that matches every migration of every feature. */
  pattern: string;
};

const migrationsTable = 'schema_migrations';
const fileNamePattern = /^\d{12}-[a-z0-9-]+\.sql$/;

/**
 * Runs what has not run yet, all of it in one transaction, and returns the names. Processes that start together wait
 * for each other (advisory lock). A file that is older than the last one that ran still runs: branches merge late.
 * @throws DatabaseUnavailable; or an Error with a sentence when a newer version has been at work here, when a file is
 * misnamed, or when its SQL fails.
 */
export async function migrate(options: MigrateOptions): Promise<string[]> {
  const files = await migrationFiles(options);
  const client = new pg.Client({
    ...clientConfig({
      connectionString: options.connectionString,
      applicationName: 'pennyblack-migrations',
      statementSecondsMax: 0,
      connectSecondsMax: 10,
    }),
    // Zero is no limit: a change of a large table takes its time, and so does waiting for another process to make it.
    query_timeout: 0,
  });
  client.on('error', () => {}); // The statement in flight rejects with the same error.
  try {
    await client.connect();
    const known = new Set(files.map(file => path.basename(file, '.sql')));
    refuseUnknown(await namesThatRan(client), known);
    const applied = await runner({
      dbClient: client,
      dir: files.map(asPattern),
      useGlob: true,
      direction: 'up',
      schema: schemaName,
      createSchema: true,
      migrationsTable,
      advisoryLockMode: 'wait',
      checkOrder: false,
      singleTransaction: true,
      logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    });
    const ran = await namesThatRan(client);
    // Again, because the lock may have been held by a newer version until now.
    refuseUnknown(ran, known);
    assert.equal(ran.length, known.size, `a migration below ${options.root} was found and not run`);
    return applied.map(migration => migration.name);
  } catch (error) {
    throw translateStatementError(error);
  } finally {
    await client.end().catch(() => {}); // A broken connection is closed already.
  }
}

/** The names of all changes that this version knows. */
export async function knownMigrations(options: Omit<MigrateOptions, 'connectionString'>): Promise<string[]> {
  return (await migrationFiles(options)).map(file => path.basename(file, '.sql')).toSorted();
}

/** The names of those that a database has seen, oldest first. Changes nothing. */
export async function migrationsThatRan(connectionString: string): Promise<string[]> {
  const client = new pg.Client(
    clientConfig({ connectionString, applicationName: 'pennyblack', statementSecondsMax: 10, connectSecondsMax: 10 }),
  );
  client.on('error', () => {}); // The statement in flight rejects with the same error.
  try {
    await client.connect();
    return await namesThatRan(client);
  } catch (error) {
    throw translateStatementError(error);
  } finally {
    await client.end().catch(() => {}); // A broken connection is closed already.
  }
}

async function migrationFiles(options: Omit<MigrateOptions, 'connectionString'>): Promise<string[]> {
  const files: string[] = [];
  for await (const file of glob(options.pattern, { cwd: options.root })) files.push(path.join(options.root, file));
  if (files.length === 0) throw new Error(`No migration was found in ${options.root} by ${options.pattern}.`);
  const names = new Set<string>();
  for (const file of files) {
    const name = path.basename(file);
    if (!fileNamePattern.test(name)) {
      throw new Error(`The migration ${name} is not named like 202601311200-feature-what.sql.`);
    }
    if (names.has(name)) throw new Error(`Two migrations are named ${name}.`);
    names.add(name);
  }
  return files;
}

async function namesThatRan(client: pg.Client): Promise<string[]> {
  const table = await client.query<{ exists: boolean }>('select to_regclass($1) is not null as exists', [
    `${schemaName}.${migrationsTable}`,
  ]);
  if (!table.rows[0]?.exists) return [];
  const { rows } = await client.query<{ name: string }>(`select name from ${schemaName}.${migrationsTable} order by 1`);
  return rows.map(row => row.name);
}

/** Old code on a newer schema would write what the newer code no longer understands. */
function refuseUnknown(ran: readonly string[], known: ReadonlySet<string>): void {
  const newest = ran.filter(name => !known.has(name)).at(-1);
  if (newest === undefined) return;
  throw new Error(
    `The database has been used by a newer version of Pennyblack: this version does not know its change ${newest}. ` +
      'Start that newer version, or restore a backup made before the upgrade.',
  );
}

/**
 * The library takes paths as patterns only. From the folder we run in, what is left of a path seldom holds anything
 * special; should it find too little all the same (braces), the count above says so.
 */
function asPattern(file: string): string {
  return path
    .relative('.', file)
    .replaceAll(path.sep, '/')
    .replaceAll(/[?*[\]{}()!+@|]/g, '\\$&');
}
