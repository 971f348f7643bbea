// Commands that save the embedded database with its key, and put it back on another machine.

import path from 'node:path';
import { makeBackup, restoreBackup } from '@pennyblack/runtime/database/backup.ts';
import { connectDatabase } from '@pennyblack/runtime/database/connect-database.ts';
import {
  hasEmbeddedPostgres,
  runningEmbeddedPostgres,
  startEmbeddedPostgres,
} from '@pennyblack/runtime/database/embedded-postgres.ts';
import { migrationsThatRan } from '@pennyblack/runtime/database/migrations.ts';
import { createKeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import { readSecretKeys } from '@pennyblack/runtime/secrets/secret-key.ts';
import type { Settings } from '../config.ts';
import { opensSecrets } from '../features/accounts/check-secret.ts';
import { forgetNumbering } from '../features/events/renumber-events.ts';
import { platformMigrations } from '../migrate.ts';
import type { StandaloneCommand } from './command.ts';

function refuseOwnDatabase(settings: Settings): void {
  if (settings.databaseUrl === undefined) return;
  throw new Error(
    'This is for the embedded database, and DATABASE_URL names another: back that one up with the tools of its server ' +
      '(pg_basebackup, pg_dump), and keep PENNYBLACK_SECRET_KEY with the backup.',
  );
}

async function openEmbedded(dataFolder: string): Promise<{ connectionString: string; close(): Promise<void> }> {
  const running = await runningEmbeddedPostgres(dataFolder);
  if (running !== undefined) return { connectionString: running, close: async () => {} };
  return startEmbeddedPostgres({ dataFolder, log: () => {} });
}

export const backup: StandaloneCommand = {
  usage: 'backup <folder|file.tar.gz>',
  summary: 'Saves the embedded database, as it is at the end of the backup, and its key; while it runs or not.',
  runAlone: async ({ readSettings, clock, print }, [target]) => {
    if (target === undefined || target === '') throw new Error('Name the folder, or the .tar.gz file, to make.');
    const settings = readSettings();
    refuseOwnDatabase(settings);
    const { dataFolder, secretKeys } = settings;
    if (!(await hasEmbeddedPostgres(dataFolder))) throw new Error(`There is no database in ${dataFolder} yet.`);
    const embedded = await openEmbedded(dataFolder);
    try {
      const { connectionString } = embedded;
      const newestMigration = (await migrationsThatRan(connectionString)).at(-1) ?? '';
      await makeBackup({ dataFolder, connectionString, target, newestMigration, secretKeys, now: clock.now() });
    } finally {
      await embedded.close();
    }
    print(`Saved to ${path.resolve(target)}. It holds everybody's mail and the key: keep it like a password.`);
    if (secretKeys) print('The key is in PENNYBLACK_SECRET_KEY and not in the backup: keep it as well.');
    return 0;
  },
};

/**
 * Starts what was restored, which brings it to the end of the backup; makes readers of the event feed notice; opens a secret.
 */
async function openRestored(settings: Settings): Promise<void> {
  const { dataFolder } = settings;
  const keys = settings.secretKeys ?? (await readSecretKeys(dataFolder));
  const embedded = await startEmbeddedPostgres({ dataFolder, log: () => {} });
  try {
    const db = await connectDatabase({ connectionString: embedded.connectionString, onError: () => {} });
    try {
      await forgetNumbering(db.results);
      const isOpen = keys !== undefined && (await opensSecrets(db.reads, createKeyRing(keys)));
      if (!isOpen) throw new Error('The database was restored, and its secret key does not open it.');
    } finally {
      await db.close();
    }
  } finally {
    await embedded.close();
  }
}

export const restore: StandaloneCommand = {
  usage: 'restore <folder|file.tar.gz>',
  summary: 'Fills an empty data folder from a backup, and checks that its database and key work.',
  runAlone: async ({ readSettings, print }, [source]) => {
    if (source === undefined || source === '') throw new Error('Name the folder or file of the backup.');
    const settings = readSettings();
    refuseOwnDatabase(settings);
    const { dataFolder, secretKeys } = settings;
    const knownMigrations = await platformMigrations();
    const manifest = await restoreBackup({ source, dataFolder, knownMigrations, secretKeys });
    await openRestored(settings);
    print(`Restored to ${dataFolder}, as of ${manifest.madeAt}. Start it with: npm start`);
    print('Mail that was sent since then is not known here and may be sent again; see docs/operating/backup.md.');
    return 0;
  },
};
