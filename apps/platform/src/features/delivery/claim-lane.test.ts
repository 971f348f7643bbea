import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { createSetClock } from '@pennyblack/runtime/clock.ts';
import {
  CommitUncertain,
  type Database,
  DatabaseUnavailable,
  type Pool,
} from '@pennyblack/runtime/database/database.ts';
import { firstUuidV7Of } from '@pennyblack/runtime/uuid-v7.ts';
import {
  createFakeIntake,
  createTestAcceptor,
  makeTestId,
  readQueue,
  suppress,
  testWorld,
} from '../../testing/test-world.ts';
import { sampleRequest } from '../sending/testing/sample-requests.ts';
import { createLaneClaimer, type LaneDeps } from './claim-lane.ts';
import { claimWork } from './claim-work.ts';
import { lanes } from './delivery-item.ts';
import { finishLost } from './finish-lost.ts';
import type { Result } from './record-results.ts';
import { createRoom, type RoomLimits } from './room.ts';
import { insertQueueRows } from './store.ts';

const world = await testWorld();
const { database: db, server, recordEvents } = world;
const own = 77;
const goesOn = new AbortController().signal;

beforeEach(async () => {
  await db.accept.query`delete from delivery_queue`;
  await db.accept.query`delete from suppressions`;
});

/** Rows without a message, for what happens before contents are read. */
async function queue(serverId: number, count: number, dueAt = new Date(), lane: 0 | 1 = 0): Promise<string[]> {
  const ids = Array.from({ length: count }, () => makeTestId());
  await db.accept.transaction(tx =>
    insertQueueRows(
      tx,
      ids.map(messageId => ({
        serverId,
        messageId,
        recipientNumber: 0,
        lane,
        streamId: 'outbound',
        dueAt,
        ownerNumber: null,
      })),
    ),
  );
  return ids;
}

async function accept(count: number, to = 'ana@buyer.test'): Promise<string[]> {
  const acceptor = createTestAcceptor(world, createFakeIntake(undefined));
  const results = await Promise.all(
    Array.from({ length: count }, () => acceptor.accept(server, sampleRequest({ to }))),
  );
  return results.map(result => (result.kind === 'accepted' ? result.messageId : assert.fail(result.text)));
}

function setUp(changes: Partial<LaneDeps> & { limits?: RoomLimits } = {}) {
  const clock = createSetClock(new Date(Date.now() + 1000));
  const dispatched: string[] = [];
  const ended: Result[] = [];
  const lost: string[] = [];
  const deps: LaneDeps = {
    db,
    clock,
    room: createRoom(changes.limits ?? { itemsMaxPerLane: 1000, bytesMax: 1e9 }),
    results: { record: async result => void ended.push(result), whenHealthy: async () => {} },
    items: {
      finish: (item, outcome) => void ended.push({ item, outcome }),
      defer: () => assert.fail('no attempt was made'),
    },
    dispatch: item => void dispatched.push(item.message.messageId),
    processNumber: () => own,
    finishLost: async (rows, processNumber) => {
      lost.push(...rows.map(row => row.messageId));
      await finishLost(db.results, recordEvents, rows, processNumber, clock.now());
    },
    ...changes,
  };
  return { clock, dispatched, ended, lost, deps, claimer: createLaneClaimer(lanes.transactional, deps) };
}

async function owners(): Promise<Record<string, number>> {
  const rows = await db.reads.query<{ owner: string; count: number }>`
    select coalesce(owner_process::text, 'nobody') as owner, count(*)::int as count from delivery_queue group by 1`;
  return Object.fromEntries(rows.map(row => [row.owner, row.count]));
}

const claim = {
  lane: 0,
  notBefore: new Date(0),
  afterServerId: 0,
  perServer: 50,
  total: 200,
  processNumber: own,
} as const;

test('a claim takes due rows of its lane, the oldest first, and makes them its own', async () => {
  const now = new Date();
  const [late] = await queue(1, 1, new Date(now.getTime() - 1000));
  const [early] = await queue(1, 1, new Date(now.getTime() - 2000));
  await queue(1, 1, new Date(now.getTime() + 1));
  await queue(1, 1, new Date(now.getTime() - 2000), 1);
  const [first] = await claimWork(db, { ...claim, total: 1 }, now);
  assert.equal(first?.messageId, early);
  const rest = await claimWork(db, claim, now);
  assert.deepEqual(
    rest.map(row => row.messageId),
    [late],
  );
  assert.deepEqual(await owners(), { [own]: 2, nobody: 2 });
});

test('held rows, rows of others and rows below the low-water mark are left', async () => {
  const now = new Date();
  await queue(1, 3, new Date(now.getTime() - 5000));
  await db.accept
    .query`update delivery_queue set is_held = true where message_id = (select min(message_id::text)::uuid from delivery_queue)`;
  await db.accept
    .query`update delivery_queue set owner_process = 5 where message_id = (select max(message_id::text)::uuid from delivery_queue)`;
  assert.equal((await claimWork(db, { ...claim, notBefore: new Date(now.getTime() - 4999) }, now)).length, 0);
  assert.equal((await claimWork(db, { ...claim, notBefore: new Date(now.getTime() - 5000) }, now)).length, 1);
  assert.equal((await claimWork(db, claim, now)).length, 0);
});

