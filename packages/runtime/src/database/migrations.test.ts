import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { after, beforeEach } from 'node:test';
import pg from 'pg';
import { emptyDatabase } from '../testing/empty-database.ts';
import { StatementFailed } from './database.ts';
import { migrate } from './migrations.ts';

const connectionString = await emptyDatabase();
// A checkout may lie in a folder of such a name, and none of it is a pattern.
const root = path.join(await mkdtemp(path.join(tmpdir(), 'migrations-')), 'copy [2] (old) {a,b}!');
await mkdir(root);
process.chdir(root);
const client = new pg.Client({ connectionString });
await client.connect();
after(async () => {
  await client.end();
  process.chdir('/');
  await rm(path.dirname(root), { recursive: true });
});

const run = () => migrate({ connectionString, root, pattern: 'features/*/migrations/*.sql' });

async function file(feature: string, name: string, text: string): Promise<string> {
  const folder = path.join(root, 'features', feature, 'migrations');
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, name), text);
  return path.join(folder, name);
}

async function tables(): Promise<string[]> {
  const { rows } = await client.query("select tablename from pg_tables where schemaname = 'pennyblack' order by 1");
  return rows.map(row => row.tablename).filter(name => name !== 'schema_migrations');
}

beforeEach(async () => {
  await client.query('drop schema if exists pennyblack cascade');
  await rm(path.join(root, 'features'), { recursive: true, force: true });
  await file('b', '202601010000-b-create.sql', 'create table b (id int);\n-- The semicolon above ends a statement.');
  await file('a', '202601020000-a-create.sql', 'create table a as select * from b; create table a2 (id int)');
});

test('files of all features run once, in the order of their names', async () => {
  assert.deepEqual(await run(), ['202601010000-b-create', '202601020000-a-create']);
  assert.deepEqual(await tables(), ['a', 'a2', 'b']);
  assert.deepEqual(await run(), []);
});

test('an older file that arrives late still runs', async () => {
  await run();
  await file('c', '202601010001-c-create.sql', 'create table c (id int)');
  assert.deepEqual(await run(), ['202601010001-c-create']);
});

test('processes that start together make each change once', async () => {
  const applied = await Promise.all([run(), run(), run()]);
  assert.deepEqual(applied.flat().sort(), ['202601010000-b-create', '202601020000-a-create']);
});

test('a change that fails undoes the whole upgrade', async () => {
  await file('c', '202601030000-c-create.sql', 'create table c (id int); select 1 / 0;');
  await assert.rejects(run(), (error: unknown) => error instanceof StatementFailed && error.code === '22012');
  assert.deepEqual(await tables(), []);
});

test('older code refuses a database that newer code has changed', async () => {
  const newer = await file('c', '202601030000-c-create.sql', 'create table c (id int)');
  await run();
  await unlink(newer);
  await assert.rejects(run(), /used by a newer version of Pennyblack: .* change 202601030000-c-create\./);
});

test('it works from another folder too', async () => {
  process.chdir('/');
  try {
    const elsewhere = path.join(path.dirname(root), 'copy [2] (old)');
    await cp(root, elsewhere, { recursive: true });
    const applied = await migrate({ connectionString, root: elsewhere, pattern: 'features/*/migrations/*.sql' });
    assert.equal(applied.length, 2);
  } finally {
    process.chdir(root);
  }
});

test('a misnamed file, a name used twice, and no file at all are mistakes', async () => {
  const misnamed = await file('c', 'create-c.sql', 'select 1');
  await assert.rejects(run(), /create-c\.sql is not named like 202601311200-feature-what\.sql/);
  await unlink(misnamed);
  await file('c', '202601010000-b-create.sql', 'select 1');
  await assert.rejects(run(), /Two migrations are named 202601010000-b-create\.sql/);
  await rm(path.join(root, 'features'), { recursive: true });
  await assert.rejects(run(), /No migration was found/);
});
