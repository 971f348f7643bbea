// The feed below its endpoint: random orders of commits, bounds on ids, and who may read it.

import assert from 'node:assert/strict';
import test from 'node:test';
import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import { raw } from '@pennyblack/runtime/database/sql.ts';
import { firstUuidV7Of } from '@pennyblack/runtime/uuid-v7.ts';
import fc from 'fast-check';
import { addServer, makeTestId, testWorld } from '../../testing/test-world.ts';
import type { PlatformEvent } from './event.ts';
import { type FeedStart, readFeed } from './read-feed.ts';
import { createEventRecorder } from './record-events.ts';
import { untilSettled } from './testing/until-settled.ts';

const { database: db, accountId } = await testWorld();
const newServerId = async () => (await addServer(db.accept, accountId, 'Live')).serverId;
const plain = createEventRecorder(makeTestId, []);
const everything = { kinds: ['recipient_delivered', 'recipient_bounced'] as const, streamId: undefined };
const fromTheStart: FeedStart = { kind: 'time', time: new Date(0) };
const oneDay = 86_400_000;

function delivered(serverId: number, messageId = makeTestId()): PlatformEvent {
  const about = { serverId, messageId, recipientNumber: 0, streamId: 'outbound', recipient: 'ana@buyer.test' };
  return { ...about, kind: 'recipient_delivered', details: {} };
}

const readPage = (serverId: number, start: FeedStart, count: number, now = new Date(), from: Queryable = db.reads) =>
  readFeed(from, serverId, start, everything, count, now);

/** A transaction that does one thing at a time, when it is told to. */
function startWriter() {
  let next = Promise.withResolvers<((tx: Tx) => Promise<void>) | 'commit' | 'roll back'>();
  const ended = db.accept.transaction(async tx => {
    for (;;) {
      const order = await next.promise;
      next = Promise.withResolvers();
      if (order === 'commit') return;
      if (order === 'roll back') throw new Error('roll back');
      await order(tx);
    }
  });
  // Who ends it looks at the outcome.
  ended.catch(() => {});
  return {
    do: (work: (tx: Tx) => Promise<void>) =>
      new Promise<void>((resolve, reject) => {
        next.resolve(tx => work(tx).then(resolve, reject));
      }),
    commit: () => {
      next.resolve('commit');
      return ended;
    },
    rollBack: async () => {
      next.resolve('roll back');
      await assert.rejects(ended, /roll back/);
    },
  };
}

const writer = fc.nat({ max: 2 });
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('record' as const), writer, count: fc.integer({ min: 1, max: 4 }) }),
  },
  // Takes its place in the order of transactions long before it records something.
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('number' as const), writer }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('commit' as const), writer }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('roll back' as const), writer }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('read' as const), count: fc.integer({ min: 1, max: 5 }) }) },
);

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);

test(`in whatever order transactions end, a reader sees what was committed, each event once (SEED=${seed})`, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async steps => {
      const serverId = await newServerId();
      const writers = new Map<number, { writer: ReturnType<typeof startWriter>; messageIds: string[] }>();
      const committed: string[] = [];
      const seen: string[] = [];
      let start: FeedStart = fromTheStart;
      const read = async (count: number) => {
        const page = await readPage(serverId, start, count);
        assert.ok(page.events.length <= count);
        seen.push(...page.events.map(event => event.messageId ?? ''));
        start = { kind: 'cursor', cursor: page.cursor };
        return page.hasMore;
      };
      const open = (number: number) => {
        const found = writers.get(number) ?? { writer: startWriter(), messageIds: [] };
        writers.set(number, found);
        return found;
      };
      const end = async (number: number, commits: boolean) => {
        const found = writers.get(number);
        if (!found) return;
        writers.delete(number);
        if (!commits) return found.writer.rollBack();
        await found.writer.commit();
        committed.push(...found.messageIds);
      };

      for (const each of steps) {
        if (each.kind === 'read') await read(each.count);
        else if (each.kind === 'record') {
          const { writer, messageIds } = open(each.writer);
          const events = Array.from({ length: each.count }, () => delivered(serverId));
          messageIds.push(...events.map(event => event.messageId ?? ''));
          await writer.do(tx => plain(tx, events, new Date()));
        } else if (each.kind === 'number') {
          await open(each.writer).writer.do(async tx => void (await tx.query`select pg_current_xact_id()`));
        } else await end(each.writer, each.kind === 'commit');
        // Nothing is shown that may still be taken back.
        for (const messageId of seen) assert.ok(committed.includes(messageId));
      }
      for (const number of [2, 0, 1]) await end(number, number !== 0);
      await untilSettled(db);
      while (await read(3));
      assert.deepEqual(seen.toSorted(), committed.toSorted());
    }),
    { seed, numRuns: 40, interruptAfterTimeLimit: 60_000 },
  );
});