test('each server has its quota, so that one server’s flood leaves room for the others', async () => {
  await queue(1, 120);
  await queue(2, 3);
  await queue(3, 60);
  const rows = await claimWork(db, { ...claim, total: 110 }, new Date());
  const counts = Map.groupBy(rows, row => row.serverId);
  assert.deepEqual([...counts].map(([serverId, ofServer]) => [serverId, ofServer.length]).toSorted(), [
    [1, 50],
    [2, 3],
    [3, 50],
  ]);
  const after = await claimWork(db, { ...claim, afterServerId: 1 }, new Date());
  assert.deepEqual([...new Set(after.map(row => row.serverId))], [3]);
});

test('two claimers at the same time never share a row, and leave none', async () => {
  await queue(1, 200);
  await queue(2, 200);
  const claims = Array.from({ length: 10 }, (_, number) =>
    db.accept
      .transaction(async () => {})
      .then(() =>
        claimWork(
          { ...db, claims: number % 2 ? db.accept : db.reads },
          { ...claim, total: 60, processNumber: number },
          new Date(),
        ),
      ),
  );
  const rows = (await Promise.all(claims)).flat();
  assert.equal(new Set(rows.map(row => row.messageId)).size, rows.length);
  assert.ok(rows.length > 0);
  const ownedByNobody = (await owners()).nobody ?? 0;
  assert.equal(rows.length + ownedByNobody, 400);
});

test('everything due is claimed, however many batches it takes', async () => {
  const ids = await accept(230);
  const { claimer, dispatched } = setUp();
  await claimer.claimDue(goesOn);
  assert.deepEqual(dispatched.toSorted(), ids.toSorted());
  assert.deepEqual(await owners(), { [own]: 230 });
});

test('servers take turns when there is little room: the first one’s backlog does not starve the last', async () => {
  await queue(1, 40);
  await queue(2, 2);
  await queue(3, 40);
  const turns: number[][] = [];
  const room = createRoom({ itemsMaxPerLane: 10, bytesMax: 1e9 });
  // Rows without content are ended at once, which makes room for the next claim.
  const { claimer } = setUp({
    room,
    finishLost: async rows => {
      turns.push([...new Set(rows.map(row => row.serverId))]);
      if (turns.length >= 4) room.reserve(0, 10, 0);
    },
  });
  await claimer.claimDue(goesOn);
  assert.deepEqual(turns, [[1], [2, 3], [1], [3]]);
});

test('old rows of a server that a full claim did not reach are found by the next one', async () => {
  const now = Date.now();
  for (const serverId of [1, 2, 3, 4]) await queue(serverId, 50, new Date(now));
  // Ten minutes older than what the first claim sees, and of a server behind its end.
  const [old] = await queue(9, 1, new Date(now - 600_000));
  const { claimer, lost } = setUp();
  await claimer.claimDue(goesOn);
  assert.ok(lost.includes(old ?? ''));
  assert.deepEqual(await owners(), {});
});

test('who is suppressed when the row is claimed ends as suppressed', async () => {
  const [id] = await accept(1, 'gone@buyer.test');
  await suppress(db.accept, server.serverId, 'gone@buyer.test');
  const { claimer, dispatched, ended } = setUp();
  await claimer.claimDue(goesOn);
  assert.deepEqual(dispatched, []);
  assert.deepEqual(
    ended.map(one => [one.item.message.messageId, one.outcome.kind]),
    [[id, 'suppressed']],
  );
});

test('a message whose content is gone, or cannot be read, ends as bounced and does not hold up the others', async () => {
  const [gone, broken, good] = await accept(3);
  await db.accept.query`delete from message_contents where message_id = ${gone}`;
  await db.accept.query`update message_contents set content = 'no zstd' where message_id = ${broken}`;
  const { claimer, dispatched, lost } = setUp();
  await claimer.claimDue(goesOn);
  assert.deepEqual(dispatched, [good]);
  assert.deepEqual(lost.toSorted(), [gone, broken].toSorted());
  assert.deepEqual(
    (await readQueue(db.reads, server.serverId)).map(row => row.messageId),
    [good],
  );
});

test('a claim whose contents could not be read is taken up by the next run: nothing stays owned and forgotten', async () => {
  const ids = await accept(30);
  let failures = 1;
  const claims: Pool = {
    ...db.claims,
    prepared: (name, text, values) => {
      if (name === 'find_contents' && failures-- > 0) throw new DatabaseUnavailable('away');
      return db.claims.prepared(name, text, values);
    },
  };
  const { claimer, dispatched } = setUp({ db: { ...db, claims } as Database });
  await assert.rejects(claimer.claimDue(goesOn), DatabaseUnavailable);
  assert.deepEqual(await owners(), { [own]: 30 });
  await claimer.claimDue(goesOn);
  assert.deepEqual(dispatched.toSorted(), ids.toSorted());
});

