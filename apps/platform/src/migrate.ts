// Names the platform's migrations: every feature keeps its own beside its store.

import { knownMigrations, migrate } from '@pennyblack/runtime/database/migrations.ts';

const migrationFiles = { root: import.meta.dirname, pattern: 'features/*/migrations/*.sql' };

/** Brings the database to this version's shape and returns the names of the changes made. Errors: see `migrate`. */
export function migratePlatform(connectionString: string): Promise<string[]> {
  return migrate({ connectionString, ...migrationFiles });
}

/** Their names, oldest first. */
export function platformMigrations(): Promise<string[]> {
  return knownMigrations(migrationFiles);
}
