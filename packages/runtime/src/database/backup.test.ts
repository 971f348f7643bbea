// What a restore refuses, before it writes anything. That a good backup comes back is scenarios/backup-and-restore.test.ts.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { after } from 'node:test';
import { promisify } from 'node:util';
import { createKeyRing } from '../secrets/key-ring.ts';
import { type BackupManifest, makeBackup, type RestoreOptions, restoreBackup } from './backup.ts';
import { postgresMajor } from './postgres-binaries.ts';

const folder = await mkdtemp(path.join(tmpdir(), 'backup-'));
after(() => rm(folder, { recursive: true }));
const key = Buffer.alloc(32, 7);
const otherKey = Buffer.alloc(32, 8);
const migration = '202611210100-accounts-create';
let made = 0;

/** A backup whose database is one file; nothing here starts it. `source` is its folder. */
async function madeBackup(changes: Partial<BackupManifest> = {}, keyFile: Buffer | undefined = key) {
  made += 1;
  const source = path.join(folder, `backup-${made}`);
  await mkdir(path.join(source, 'postgres'), { recursive: true });
  await writeFile(path.join(source, 'postgres', 'PG_VERSION'), `${postgresMajor}\n`);
  await writeFile(path.join(source, 'postgres-password'), 'password\n');
  if (keyFile) await writeFile(path.join(source, 'secret-key'), `${keyFile.toString('base64')}\n`);
  const manifest: BackupManifest = {
    format: 1,
    madeAt: '2026-11-26T00:00:00.000Z',
    postgresMajor,
    newestMigration: migration,
    holdsSecretKey: true,
    keyCheck: createKeyRing([key]).encrypt('pennyblack backup').toString('base64'),
    ...changes,
  };
  await writeFile(path.join(source, 'backup.json'), JSON.stringify(manifest));
  return { source, dataFolder: path.join(folder, `data-${made}`) };
}

function restore(where: { source: string; dataFolder: string }, changes: Partial<RestoreOptions> = {}) {
  return restoreBackup({ ...where, knownMigrations: [migration], secretKeys: undefined, ...changes });
}

async function assertRefused(where: { source: string; dataFolder: string }, why: RegExp): Promise<void> {
  await assert.rejects(restore(where), why);
  assert.deepEqual(existsSync(where.dataFolder) ? await readdir(where.dataFolder) : [], []);
}

test('a backup of another version of PostgreSQL, of the schema or of the format is refused', async () => {
  await assertRefused(await madeBackup({ postgresMajor: '17' }), /of PostgreSQL 17/);
  await assertRefused(
    await madeBackup({ newestMigration: '209901010000-future' }),
    /does not know 209901010000-future/,
  );
  await assertRefused(await madeBackup({ format: 2 as 1 }), /newer version of Pennyblack/);
});

test('a key that is missing, unreadable, or not the database’s is refused', async () => {
  await assertRefused(await madeBackup({}, otherKey), /is not the one/);
  await assertRefused(await madeBackup({}, Buffer.alloc(3)), /key is missing/);
  await assertRefused(await madeBackup({ keyCheck: 'AAAA' }), /is not the one/);
  const missing = await madeBackup();
  await rm(path.join(missing.source, 'secret-key'));
  await assertRefused(missing, /key is missing/);
});

test('a backup without a key wants the one of the settings', async () => {
  const where = await madeBackup({ holdsSecretKey: false }, undefined);
  await rm(path.join(where.source, 'secret-key'), { force: true });
  await assertRefused(where, /set PENNYBLACK_SECRET_KEY/);
  await assert.rejects(restore(where, { secretKeys: [otherKey] }), /is not the one/);
  await restore(where, { secretKeys: [otherKey, key] });
  assert.deepEqual((await readdir(where.dataFolder)).toSorted(), ['postgres', 'postgres-password']);
});

test('what is no backup is refused with a sentence', async () => {
  const { source, dataFolder } = await madeBackup();
  await assertRefused({ source: path.join(folder, 'nothing'), dataFolder }, /There is no backup/);
  await assertRefused({ source: path.join(source, 'secret-key'), dataFolder }, /is no backup: tar says/);
  await writeFile(path.join(source, 'backup.json'), 'half a pa');
  await assertRefused({ source, dataFolder }, /cannot be read/);
});

test('a data folder that holds anything is left alone; an empty one, and a folder that a disk brings, are filled', async () => {
  const { source, dataFolder } = await madeBackup();
  await mkdir(dataFolder);
  await writeFile(path.join(dataFolder, 'precious'), 'mine');
  await assert.rejects(restore({ source, dataFolder }), /is not empty \(precious\)/);
  assert.deepEqual(await readdir(dataFolder), ['precious']);
  await rm(path.join(dataFolder, 'precious'));
  await mkdir(path.join(dataFolder, 'lost+found'));
  assert.equal((await restore({ source, dataFolder })).madeAt, '2026-11-26T00:00:00.000Z');
  assert.deepEqual((await readdir(dataFolder)).toSorted(), [
    'lost+found',
    'postgres',
    'postgres-password',
    'secret-key',
  ]);
  for (const file of ['postgres-password', 'secret-key'])
    assert.equal((await stat(path.join(dataFolder, file))).mode & 0o777, 0o600, file);
  assert.equal((await stat(path.join(dataFolder, 'postgres'))).mode & 0o777, 0o700);
});

test('an archive is unpacked within the data folder and leaves nothing else there', async () => {
  const { source, dataFolder } = await madeBackup();
  const archive = `${source}.tar.gz`;
  await promisify(execFile)('tar', ['-czf', archive, '-C', source, '.']);
  await restore({ source: archive, dataFolder });
  assert.deepEqual((await readdir(dataFolder)).toSorted(), ['postgres', 'postgres-password', 'secret-key']);
  assert.equal(await readFile(path.join(dataFolder, 'secret-key'), 'utf8'), `${key.toString('base64')}\n`);
});

test('a backup replaces nothing, does not lie within what it saves, and is not made without its key', async () => {
  const dataFolder = path.join(folder, 'live');
  await mkdir(dataFolder);
  const make = (target: string) =>
    makeBackup({
      dataFolder,
      target,
      connectionString: 'postgres://127.0.0.1:1/none',
      newestMigration: migration,
      secretKeys: undefined,
      now: new Date(),
    });
  await assert.rejects(make(folder), /is there already/);
  await assert.rejects(make(path.join(dataFolder, 'backups', 'monday')), /within the data folder/);
  await assert.rejects(make(path.join(folder, 'keyless')), /secret key of .* is missing/);
  await writeFile(path.join(dataFolder, 'secret-key'), key.toString('base64'), { mode: 0o600 });
  await mkdir(path.join(dataFolder, 'postgres'));
  // The database does not answer: what was begun is gone.
  await assert.rejects(make(path.join(folder, 'unanswered')));
  assert.deepEqual(
    (await readdir(folder)).filter(name => name.startsWith('unanswered')),
    [],
  );
});
