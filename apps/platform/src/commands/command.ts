// What an operator's command is.

import type { Clock } from '@pennyblack/runtime/clock.ts';
import type { Database } from '@pennyblack/runtime/database/database.ts';
import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import type { Settings } from '../config.ts';
import { readFirstAccountId } from '../features/accounts/read-accounts.ts';
import { readAllServers } from '../features/servers/read-servers.ts';
import { readServerId } from './words.ts';

export type CommandContext = {
  db: Database;
  keyRing: KeyRing;
  settings: Settings;
  now: Date;
  print(line: string): void;
  /** Everything that was piped into the command. */
  readInput(): Promise<string>;
};

export type Command = {
  /** The words that name it, then its arguments in angle brackets. */
  usage: string;
  summary: string;
  run(context: CommandContext, words: readonly string[]): Promise<void>;
};

export type StandaloneContext = {
  /** @throws SettingsRefused with a sentence for everything that is wrong. */
  readSettings(): Settings;
  clock: Clock;
  print(line: string): void;
};

/** A command that opens what it needs by itself, or needs nothing to be open. Answers the exit code. */
export type StandaloneCommand = {
  usage: string;
  summary: string;
  runAlone(context: StandaloneContext, words: readonly string[]): Promise<number>;
};

/** Commands without an account's name mean the first one. */
export async function firstAccount(context: CommandContext): Promise<number> {
  const accountId = await readFirstAccountId(context.db.reads);
  if (accountId === undefined) throw new Error('There is no account yet: start Pennyblack once with npm start.');
  return accountId;
}

/** The server that a word names by its id. */
export async function namedServer(context: CommandContext, word: string | undefined) {
  const serverId = readServerId(word);
  const server = (await readAllServers(context.db.reads)).find(known => known.serverId === serverId);
  if (!server) throw new Error(`There is no server ${serverId}. See them with: npm run pennyblack -- servers list`);
  return server;
}
