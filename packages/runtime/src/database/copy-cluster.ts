// A consistent copy of the embedded database's files while it runs, with the WAL that it needs: PostgreSQL's low-level
// backup interface. Source: PostgreSQL documentation, 25.3.4 "Making a Base Backup Using the Low Level API". The npm
// package brings no pg_basebackup.

import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, open, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';

/** Folders whose contents belong to the running server, or are copied apart. */
const emptiedFolders: ReadonlySet<string> = new Set([
  'pg_wal',
  'pg_replslot',
  'pg_dynshmem',
  'pg_notify',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
]);
const leftOutFiles =
  /^(postmaster\.(pid|opts)|pg_internal\.init.*|pgsql_tmp.*|backup_label(\.old)?|tablespace_map(\.old)?)$/;
const controlFile = path.join('global', 'pg_control');
const segmentName = /^[0-9A-F]{24}$/;

/** `target` must not exist yet. Everything is on disk when it resolves. */
export async function copyCluster(connectionString: string, dataDirectory: string, target: string): Promise<void> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {}); // The statement in flight rejects with it.
  await client.connect();
  try {
    // The slot keeps the WAL until it is copied, and goes with the connection, however that ends.
    await client.query('select pg_create_physical_replication_slot($1, true, true)', [
      `pennyblack_backup_${randomBytes(4).toString('hex')}`,
    ]);
    const firstSegment = await walFileName(client, "select pg_backup_start('pennyblack', true) as lsn");
    await mkdir(target, { mode: 0o700 });
    await copyFolder(dataDirectory, target, '');
    // Last, so that it is never older than a file that it speaks of.
    await copyFileToDisk(path.join(dataDirectory, controlFile), path.join(target, controlFile));
    const { rows } = await client.query<{ lsn: string; labelfile: string; spcmapfile: string }>(
      'select lsn::text, labelfile, spcmapfile from pg_backup_stop(wait_for_archive => false)',
    );
    const [end] = rows;
    if (!end) throw new Error('The database did not say where the backup ends.');
    const lastSegment = await walFileName(client, 'select $1::pg_lsn as lsn', [end.lsn]);
    await copyWal(dataDirectory, target, firstSegment, lastSegment);
    await writeToDisk(path.join(target, 'backup_label'), end.labelfile);
    if (end.spcmapfile.trim() !== '') await writeToDisk(path.join(target, 'tablespace_map'), end.spcmapfile);
  } finally {
    await client.end();
  }
}

async function walFileName(client: pg.Client, sql: string, values: readonly string[] = []): Promise<string> {
  const { rows } = await client.query<{ name: string }>(`select pg_walfile_name(lsn) as name from (${sql}) as at`, [
    ...values,
  ]);
  return rows[0]?.name ?? '';
}

async function copyFolder(from: string, to: string, within: string): Promise<void> {
  for (const entry of await readdir(path.join(from, within), { withFileTypes: true })) {
    const name = path.join(within, entry.name);
    if (entry.isDirectory()) {
      if (entry.name.startsWith('pgsql_tmp')) continue;
      await mkdir(path.join(to, name), { mode: 0o700 });
      if (!emptiedFolders.has(name)) await copyFolder(from, to, name);
    } else if (entry.isFile() && !leftOutFiles.test(entry.name) && name !== controlFile) {
      await copyFileToDisk(path.join(from, name), path.join(to, name));
    }
  }
}

async function copyWal(from: string, to: string, firstSegment: string, lastSegment: string): Promise<void> {
  await mkdir(path.join(to, 'pg_wal', 'archive_status'), { recursive: true, mode: 0o700 });
  let copied = 0;
  for (const name of await readdir(path.join(from, 'pg_wal'))) {
    const isNeeded = segmentName.test(name) && name >= firstSegment && name <= lastSegment;
    if (!isNeeded && !name.endsWith('.history')) continue;
    await copyFileToDisk(path.join(from, 'pg_wal', name), path.join(to, 'pg_wal', name));
    if (isNeeded) copied += 1;
  }
  if (copied === 0) throw new Error(`The WAL of the backup (${firstSegment} to ${lastSegment}) was not found.`);
}

/** A table that was dropped meanwhile is gone, and the WAL says so as well. */
async function copyFileToDisk(from: string, to: string): Promise<void> {
  try {
    await copyFile(from, to);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
    throw error;
  }
  await flush(to);
}

async function writeToDisk(file: string, text: string): Promise<void> {
  await writeFile(file, text, { mode: 0o600, flush: true });
}

/** To the disk, not only to the system's memory. */
export async function flush(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.datasync();
  } finally {
    await handle.close();
  }
}