/** A claim whose COMMIT is not answered: carried out or not. */
function unanswered(isCarriedOut: boolean): Database {
  let failures = 1;
  const claims: Pool = {
    ...db.claims,
    transaction: async work => {
      failures -= 1;
      if (failures < 0) return db.claims.transaction(work);
      await db.claims
        .transaction(async tx => {
          await work(tx);
          if (!isCarriedOut) throw new Error('rolled back');
        })
        .catch(() => {});
      throw new CommitUncertain('the connection died during COMMIT');
    },
  };
  return { ...db, claims };
}

test('a claim whose COMMIT was carried out and not answered is taken up by the next run', async () => {
  const ids = await accept(3);
  const { claimer, dispatched } = setUp({ db: unanswered(true) });
  await assert.rejects(claimer.claimDue(goesOn), CommitUncertain);
  assert.deepEqual([await owners(), dispatched], [{ [own]: 3 }, []]);
  await claimer.claimDue(goesOn);
  assert.deepEqual(dispatched.toSorted(), ids.toSorted());
});

test('a claim whose COMMIT was neither carried out nor answered leaves the rows to whoever claims them then', async () => {
  await accept(3);
  const { claimer, dispatched } = setUp({ db: unanswered(false) });
  await assert.rejects(claimer.claimDue(goesOn), CommitUncertain);
  await claimWork(db, { ...claim, processNumber: 78 }, new Date(Date.now() + 1000));
  await claimer.claimDue(goesOn);
  assert.deepEqual([await owners(), dispatched], [{ 78: 3 }, []]);
});

test('after a lost lease the rows of the old number are others’, and are not sent', async () => {
  await accept(1);
  let failures = 1;
  let processNumber = own;
  const claims: Pool = {
    ...db.claims,
    prepared: (name, text, values) => {
      if (name === 'find_contents' && failures-- > 0) throw new DatabaseUnavailable('away');
      return db.claims.prepared(name, text, values);
    },
  };
  const { claimer, dispatched } = setUp({ db: { ...db, claims } as Database, processNumber: () => processNumber });
  await assert.rejects(claimer.claimDue(goesOn), DatabaseUnavailable);
  processNumber = own + 1;
  await claimer.claimDue(goesOn);
  assert.deepEqual(dispatched, []);
});

test('without memory for the contents the rows go back for a second, and the claim does not go on in circles', async () => {
  await accept(90);
  const { claimer, clock, dispatched, ended } = setUp({ limits: { itemsMaxPerLane: 1000, bytesMax: 5000 } });
  await claimer.claimDue(goesOn);
  // Each takes 1,006 bytes: four fit, the rest of their chunk of twenty goes back by its result.
  assert.equal(dispatched.length, 4);
  assert.equal(ended.length, 16);
  assert.ok(ended.every(one => one.outcome.kind === 'released'));
  const waiting = (await readQueue(db.reads, server.serverId)).filter(row => row.owner === null);
  // Fifty is the server's quota: thirty went back unread, forty were never claimed.
  assert.equal(waiting.length, 70);
  assert.equal(waiting.filter(row => row.dueAt.getTime() === clock.now().getTime() + 1000).length, 30);
});

test('a full lane claims nothing', async () => {
  await accept(2);
  const room = createRoom({ itemsMaxPerLane: 1, bytesMax: 1e9 });
  room.reserve(0, 1, 0);
  const { claimer, dispatched } = setUp({ room });
  await claimer.claimDue(goesOn);
  assert.deepEqual(dispatched, []);
  assert.deepEqual(await owners(), { nobody: 2 });
});

test('a row that was committed late is found up to a minute below the mark, and after that by a look at all', async () => {
  const { claimer, clock, lost } = setUp();
  await claimer.claimDue(goesOn);
  const [nearly] = await queue(1, 1, new Date(clock.now().getTime() - 59_000));
  await claimer.claimDue(goesOn);
  assert.deepEqual(lost, [nearly]);
  const [late] = await queue(1, 1, new Date(clock.now().getTime() - 61_000));
  await claimer.claimDue(goesOn);
  assert.deepEqual(lost, [nearly]);
  claimer.lookAtAll();
  await claimer.claimDue(goesOn);
  assert.deepEqual(lost, [nearly, late]);
});

test('a stop ends the claims between two batches', async () => {
  await accept(3);
  const stopping = new AbortController();
  stopping.abort();
  const { claimer, dispatched } = setUp();
  await claimer.claimDue(stopping.signal);
  assert.deepEqual(dispatched, []);
});

test('a claim that carries attempts hands them on, with the time of acceptance from the id', async () => {
  const [id = ''] = await accept(1);
  await db.accept.query`update delivery_queue set attempts = 3 where message_id = ${id}`;
  let attempts = 0;
  let receivedAt = new Date(0);
  const { claimer } = setUp({
    dispatch: item => {
      ({ attempts, receivedAt } = item);
    },
  });
  await claimer.claimDue(goesOn);
  assert.equal(attempts, 3);
  assert.ok(firstUuidV7Of(receivedAt) <= id);
  assert.ok(Date.now() - receivedAt.getTime() < 60_000);
});
