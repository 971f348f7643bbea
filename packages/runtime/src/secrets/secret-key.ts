// Where the secret keys come from: a setting, or a file that the first start makes in the data folder.

import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, readFile, stat, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { keyBytes } from './key-ring.ts';

type Keys = readonly [Buffer, ...Buffer[]];

const fileName = 'secret-key';

/**
 * Reads a comma list of keys, newest first, each 32 bytes as 64 hexadecimal digits or as base64.
 * Undefined when one of them is anything else.
 */
export function parseSecretKeys(text: string): Keys | undefined {
  const keys = text.split(',').map(part => parseSecretKey(part.trim()));
  const [newest, ...older] = keys.filter(key => key !== undefined);
  return newest && older.length + 1 === keys.length ? [newest, ...older] : undefined;
}

function parseSecretKey(text: string): Buffer | undefined {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  // 43 digits hold 32 bytes; either alphabet (RFC 4648 4 and 5), with or without padding.
  if (/^[0-9A-Za-z+/_-]{43}=?$/.test(text)) return Buffer.from(text, 'base64');
  return undefined;
}

/**
 * The keys kept in the data folder, made when there are none. The file is the operator's alone (mode 0600).
 * @throws Error with a sentence when the file does not hold keys, or is open to other users.
 */
export async function loadOrCreateSecretKeys(dataFolder: string): Promise<Keys> {
  const file = path.join(dataFolder, fileName);
  await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  return checkKeys(file, (await read(file)) ?? (await create(file)));
}

/** The same, and makes nothing: undefined when there is no file. */
export async function readSecretKeys(dataFolder: string): Promise<Keys | undefined> {
  const file = path.join(dataFolder, fileName);
  const text = await read(file);
  return text === undefined ? undefined : checkKeys(file, text);
}

async function checkKeys(file: string, text: string): Promise<Keys> {
  const keys = parseSecretKeys(text.trim());
  if (!keys) {
    throw new Error(
      `The file ${file} does not hold secret keys (32 bytes as hexadecimal digits or base64, a comma between several). ` +
        'Restore it from a backup: without it the tokens and keys in the database cannot be read.',
    );
  }
  if (((await stat(file)).mode & 0o077) !== 0) {
    throw new Error(`The secret key ${file} can be read by other users. Run: chmod 600 ${file}`);
  }
  return keys;
}

async function read(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Appears whole or not at all, and never replaces the key of a process that was faster. */
async function create(file: string): Promise<string> {
  const unfinished = `${file}.${randomUUID()}`;
  await writeFile(unfinished, `${randomBytes(keyBytes).toString('base64')}\n`, { mode: 0o600, flush: true });
  try {
    await link(unfinished, file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    await unlink(unfinished);
  }
  return readFile(file, 'utf8');
}
