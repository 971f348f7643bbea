import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { emptyDatabase } from '../testing/empty-database.ts';
import { connectDatabase } from './connect-database.ts';
import {
  CommitUncertain,
  type Database,
  DatabaseUnavailable,
  type Queryable,
  StatementFailed,
  type Tx,
} from './database.ts';
import { empty, join, sql } from './sql.ts';

const connectionString = await emptyDatabase();
let db: Database;

before(async () => {
  db = await connectDatabase({ connectionString, onError: () => {} });
  await db.accept.query`create table things (thing_id bigint primary key, name text)`;
});
after(() => db.close());

async function one<R>(queryable: Queryable, statement: ReturnType<typeof sql>): Promise<R | undefined> {
  return (await queryable.query<R>`${statement}`)[0];
}

test('values arrive as what they are', async () => {
  const [row] = await db.reads.query`
    select 9007199254740991::bigint as big, array[1, null, -2]::bigint[] as bigs, 7 as small,
      '2026-05-06T10:00:00.5Z'::timestamptz as time, '{"a":[1]}'::jsonb as json, '\\x00ff'::bytea as bytes,
      '2026-05-06'::date as day, sum(n) as numeric, null as nothing, array['a','b'] as texts
    from unnest(array[1, 2]::bigint[]) as n`;
  assert.deepEqual(row, {
    big: 9007199254740991,
    bigs: [1, null, -2],
    small: 7,
    time: new Date('2026-05-06T10:00:00.500Z'),
    json: { a: [1] },
    bytes: Buffer.of(0, 255),
    day: '2026-05-06',
    numeric: '3',
    nothing: null,
    texts: ['a', 'b'],
  });
});

test('a bigint that JavaScript cannot hold is refused, not rounded', async () => {
  await assert.rejects(db.reads.query`select 9007199254740993::bigint as n`, /9007199254740993 is beyond the integers/);
  assert.deepEqual(await db.reads.query`select 1 as alive`, [{ alive: 1 }]);
});

test('fragments nest, and whatever is in a value stays a value', async () => {
  const filters = [sql`name = ${"'; drop table things; --"}`, sql`thing_id in (${join([1, 2, 3])})`];
  const where = (list: typeof filters) => (list.length > 0 ? sql`where ${join(list, ' or ')}` : empty);
  assert.deepEqual(await db.reads.query`select * from things ${where(filters)}`, []);
  assert.deepEqual(await db.reads.query`select * from things ${where([])}`, []);
});

test('a prepared statement runs with its values again and again', async () => {
  for (const value of [1, 2, 3]) {
    const text = 'select $1::int * 2 as twice';
    assert.deepEqual(await db.claims.prepared('test-twice', text, [value]), [{ twice: value * 2 }]);
  }
});

test('every session has our settings, and reads end after ten seconds', async () => {
  const settings = sql`select current_setting('search_path') as path, current_setting('timezone') as zone,
    current_setting('synchronous_commit') as sync, current_setting('plan_cache_mode') as plans,
    current_setting('statement_timeout') as timeout`;
  const common = { path: 'pennyblack', zone: 'UTC', sync: 'on', plans: 'force_custom_plan' };
  for (const pool of [db.accept, db.results, db.claims, db.calls]) {
    assert.deepEqual(await one(pool, settings), { ...common, timeout: '1min' });
  }
  assert.deepEqual(await one(db.reads, settings), { ...common, timeout: '10s' });
});

test('options in the address are kept, and do not replace ours', async () => {
  const address = new URL(connectionString);
  address.searchParams.set('options', '-c search_path=elsewhere -c work_mem=5MB');
  const connected = await connectDatabase({ connectionString: address.href, onError: () => {} });
  const rows = await connected.reads
    .query`select current_setting('search_path') as path, current_setting('work_mem') as memory`;
  assert.deepEqual(rows, [{ path: 'pennyblack', memory: '5MB' }]);
  await connected.close();
});

test('a transaction commits what it did, or undoes all of it', async () => {
  const result = await db.accept.transaction(async tx => {
    await tx.query`insert into things values (1, 'kept')`;
    return 'done';
  });
  assert.equal(result, 'done');
  await assert.rejects(
    db.accept.transaction(async tx => {
      await tx.query`insert into things values (2, 'undone')`;
      throw new Error('changed my mind');
    }),
    /changed my mind/,
  );
  assert.deepEqual(await db.reads.query`select thing_id as id from things`, [{ id: 1 }]);
});

test('a transaction used after its end throws', async () => {
  const kept: Tx = await db.accept.transaction(async tx => tx);
  await assert.rejects(kept.query`select 1`, /used after its end/);
});

test('a failed statement says what and where, and its transaction cannot commit by accident', async () => {
  await assert.rejects(db.accept.query`insert into things values (1, 'twice')`, (error: unknown) => {
    assert.ok(error instanceof StatementFailed);
    assert.equal(error.code, '23505');
    assert.equal(error.constraint, 'things_pkey');
    assert.ok(error.cause instanceof Error);
    return true;
  });
  const swallowing = db.accept.transaction(async tx => {
    await tx.query`insert into things values (3, 'lost')`;
    await tx.query`select 1 / 0`.catch(() => {});
  });
  await assert.rejects(swallowing, /swallowed/);
  assert.deepEqual(await db.reads.query`select 1 from things where thing_id = 3`, []);
});

