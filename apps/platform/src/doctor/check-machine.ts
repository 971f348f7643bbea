// Disk, secret key and certificate.

import { X509Certificate } from 'node:crypto';
import { readFile, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { readSecretKeys } from '@pennyblack/runtime/secrets/secret-key.ts';
import type { Settings } from '../config.ts';
import { type Finding, fail, ok, warn, wordsOf } from './finding.ts';

const gigabyte = 1024 ** 3;
/** A full disk stops the database, and with it everything. The WAL alone may take 4 GB. */
const freeBytesMin = { fail: gigabyte, warn: 6 * gigabyte } as const;
const certificateDaysMin = 14;
const oneDayInMilliseconds = 86_400_000;

/** `minimum` can be named for tests; nobody has a full disk at hand. */
export async function checkDisk(
  { dataFolder, databaseUrl }: Pick<Settings, 'dataFolder' | 'databaseUrl'>,
  minimum: { fail: number; warn: number } = freeBytesMin,
): Promise<Finding> {
  if (databaseUrl !== undefined) return ok('disk', 'The database is elsewhere: watch the disk of its machine.');
  const folder = await firstThatExists(path.resolve(dataFolder));
  const { bavail, bsize, blocks } = await statfs(folder);
  const [freeBytes, bytes] = [bavail * bsize, blocks * bsize];
  const percent = Math.round((100 * freeBytes) / bytes);
  const text = `${(freeBytes / gigabyte).toFixed(1)} GB (${percent} %) are free for ${dataFolder}.`;
  const fix =
    'Make room, name a larger disk in PENNYBLACK_DATA_DIR, or keep mail for less time (PENNYBLACK_RETENTION_DAYS).';
  if (freeBytes < minimum.fail) return fail('disk', text, fix);
  return freeBytes < minimum.warn ? warn('disk', text, fix) : ok('disk', text);
}

async function firstThatExists(folder: string): Promise<string> {
  const isThere = await stat(folder).then(
    () => true,
    () => false,
  );
  return isThere || folder === path.dirname(folder) ? folder : firstThatExists(path.dirname(folder));
}

export async function checkSecretKey({ dataFolder, secretKeys }: Settings, hasDatabase: boolean): Promise<Finding> {
  if (secretKeys)
    return ok('secret key', 'PENNYBLACK_SECRET_KEY is set. Keep a copy: nothing opens the database without.');
  try {
    if (await readSecretKeys(dataFolder)) return ok('secret key', `It is in ${dataFolder}; backups hold it.`);
  } catch (error) {
    return fail('secret key', wordsOf(error), 'Do what the sentence says.');
  }
  if (!hasDatabase) return ok('secret key', 'The first start will make one.');
  const fix = 'Put the file secret-key back from a backup. A new key does not open what the old one closed.';
  return fail('secret key', `The key file of ${dataFolder} is missing.`, fix);
}

export async function checkCertificate(settings: Settings, now: Date): Promise<Finding> {
  const { tls, publicUrl } = settings;
  if (!tls) {
    const text = 'None: HTTP is plain, and STARTTLS uses one that nobody can check.';
    if (publicUrl?.startsWith('https:')) return ok('certificate', `None here; ${publicUrl} is served by your proxy.`);
    return warn(
      'certificate',
      text,
      'Set PENNYBLACK_TLS_CERT and PENNYBLACK_TLS_KEY, or put a proxy with HTTPS before it.',
    );
  }
  const certificate = new X509Certificate(await readFile(tls.certFile));
  const days = Math.floor((new Date(certificate.validTo).getTime() - now.getTime()) / oneDayInMilliseconds);
  const fix = 'Renew it; the files are read again when they change.';
  if (days < 0) return fail('certificate', `${tls.certFile} ran out on ${certificate.validTo}.`, fix);
  if (days < certificateDaysMin) return warn('certificate', `${tls.certFile} runs out in ${days} days.`, fix);
  const names = [publicUrl === undefined ? undefined : new URL(publicUrl).hostname].filter(name => name !== undefined);
  const missing = names.filter(name => certificate.checkHost(name) === undefined);
  if (missing.length > 0) {
    return fail('certificate', `${tls.certFile} is not for ${missing.join(', ')}.`, 'Get one that names it.');
  }
  return ok('certificate', `${tls.certFile} is good for ${days} days.`);
}
