// Backups of a data folder: the embedded database, its password and the secret key, with a page that says what they are.
// A backup is a folder, or that folder as one tar file.

import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmod, cp, mkdir, readdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { createKeyRing } from '../secrets/key-ring.ts';
import { parseSecretKeys, readSecretKeys } from '../secrets/secret-key.ts';
import { copyCluster, flush } from './copy-cluster.ts';
import { postgresMajor } from './postgres-binaries.ts';

type Keys = readonly [Buffer, ...Buffer[]];

export type BackupManifest = {
  format: 1;
  madeAt: string;
  postgresMajor: string;
  /** The youngest change of the schema that it holds. */
  newestMigration: string;
  /** False when the key came from a setting: the operator keeps it himself. */
  holdsSecretKey: boolean;
  /** A known text under the secret key, in base64: tells a wrong key before anything is restored. */
  keyCheck: string;
};

const manifestName = 'backup.json';
const keyName = 'secret-key';
const passwordName = 'postgres-password';
const clusterName = 'postgres';
const checkText = 'pennyblack backup';
const archiveName = /\.(tar|tar\.gz|tgz)$/;
const execute = promisify(execFile);

export type BackupOptions = {
  dataFolder: string;
  connectionString: string;
  /** A folder, or a file that ends in .tar, .tar.gz or .tgz. */
  target: string;
  newestMigration: string;
  /** From the setting; undefined when the data folder holds the key. */
  secretKeys: Keys | undefined;
  now: Date;
};