test('a session keeps its connection, and leaves none of its settings behind', async () => {
  await db.claims.session(async session => {
    await session.query`set lock_timeout = '5s'`;
    assert.deepEqual(await session.query`select current_setting('lock_timeout') as limit`, [{ limit: '5s' }]);
  });
  assert.deepEqual(await db.claims.query`select current_setting('lock_timeout') as limit`, [{ limit: '0' }]);
  assert.deepEqual(await db.claims.query`select current_setting('search_path') as path`, [{ path: 'pennyblack' }]);
});

test('a connection that the server ends is told as unavailable, and replaced', async () => {
  await assert.rejects(db.claims.query`select pg_terminate_backend(pg_backend_pid())`, DatabaseUnavailable);
  assert.deepEqual(await db.claims.query`select 1 as alive`, [{ alive: 1 }]);
  const dying = db.claims.transaction(async tx => {
    await tx.query`insert into things values (4, 'never')`;
    await tx.query`select pg_terminate_backend(pg_backend_pid())`;
  });
  await assert.rejects(
    dying,
    (error: unknown) => error instanceof DatabaseUnavailable && !(error instanceof CommitUncertain),
  );
  assert.deepEqual(await db.claims.query`select 1 from things where thing_id = 4`, []);
});

test('a connection that the server ends between two statements of a transaction ends that transaction alone', async () => {
  const working = db.results.transaction(async tx => {
    const [own] = await tx.query<{ pid: number }>`select pg_backend_pid() as pid`;
    await db.reads.query`select pg_terminate_backend(${own?.pid}, 5000)`;
    // The error has arrived by now, and no statement was there to reject with it: unheard, it would end the process.
    await db.reads.query`select 1`;
    await tx.query`select 1`;
  });
  await assert.rejects(working, DatabaseUnavailable);
  assert.deepEqual(await db.results.query`select 1 as one`, [{ one: 1 }]);
});

test('a connection that dies during COMMIT leaves the transaction uncertain', async () => {
  await db.accept.query`create table doomed (doomed_id int)`;
  await db.accept.query`create function end_connection() returns trigger language plpgsql as
    'begin perform pg_terminate_backend(pg_backend_pid()); return null; end'`;
  // A deferred trigger runs inside COMMIT.
  await db.accept.query`create constraint trigger at_commit after insert on doomed
    deferrable initially deferred for each row execute function end_connection()`;
  const uncertain = db.accept.transaction(tx => tx.query`insert into doomed values (1)`);
  await assert.rejects(uncertain, CommitUncertain);
  assert.deepEqual(await db.accept.query`select 1 as alive`, [{ alive: 1 }]);
});

test('a refusal at COMMIT is an answer, not an uncertainty', async () => {
  await db.accept.query`create table pairs (pair_id int primary key, partner int,
    foreign key (partner) references pairs deferrable initially deferred)`;
  const refused = db.accept.transaction(tx => tx.query`insert into pairs values (1, 99)`);
  await assert.rejects(refused, (error: unknown) => error instanceof StatementFailed && error.code === '23503');
});

test('a server that is not there, or will not have us, is told at once', async () => {
  const nobody = new URL(connectionString);
  nobody.port = '1';
  await assert.rejects(connectDatabase({ connectionString: nobody.href, onError: () => {} }), DatabaseUnavailable);
  const stranger = new URL(connectionString);
  stranger.password = 'wrong';
  await assert.rejects(
    connectDatabase({ connectionString: stranger.href, onError: () => {} }),
    /^Error: The database refused our name or password/,
  );
  const elsewhere = new URL(connectionString);
  elsewhere.pathname = '/nowhere';
  await assert.rejects(
    connectDatabase({ connectionString: elsewhere.href, onError: () => {} }),
    /^Error: The database that DATABASE_URL names does not exist/,
  );
});

test('after closing, nothing more is done', async () => {
  const closed = await connectDatabase({ connectionString, onError: () => {} });
  await closed.close();
  await assert.rejects(closed.reads.query`select 1`, DatabaseUnavailable);
  await assert.rejects(closed.listener.notify('news', 'x'), DatabaseUnavailable);
});

test('a hint runs after the commit, and not after a rollback', async () => {
  const hints: string[] = [];
  await db.accept.transaction(async tx => {
    tx.afterCommit(() => hints.push('committed'));
    await tx.query`insert into things values (70, 'seventy')`;
    assert.deepEqual(hints, []);
  });
  const failing = db.accept.transaction(async tx => {
    tx.afterCommit(() => hints.push('rolled back'));
    throw new Error('no');
  });
  await assert.rejects(failing, /no/);
  assert.deepEqual(hints, ['committed']);
});
