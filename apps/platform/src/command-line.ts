// `npm run pennyblack -- COMMAND`: what an operator does by hand. Works beside a running platform and without one.

import { text } from 'node:stream/consumers';
import { systemClock } from '@pennyblack/runtime/clock.ts';
import { SettingsRefused } from '@pennyblack/runtime/config/read-settings.ts';
import { connectDatabase } from '@pennyblack/runtime/database/connect-database.ts';
import type { Database } from '@pennyblack/runtime/database/database.ts';
import { runningEmbeddedPostgres, startEmbeddedPostgres } from '@pennyblack/runtime/database/embedded-postgres.ts';
import { createKeyRing, type KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import { loadOrCreateSecretKeys } from '@pennyblack/runtime/secrets/secret-key.ts';
import type { CommandContext } from './commands/command.ts';
import { commands, findCommand } from './commands/commands.ts';
import { loadSettings, type Settings } from './config.ts';
import { checkSecret } from './features/accounts/check-secret.ts';
import { migratePlatform } from './migrate.ts';

type OpenDatabase = { db: Database; close(): Promise<void> };

async function openDatabase(settings: Settings): Promise<OpenDatabase> {
  const running = settings.databaseUrl ?? (await runningEmbeddedPostgres(settings.dataFolder));
  const embedded =
    running === undefined ? await startEmbeddedPostgres({ dataFolder: settings.dataFolder, log: () => {} }) : undefined;
  const connectionString = running ?? embedded?.connectionString ?? '';
  try {
    await migratePlatform(connectionString);
    const db = await connectDatabase({ connectionString, onError: () => {} });
    return {
      db,
      close: async () => {
        await db.close();
        await embedded?.close();
      },
    };
  } catch (error) {
    await embedded?.close();
    throw error;
  }
}

async function openKeyRing(settings: Settings, db: Database): Promise<KeyRing> {
  const keyRing = createKeyRing(settings.secretKeys ?? (await loadOrCreateSecretKeys(settings.dataFolder)));
  if (await checkSecret(db.accept, keyRing, systemClock.now())) return keyRing;
  throw new Error('This database was written with another secret key: set PENNYBLACK_SECRET_KEY to that one.');
}

function printUsage(): void {
  console.log('Usage: npm run pennyblack -- COMMAND\n');
  for (const command of commands) console.log(`  ${command.usage.padEnd(44)} ${command.summary}`);
}

async function run(words: readonly string[]): Promise<number> {
  const found = findCommand(words);
  if (!found) {
    printUsage();
    return words.length === 0 || words[0] === 'help' ? 0 : 2;
  }
  if ('runAlone' in found.command) {
    const readSettings = () => loadSettings(process.env);
    return found.command.runAlone({ readSettings, clock: systemClock, print: console.log }, found.arguments);
  }
  const settings = loadSettings(process.env);
  const opened = await openDatabase(settings);
  try {
    const keyRing = await openKeyRing(settings, opened.db);
    const context: CommandContext = {
      db: opened.db,
      keyRing,
      settings,
      now: systemClock.now(),
      print: console.log,
      readInput: () => text(process.stdin),
    };
    await found.command.run(context, found.arguments);
    return 0;
  } finally {
    await opened.close();
  }
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  const sentences =
    error instanceof SettingsRefused ? error.sentences : [error instanceof Error ? error.message : String(error)];
  for (const sentence of sentences) console.error(sentence);
  process.exitCode = 1;
}