/** Appears whole or not at all, and never replaces anything. @throws Error with a sentence. */
export async function makeBackup(options: BackupOptions): Promise<void> {
  const target = path.resolve(options.target);
  if (await exists(target)) throw new Error(`${target} is there already. Name a folder or file that is not.`);
  const dataFolder = await realpath(options.dataFolder);
  if (`${target}/`.startsWith(`${dataFolder}/`)) {
    throw new Error('A backup within the data folder is lost with it. Name a place outside.');
  }
  const keys = options.secretKeys ?? (await readSecretKeys(dataFolder));
  if (!keys) throw new Error(`The secret key of ${dataFolder} is missing: without it a backup would be worth nothing.`);
  await mkdir(path.dirname(target), { recursive: true });
  const unfinished = `${target}.unfinished-${randomUUID()}`;
  try {
    await mkdir(unfinished, { mode: 0o700 });
    // The link of a cluster that lives elsewhere is followed.
    const cluster = await realpath(path.join(dataFolder, clusterName));
    await copyCluster(options.connectionString, cluster, path.join(unfinished, clusterName));
    await copySecret(path.join(dataFolder, passwordName), path.join(unfinished, passwordName));
    const holdsSecretKey = options.secretKeys === undefined;
    if (holdsSecretKey) await copySecret(path.join(dataFolder, keyName), path.join(unfinished, keyName));
    const manifest: BackupManifest = {
      format: 1,
      madeAt: options.now.toISOString(),
      postgresMajor,
      newestMigration: options.newestMigration,
      holdsSecretKey,
      keyCheck: createKeyRing(keys).encrypt(checkText).toString('base64'),
    };
    await writeSecret(path.join(unfinished, manifestName), `${JSON.stringify(manifest, undefined, 2)}\n`);
    if (archiveName.test(target)) await pack(unfinished, target);
    else await rename(unfinished, target);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

async function pack(folder: string, target: string): Promise<void> {
  const unfinished = `${target}.unfinished`;
  await writeSecret(unfinished, ''); // Nobody else may read it, also while it grows.
  try {
    await execute('tar', [target.endsWith('.tar') ? '-cf' : '-czf', unfinished, '-C', folder, '.']);
    await flush(unfinished);
    await rename(unfinished, target);
  } finally {
    await rm(unfinished, { force: true });
  }
}

export type RestoreOptions = {
  source: string;
  /** Empty, or not there yet. */
  dataFolder: string;
  knownMigrations: readonly string[];
  /** From the setting, for a backup that holds no key. */
  secretKeys: Keys | undefined;
};

/** Fills the data folder; the database's own folder comes last, by renaming. @throws Error with a sentence. */
export async function restoreBackup(options: RestoreOptions): Promise<BackupManifest> {
  const source = path.resolve(options.source);
  const dataFolder = path.resolve(options.dataFolder);
  const found = await stat(source).catch(() => undefined);
  if (!found) throw new Error(`There is no backup at ${source}.`);
  await refuseFilledFolder(dataFolder);
  await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  const unpacked = path.join(dataFolder, 'restoring');
  try {
    if (!found.isDirectory()) {
      await mkdir(unpacked, { mode: 0o700 });
      await execute('tar', ['-xf', source, '-C', unpacked]).catch(error => {
        throw new Error(`${source} is no backup: tar says ${error.message}`, { cause: error });
      });
    }
    const folder = found.isDirectory() ? source : unpacked;
    const manifest = await readManifest(folder);
    await checkManifest(manifest, folder, options);
    if (folder === source)
      await cp(path.join(source, clusterName), path.join(unpacked, clusterName), { recursive: true });
    await copySecret(path.join(folder, passwordName), path.join(dataFolder, passwordName));
    if (manifest.holdsSecretKey) await copySecret(path.join(folder, keyName), path.join(dataFolder, keyName));
    await chmod(path.join(unpacked, clusterName), 0o700); // PostgreSQL refuses a folder that others may enter.
    await rename(path.join(unpacked, clusterName), path.join(dataFolder, clusterName));
    return manifest;
  } finally {
    await rm(unpacked, { recursive: true, force: true });
  }
}

async function refuseFilledFolder(dataFolder: string): Promise<void> {
  const entries = await readdir(dataFolder).catch(error => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const rest = entries.filter(name => name !== 'lost+found');
  if (rest.length === 0) return;
  throw new Error(
    `The data folder ${dataFolder} is not empty (${rest.slice(0, 3).join(', ')}). Move it away, or name an empty one ` +
      'in PENNYBLACK_DATA_DIR: a restore never overwrites.',
  );
}

async function readManifest(folder: string): Promise<BackupManifest> {
  try {
    const manifest = JSON.parse(await readFile(path.join(folder, manifestName), 'utf8'));
    if (manifest.format === 1) return manifest;
  } catch (error) {
    throw new Error(`This is no backup: its ${manifestName} cannot be read.`, { cause: error });
  }
  throw new Error('The backup was made by a newer version of Pennyblack: restore it with that version.');
}

async function checkManifest(manifest: BackupManifest, folder: string, options: RestoreOptions): Promise<void> {
  if (manifest.postgresMajor !== postgresMajor) {
    throw new Error(
      `The backup holds a database of PostgreSQL ${manifest.postgresMajor}, and this version of Pennyblack brings ` +
        `PostgreSQL ${postgresMajor}. Restore it with the version of Pennyblack that made it.`,
    );
  }
  if (!options.knownMigrations.includes(manifest.newestMigration)) {
    throw new Error(
      `The backup was made by a newer version of Pennyblack: this version does not know ${manifest.newestMigration}. ` +
        'Restore it with that version.',
    );
  }
  const keys = manifest.holdsSecretKey
    ? parseSecretKeys((await readFile(path.join(folder, keyName), 'utf8').catch(() => '')).trim())
    : options.secretKeys;
  if (!keys) {
    throw new Error(
      manifest.holdsSecretKey
        ? 'The secret key is missing from the backup, or cannot be read.'
        : 'The backup holds no secret key: set PENNYBLACK_SECRET_KEY to the one that its database was written with.',
    );
  }
  if (!opens(keys, manifest.keyCheck)) {
    throw new Error('The secret key is not the one that the database of this backup was written with.');
  }
}

function opens(keys: Keys, keyCheck: string): boolean {
  try {
    return createKeyRing(keys).decrypt(Buffer.from(keyCheck, 'base64')).toString('utf8') === checkText;
  } catch {
    return false; // Another key, or a changed page.
  }
}

async function copySecret(from: string, to: string): Promise<void> {
  await writeSecret(to, await readFile(from));
}

async function writeSecret(file: string, content: string | Buffer): Promise<void> {
  await writeFile(file, content, { mode: 0o600, flush: true });
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
