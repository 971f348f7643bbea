// The database that comes with us: a real PostgreSQL below the data folder, made on the first start, watched while we
// run, stopped when we stop. For one machine; several machines share a PostgreSQL that DATABASE_URL names.

import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { lockDataFolder } from './data-folder-lock.ts';
import { findPostgresBinaries, postgresMajor } from './postgres-binaries.ts';
import {
  chooseLauncher,
  isUnprivilegedUser,
  type Launcher,
  type LauncherWorld,
  systemWorld,
} from './postgres-launcher.ts';
import { type Durability, initdbArguments } from './postgres-settings.ts';
import { freePort, type Postmaster, startPostmaster } from './postmaster.ts';
import { readPostmasterFile, stopLeftover } from './postmaster-file.ts';

export type EmbeddedPostgres = {
  connectionString: string;
  /** Stops the server within a few seconds and gives the data folder back. */
  close(): Promise<void>;
};

export type EmbeddedOptions = {
  dataFolder: string;
  /** One sentence for the operator at a time. */
  log: (line: string) => void;
  /** `throwaway` does not wait for the disk: for tests alone. */
  durability?: Durability;
  world?: LauncherWorld;
};

const superuser = 'pennyblack';
const databaseName = 'pennyblack';
const restartDelaysInMilliseconds: readonly number[] = [100, 500, 1000, 2000, 5000, 10_000];

/** @throws Error with a sentence that says what to change. */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const dataFolder = path.resolve(options.dataFolder);
  const unlock = await lockDataFolder(dataFolder);
  try {
    await refuseOthersCluster(path.join(dataFolder, 'postgres'), options.world ?? systemWorld);
    const launcher = await chooseLauncher(dataFolder, await findPostgresBinaries(), options.world ?? systemWorld);
    const dataDirectory = path.join(launcher.home, 'postgres');
    if (await exists(path.join(dataDirectory, 'PG_VERSION'))) await refuseForeignCluster(dataDirectory, options);
    else await makeCluster(dataFolder, launcher, options.log);
    await launcher.handOver(dataDirectory);
    await stopLeftover(dataDirectory, options.log);

    const port = await freePort();
    const server = await supervise(
      () =>
        startPostmaster({
          launcher,
          dataDirectory,
          logFile: path.join(dataFolder, 'postgres.log'),
          port,
          durability: options.durability ?? 'durable',
          log: options.log,
        }),
      () => stopLeftover(dataDirectory, options.log),
      options.log,
    );
    const connectionString = connectionStringFor(await readPassword(dataFolder), port);
    try {
      await createDatabase(connectionString);
    } catch (error) {
      await server.close();
      throw error;
    }
    return {
      connectionString,
      async close() {
        await server.close();
        await unlock();
      },
    };
  } catch (error) {
    await unlock();
    throw error;
  }
}

/** Whether a start would find a database in the folder, or make one. */
export async function hasEmbeddedPostgres(dataFolder: string): Promise<boolean> {
  return exists(path.join(dataFolder, 'postgres', 'PG_VERSION'));
}

/** For commands beside a running Pennyblack; undefined when none runs on this folder. */
export async function runningEmbeddedPostgres(dataFolder: string): Promise<string | undefined> {
  const file = await readPostmasterFile(path.join(dataFolder, 'postgres'));
  if (!file?.isReady) return undefined;
  const connectionString = connectionStringFor(await readPassword(dataFolder), file.port);
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 2000 });
  client.on('error', () => {}); // The connect below rejects with it.
  return client.connect().then(
    async () => {
      await client.end();
      return connectionString;
    },
    () => undefined, // The file was left by a server that is gone.
  );
}

/** Keeps one server running: a new one when it ends without being asked, on the same port, so that pools find it. */
async function supervise(
  start: () => Promise<Postmaster>,
  clearAway: () => Promise<void>,
  log: (line: string) => void,
): Promise<{ close(): Promise<void> }> {
  const closing = new AbortController();
  let postmaster: Postmaster | undefined = await start();

  async function watch(): Promise<void> {
    for (let failures = 0; !closing.signal.aborted; ) {
      if (postmaster) {
        const how = await postmaster.exited;
        postmaster = undefined;
        if (closing.signal.aborted) return;
        log(`The embedded database stopped unexpectedly (${how}); starting it again.`);
      }
      const delay = restartDelaysInMilliseconds[Math.min(failures, restartDelaysInMilliseconds.length - 1)];
      await wait(delay, undefined, { signal: closing.signal }).catch(() => {}); // Woken by close().
      if (closing.signal.aborted) return;
      try {
        await clearAway();
        postmaster = await start();
        failures = 0;
        log('The embedded database is running again.');
      } catch (error) {
        failures += 1;
        log(error instanceof Error ? error.message : String(error));
      }
    }
  }

  const watching = watch();
  return {
    async close() {
      closing.abort();
      await postmaster?.stop();
      await watching;
      // A start that was under way when we were told to stop has brought up one more.
      await postmaster?.stop();
    },
  };
}

