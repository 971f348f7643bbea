import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, lstat, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { after } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { identityOfProcess } from '../lifecycle/process-identity.ts';
import { runningEmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts';
import { systemWorld } from './postgres-launcher.ts';
import { readPostmasterFile } from './postmaster-file.ts';

// A folder that only its owner may enter, as root's home is.
const folder = await mkdtemp(path.join(tmpdir(), 'embedded-'));
after(() => rm(folder, { recursive: true, force: true }));
const isRoot = process.getuid?.() === 0;

function start(dataFolder: string, changes: Partial<Parameters<typeof startEmbeddedPostgres>[0]> = {}) {
  return startEmbeddedPostgres({ dataFolder, log: () => {}, durability: 'throwaway', ...changes });
}

async function query(connectionString: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5000 });
  client.on('error', () => {}); // The query rejects with it.
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!(await isSo())) {
    assert.ok(performance.now() < deadline, 'it did not come to pass in time');
    await wait(25);
  }
}

async function pidOfServer(dataFolder: string): Promise<number> {
  const file = await readPostmasterFile(path.join(dataFolder, 'postgres'));
  assert.ok(file);
  return file.pid;
}

/** Another process that owns a data folder until it is killed. Resolves to its connection string. */
async function startOwner(dataFolder: string, endsWithParent: boolean) {
  const code = `
    import { startEmbeddedPostgres } from ${JSON.stringify(path.join(import.meta.dirname, 'embedded-postgres.ts'))};
    import { systemWorld } from ${JSON.stringify(path.join(import.meta.dirname, 'postgres-launcher.ts'))};
    const world = { ...systemWorld, canEndWithParent: async () => ${endsWithParent} };
    const server = await startEmbeddedPostgres({
      dataFolder: ${JSON.stringify(dataFolder)}, log: () => {}, durability: 'throwaway', world });
    console.log(server.connectionString);
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  return { child, connectionString: String(line).trim() };
}

test('the first start makes a database, the second one finds it again', async () => {
  const dataFolder = path.join(folder, 'first', 'data');
  const first = await start(dataFolder);
  await query(first.connectionString, 'create table kept (n int); insert into kept values (1840)');
  assert.equal(await runningEmbeddedPostgres(dataFolder), first.connectionString);
  await first.close();
  assert.equal(await runningEmbeddedPostgres(dataFolder), undefined);

  const second = await start(dataFolder, { durability: 'durable' });
  assert.deepEqual(await query(second.connectionString, 'table kept'), [{ n: 1840 }]);
  const settings = await query(
    second.connectionString,
    `select string_agg(name || '=' || setting, ' ' order by name) as text from pg_settings where name in
      ('fsync', 'full_page_writes', 'listen_addresses', 'synchronous_commit', 'unix_socket_directories', 'data_checksums')`,
  );
  assert.deepEqual(settings, [
    {
      text:
        'data_checksums=on fsync=on full_page_writes=on listen_addresses=127.0.0.1 synchronous_commit=on ' +
        'unix_socket_directories=',
    },
  ]);
  const locale = 'select datlocprovider as provider, datlocale as locale, pg_encoding_to_char(encoding) as encoding';
  assert.deepEqual(
    await query(second.connectionString, `${locale} from pg_database where datname = current_database()`),
    [{ provider: 'b', locale: 'C.UTF-8', encoding: 'UTF8' }],
  );
  await second.close();
  for (const name of ['postgres-password', 'postgres.log']) {
    assert.equal((await stat(path.join(dataFolder, name))).mode & 0o777, 0o600, name);
  }
});

test('the password is asked for', async () => {
  const server = await start(path.join(folder, 'first', 'data'));
  const stranger = new URL(server.connectionString);
  stranger.password = 'guess';
  await assert.rejects(query(stranger.href, 'select 1'), { code: '28P01' });
  await server.close();
});

test('a folder that a living process uses is refused, and free again after it', async () => {
  const dataFolder = path.join(folder, 'shared');
  const first = await start(dataFolder);
  await assert.rejects(
    start(dataFolder),
    new RegExp(`process ${process.pid}\\) is using the data folder ${dataFolder}\\.`),
  );
  await first.close();
  await (await start(dataFolder)).close();
});

for (const endsWithParent of [true, false]) {
  const how = endsWithParent ? 'whose server ends with it' : 'whose server lives on';
  test(`after kill -9 of a process ${how}, the next start works by itself`, async () => {
    const dataFolder = path.join(folder, `killed-${endsWithParent}`);
    const owner = await startOwner(dataFolder, endsWithParent);
    await query(owner.connectionString, 'create table kept (n int); insert into kept values (1)');
    const pid = await pidOfServer(dataFolder);
    owner.child.kill('SIGKILL');
    await once(owner.child, 'exit');
    if (endsWithParent) await until(async () => (await identityOfProcess(pid)) === undefined);
    else assert.notEqual(await identityOfProcess(pid), undefined);

    const next = await start(dataFolder);
    assert.deepEqual(await query(next.connectionString, 'table kept'), [{ n: 1 }]);
    assert.equal(await identityOfProcess(pid), undefined);
    await next.close();
  });
}

test('a number in postmaster.pid that another process has got since does not stop the start', async () => {
  const dataFolder = path.join(folder, 'reused');
  await (await start(dataFolder)).close();
  await writeFile(
    path.join(dataFolder, 'postgres', 'postmaster.pid'),
    `${process.ppid}\n${dataFolder}/postgres\n1\n5432\n\n`,
  );
  await writeFile(path.join(dataFolder, 'pennyblack.lock'), `${process.ppid} another-boot:1\n`);
  await (await start(dataFolder)).close();
});

test('a server that dies is started again, at the same address', async () => {
  const dataFolder = path.join(folder, 'dying');
  const lines: string[] = [];
  const server = await start(dataFolder, { log: line => lines.push(line) });
  const pid = await pidOfServer(dataFolder);
  process.kill(pid, 'SIGKILL');
  await until(async () => lines.some(line => line === 'The embedded database is running again.'));
  assert.deepEqual(await query(server.connectionString, 'select 1 as alive'), [{ alive: 1 }]);
  assert.notEqual(await pidOfServer(dataFolder), pid);
  assert.ok(lines.some(line => line.includes('stopped unexpectedly (it was ended by SIGKILL)')));
  await server.close();
});

test('a server whose children do not end with it is started again all the same', {
  skip: process.platform !== 'linux' && 'children are found in /proc',
}, async () => {
  const dataFolder = path.join(folder, 'orphans');
  const server = await start(dataFolder);
  const client = new pg.Client({ connectionString: server.connectionString });
  client.on('error', () => {}); // It is the one that is killed.
  await client.connect();
  const backend = (await client.query('select pg_backend_pid() as pid')).rows[0].pid as number;
  const identity = await identityOfProcess(backend);
  const pid = await pidOfServer(dataFolder);
  // A child that is stopped notices the end of its server as little as one that waits for a lock nobody gives back.
  process.kill(backend, 'SIGSTOP');
  process.kill(pid, 'SIGKILL');
  await until(() => query(server.connectionString, 'select 1').then(Boolean, () => false));
  assert.notEqual(await pidOfServer(dataFolder), pid);
  assert.notEqual(await identityOfProcess(backend), identity);
  await server.close();
});

test('a server that was told to stop and waits for a session is ended and started again', async () => {
  const dataFolder = path.join(folder, 'stopping');
  const server = await start(dataFolder);
  const client = new pg.Client({ connectionString: server.connectionString });
  client.on('error', () => {}); // Its session is ended.
  await client.connect();
  const pid = await pidOfServer(dataFolder);
  process.kill(pid, 'SIGTERM');
  await until(async () => {
    const file = await readPostmasterFile(path.join(dataFolder, 'postgres'));
    return file !== undefined && file.pid !== pid && file.isReady;
  });
  await server.close();
});

test('data of another major version stops the start with a sentence', async () => {
  const dataFolder = path.join(folder, 'old');
  await mkdir(path.join(dataFolder, 'postgres'), { recursive: true, mode: 0o700 });
  await writeFile(path.join(dataFolder, 'postgres', 'PG_VERSION'), '17\n');
  await assert.rejects(
    start(dataFolder),
    /was made by PostgreSQL 17, and this version of Pennyblack brings PostgreSQL 18\./,
  );
});

test('a cluster that does not start is told with its last words, and gives the folder back', async () => {
  const dataFolder = path.join(folder, 'broken');
  await (await start(dataFolder)).close();
  await rm(path.join(dataFolder, 'postgres', 'global', 'pg_control'));
  await assert.rejects(start(dataFolder), /did not start: it ended with code \d+\..*\n.*could not/s);
  await assert.rejects(start(dataFolder), /did not start/);
});

test('a first start that was interrupted leaves nothing that the next one minds', async () => {
  const dataFolder = path.join(folder, 'interrupted');
  await mkdir(path.join(dataFolder, 'postgres.new', 'base'), { recursive: true });
  await writeFile(path.join(dataFolder, 'postgres-password.new'), 'half');
  await (await start(dataFolder)).close();
});

test('data of another user is touched neither by an ordinary one nor by root', {
  skip: isRoot ? false : 'only root can make it',
}, async () => {
  const dataFolder = path.join(folder, 'foreign');
  await (await start(dataFolder)).close();
  const world = { ...systemWorld, isRoot: false };
  await chown(path.join(dataFolder, 'postgres'), 12345, 12345);
  await assert.rejects(start(dataFolder, { world }), /belongs to another user \(number 12345\)/);
  // Neither by root: a chown would lock its owner out.
  await assert.rejects(start(dataFolder), /belongs to another user \(number 12345\)/);
  assert.equal((await stat(path.join(dataFolder, 'postgres'))).uid, 12345);
});

test('root without user namespaces runs it as an unprivileged user, with the data where that user reaches it', {
  skip: isRoot ? false : 'only root can become another user',
}, async () => {
  await chmod(folder, 0o700);
  const fallbackHome = await mkdtemp(path.join(tmpdir(), 'fallback-'));
  await chmod(fallbackHome, 0o711);
  const world = { ...systemWorld, canMapUsers: async () => false, fallbackHome };
  const dataFolder = path.join(folder, 'private');
  try {
    // Made by root in a user namespace, moved by the other way, and found again.
    const before = await start(dataFolder);
    await query(before.connectionString, 'create table kept (n int); insert into kept values (2)');
    await before.close();
    for (const _ of ['first', 'second']) {
      const server = await start(dataFolder, { world });
      assert.deepEqual(await query(server.connectionString, 'table kept'), [{ n: 2 }]);
      const [row] = (await query(server.connectionString, "select current_setting('data_directory') as place")) as [
        { place: string },
      ];
      assert.ok(row.place.startsWith(fallbackHome));
      const status = await readFile(`/proc/${await pidOfServer(dataFolder)}/status`, 'utf8');
      assert.doesNotMatch(status, /^Uid:\s+0\s/m);
      await server.close();
    }
    assert.ok((await lstat(path.join(dataFolder, 'postgres'))).isSymbolicLink());
    const fresh = await start(path.join(folder, 'private-fresh'), { world });
    await fresh.close();
    // And back: a machine that allows user namespaces again.
    const back = await start(dataFolder);
    assert.deepEqual(await query(back.connectionString, 'table kept'), [{ n: 2 }]);
    await back.close();
  } finally {
    await rm(fallbackHome, { recursive: true, force: true });
  }
});