test('a page is read within the bounds of ids that can still come: partitions before them are not opened', async () => {
  const serverId = await newServerId();
  const now = new Date();
  const [oldest] = await db.reads.query<{ name: string; bound: string }>`
    select c.relname as name, pg_get_expr(c.relpartbound, c.oid) as bound
    from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'events'::regclass order by c.relname limit 1`;
  const firstId = /FROM \('([^']+)'\)/.exec(oldest?.bound ?? '')?.[1] ?? '';
  await db.results.query`
    create table events_of_old partition of events
    for values from ('00000000-0000-0000-0000-000000000000') to ('${raw(firstId)}')`;
  const atAge = async (days: number) => {
    const id = `${firstUuidV7Of(new Date(now.getTime() - days * oneDay)).slice(0, 13)}${makeTestId().slice(13)}`;
    const time = new Date(now.getTime() - days * oneDay);
    await db.accept.transaction(tx => createEventRecorder(() => id, [])(tx, [delivered(serverId)], time));
    return id;
  };
  const first = await atAge(40);
  await untilSettled(db);
  const atTheEnd = await readPage(serverId, fromTheStart, 10, new Date(now.getTime() - 40 * oneDay));
  assert.deepEqual(
    atTheEnd.events.map(event => event.eventId),
    [first],
  );
  // Six weeks later: everything that was recorded meanwhile, in any partition.
  const later = [await atAge(39), await atAge(20), await atAge(0)];
  await untilSettled(db);
  const next = await readPage(serverId, { kind: 'cursor', cursor: atTheEnd.cursor }, 10, now);
  assert.deepEqual(
    next.events.map(event => event.eventId),
    later,
  );
  // From there, the old partition is of no interest, and a lock on it keeps nobody waiting.
  const locked = startWriter();
  await locked.do(async tx => void (await tx.query`lock table events_of_old in access exclusive mode`));
  try {
    const start: FeedStart = { kind: 'cursor', cursor: next.cursor };
    assert.deepEqual((await readPage(serverId, start, 10, now)).events, []);
  } finally {
    await locked.rollBack();
  }
});

test('a database user with no right but to read events can read the feed', async () => {
  const serverId = await newServerId();
  const role = raw(`feed_reader_${process.pid}`);
  await db.accept.transaction(tx => plain(tx, [delivered(serverId)], new Date()));
  await db.results.query`create role ${role}`;
  try {
    await db.results.query`grant usage on schema pennyblack to ${role}`;
    await db.results.query`grant select on events, event_numbering to ${role}`;
    await untilSettled(db);
    await db.results.transaction(async tx => {
      await tx.query`set local role ${role}`;
      const { events, cursor } = await readPage(serverId, fromTheStart, 10, new Date(), tx);
      assert.equal(events.length, 1);
      assert.match(cursor.epoch, /^\d+-\d+-\d+$/);
    });
  } finally {
    await db.results.query`drop owned by ${role}`;
    await db.results.query`drop role ${role}`;
  }
});