/** Made aside and renamed when complete, so that a first start that is interrupted leaves nothing half done. */
async function makeCluster(dataFolder: string, launcher: Launcher, log: (line: string) => void): Promise<void> {
  log(`Making a new database in ${dataFolder}.`);
  const unfinished = path.join(launcher.home, 'postgres.new');
  const passwordFile = path.join(launcher.home, 'postgres-password.new');
  const password = randomBytes(24).toString('base64url');
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  await launcher.handOver(unfinished);
  await rm(passwordFile, { force: true });
  await writeFile(passwordFile, password, { mode: 0o600 });
  await launcher.handOver(passwordFile);
  await runToEnd(launcher, launcher.binaries.initdb, initdbArguments(unfinished, superuser, passwordFile));
  await rm(passwordFile);
  await writeFile(passwordFileOf(dataFolder), `${password}\n`, { mode: 0o600 });
  await rename(unfinished, path.join(launcher.home, 'postgres'));
}

async function runToEnd(launcher: Launcher, program: string, programArguments: readonly string[]): Promise<void> {
  const child = launcher.spawn(program, programArguments, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
  });
  const output: Buffer[] = [];
  child.stdout?.on('data', chunk => output.push(chunk));
  child.stderr?.on('data', chunk => output.push(chunk));
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (code !== 0) {
    const words = Buffer.concat(output).toString('utf8').trimEnd();
    throw new Error(`The embedded database could not be made (${path.basename(program)}, code ${code}):\n${words}`);
  }
}

async function refuseForeignCluster(dataDirectory: string, options: EmbeddedOptions): Promise<void> {
  const major = (await readFile(path.join(dataDirectory, 'PG_VERSION'), 'utf8')).trim();
  if (major !== postgresMajor) {
    throw new Error(
      `The database in ${dataDirectory} was made by PostgreSQL ${major}, and this version of Pennyblack brings ` +
        `PostgreSQL ${postgresMajor}. Start it with the version of Pennyblack that made it, or name another folder in ` +
        'PENNYBLACK_DATA_DIR.',
    );
  }
  const { uid } = await stat(dataDirectory);
  if (!(options.world ?? systemWorld).isRoot && uid !== process.getuid?.()) {
    throw new Error(
      `The database in ${dataDirectory} belongs to another user (number ${uid}). Start Pennyblack as that user, or give ` +
        'the whole data folder to the present one.',
    );
  }
}

async function createDatabase(connectionString: string): Promise<void> {
  const address = new URL(connectionString);
  address.pathname = '/postgres';
  const client = new pg.Client({ connectionString: address.href, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {}); // The query below rejects with it.
  await client.connect();
  try {
    const found = await client.query('select from pg_database where datname = $1', [databaseName]);
    if (found.rowCount === 0) await client.query(`create database ${databaseName}`);
  } finally {
    await client.end();
  }
}

function passwordFileOf(dataFolder: string): string {
  return path.join(dataFolder, 'postgres-password');
}

async function readPassword(dataFolder: string): Promise<string> {
  const file = passwordFileOf(dataFolder);
  const text = await readFile(file, 'utf8').catch(error => {
    throw new Error(`The password of the embedded database cannot be read: ${error.message}.`, { cause: error });
  });
  return text.trim();
}

function connectionStringFor(password: string, port: number): string {
  return `postgres://${superuser}:${password}@127.0.0.1:${port}/${databaseName}`;
}

/** What may not be looked at is there: taking it for missing would make a new database over it. */
async function exists(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    const words = error instanceof Error ? error.message : String(error);
    throw new Error(
      `The database folder cannot be read: ${words}. Start Pennyblack as the user who owns it, or give it back to ` +
        `this user: chown -R ${process.getuid?.() ?? ''} ${path.dirname(file)}`,
      { cause: error },
    );
  }
}

/** A service user's database stays the service user's, also when root runs a command: a chown would lock its owner out. */
async function refuseOthersCluster(dataDirectory: string, world: LauncherWorld): Promise<void> {
  if (!world.isRoot) return;
  const found = await stat(dataDirectory).catch(() => undefined);
  if (found === undefined || found.uid === 0 || (await isUnprivilegedUser(found.uid))) return;
  throw new Error(
    `The database in ${dataDirectory} belongs to another user (number ${found.uid}), and root would take it away. ` +
      'Run this as that user, for example with: sudo -u',
  );
}
