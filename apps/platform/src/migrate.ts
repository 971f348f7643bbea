// Names the platform's migrations: every feature keeps its own beside its store.

import { migrate } from '@pennyblack/runtime/database/migrations.ts';

/** Brings the database to this version's shape and returns the names of the changes made. Errors: see `migrate`. */
export function migratePlatform(connectionString: string): Promise<string[]> {
  return migrate({ connectionString, root: import.meta.dirname, pattern: 'features/*/migrations/*.sql' });
}
