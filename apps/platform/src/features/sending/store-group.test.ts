import assert from 'node:assert/strict';
import test from 'node:test';
import {
  CommitUncertain,
  type Database,
  DatabaseUnavailable,
  type Pool,
} from '@pennyblack/runtime/database/database.ts';
import {
  addServer,
  createFakeIntake,
  makeTestId,
  readEvents,
  readQueue,
  suppress,
  testWorld,
} from '../../testing/test-world.ts';
import { lanes } from '../delivery/delivery-item.ts';
import { sampleContent } from '../delivery/testing/sample-items.ts';
import type { NewMessage } from '../messages/message.ts';
import { packContent, unpackContent } from '../messages/message-content.ts';
import { type GroupItem, storeGroup } from './store-group.ts';

const world = await testWorld();
const { database: db, recordEvents, accountId } = world;
const server = async () => (await addServer(db.accept, accountId, 'Live')).serverId;

function mailbox(address: string) {
  const [localPart = '', domain = ''] = address.split('@');
  return { name: '', localPart, domain, address };
}

function item(serverId: number, addresses: string[], changes: Partial<NewMessage> = {}): GroupItem {
  const content = sampleContent({ to: addresses.map(mailbox), tag: 'order' });
  const message: NewMessage = {
    serverId,
    messageId: makeTestId(),
    streamId: 'outbound',
    receivedAt: new Date(),
    fromDisplay: 'desk@shop.test',
    fromKey: 'desk@shop.test',
    trackOpens: false,
    trackLinks: 'None',
    recipients: addresses.map((address, recipientNumber) => ({
      recipientNumber,
      field: 'To',
      mailbox: mailbox(address),
      addressKey: address.toLowerCase(),
    })),
    content,
    packedContent: packContent(content),
    ...changes,
  };
  return { message, streamType: message.streamId === 'broadcast' ? 'Broadcasts' : 'Transactional' };
}

/** What PostgreSQL cannot store, though no check of ours would let it come so far. */
const unstorable = { fromDisplay: 'desk\u0000@shop.test' };

async function rowsOf(messageId: string) {
  const [counts] = await db.reads.query<{ messages: number; contents: number; recipients: number; queue: number }>`
    select (select count(*)::int from messages where message_id = ${messageId}) as messages,
           (select count(*)::int from message_contents where message_id = ${messageId}) as contents,
           (select count(*)::int from message_recipients where message_id = ${messageId}) as recipients,
           (select count(*)::int from delivery_queue where message_id = ${messageId}) as queue`;
  return counts;
}

/** The real database with another way to end transactions. */
function withTransactions(transaction: Pool['transaction'], reads: Pool = db.reads): Database {
  return { ...db, reads, accept: { ...db.accept, transaction } };
}

test('a stored message has its row, its content, each recipient, and a queue row for each of them', async () => {
  const serverId = await server();
  const stored = item(serverId, ['Ana@Buyer.test', 'ben@buyer.test']);
  const now = new Date();
  const intake = createFakeIntake(undefined);
  assert.deepEqual(await storeGroup({ db, recordEvents, intake }, [stored], now), [{ kind: 'stored', suppressed: [] }]);

  const { messageId } = stored.message;
  assert.deepEqual(await rowsOf(messageId), { messages: 1, contents: 1, recipients: 2, queue: 2 });
  const [row] = await db.reads.query<{ content: Buffer }>`
    select content from message_contents where server_id = ${serverId} and message_id = ${messageId}`;
  assert.deepEqual(row && unpackContent(row.content), stored.message.content);
  for (const queued of await readQueue(db.reads, serverId)) {
    assert.equal(queued.owner, null);
    assert.equal(queued.lane, lanes.transactional);
    assert.deepEqual(queued.dueAt, now);
  }
  assert.equal(intake.woken, 1);
});

test('bodies of one group travel as one value, and each message gets its own back', async () => {
  const serverId = await server();
  const items = ['short', 'ж'.repeat(5000), '', 'last'].map(text => {
    const content = sampleContent({ text });
    return item(serverId, ['ana@buyer.test'], { content, packedContent: packContent(content) });
  });
  await storeGroup({ db, recordEvents, intake: createFakeIntake(1) }, items, new Date());
  for (const { message } of items) {
    const [row] = await db.reads.query<{ content: Buffer }>`
      select content from message_contents where message_id = ${message.messageId}`;
    assert.equal(row && unpackContent(row.content).text, message.content.text);
  }
});

test('what has room is inserted as owned, handed over after the commit, and keeps its room', async () => {
  const serverId = await server();
  const broadcast = item(serverId, ['ana@buyer.test', 'ben@buyer.test'], { streamId: 'broadcast' });
  const intake = createFakeIntake(77);
  await storeGroup({ db, recordEvents, intake }, [broadcast], new Date());
  assert.deepEqual(
    (await readQueue(db.reads, serverId)).map(row => [row.owner, row.lane, row.streamId]),
    [
      [77, lanes.broadcast, 'broadcast'],
      [77, lanes.broadcast, 'broadcast'],
    ],
  );
  assert.deepEqual(intake.taken, [
    {
      messageId: broadcast.message.messageId,
      addresses: ['ana@buyer.test', 'ben@buyer.test'],
      lane: lanes.broadcast,
      ownerNumber: 77,
    },
  ]);
  assert.equal(intake.roomReserved, 2);
  assert.equal(intake.woken, 0);
});

test('a suppressed recipient has a row and an event, and is not queued; one suppressed elsewhere is', async () => {
  const serverId = await server();
  await suppress(db.accept, serverId, 'ben@buyer.test');
  await suppress(db.accept, serverId, 'ana@buyer.test', { streamId: 'broadcast' });
  await suppress(db.accept, await server(), 'ana@buyer.test');
  const mixed = item(serverId, ['ana@buyer.test', 'Ben@Buyer.test']);
  const intake = createFakeIntake(5);
  const outcomes = await storeGroup({ db, recordEvents, intake }, [mixed], new Date());

  assert.deepEqual(outcomes, [{ kind: 'stored', suppressed: ['Ben@Buyer.test'] }]);
  assert.deepEqual(await rowsOf(mixed.message.messageId), { messages: 1, contents: 1, recipients: 2, queue: 1 });
  assert.deepEqual(await readEvents(db.reads, serverId), [
    {
      kind: 'recipient_suppressed',
      messageId: mixed.message.messageId,
      recipientNumber: 1,
      recipient: 'Ben@Buyer.test',
      details: { tag: 'order' },
    },
  ]);
  assert.deepEqual(intake.taken[0]?.addresses, ['ana@buyer.test']);
  assert.equal(intake.roomReserved, 1);
});

test('a group may hold a stored, a wholly suppressed and an unstorable message: each has its own outcome', async () => {
  const serverId = await server();
  await suppress(db.accept, serverId, 'gone@buyer.test');
  const items = [
    item(serverId, ['a@buyer.test']),
    item(serverId, ['gone@buyer.test']),
    item(serverId, ['b@buyer.test', 'c@buyer.test'], unstorable),
    item(serverId, ['d@buyer.test']),
    item(serverId, ['e@buyer.test', 'gone@buyer.test']),
  ];
  const intake = createFakeIntake(5);
  const outcomes = await storeGroup({ db, recordEvents, intake }, items, new Date());

  assert.deepEqual(
    outcomes.map(outcome => outcome.kind),
    ['stored', 'all_suppressed', 'failed', 'stored', 'stored'],
  );
  for (const [position, isStored] of [true, false, false, true, true].entries()) {
    assert.equal((await rowsOf(items[position]?.message.messageId ?? ''))?.messages, isStored ? 1 : 0, `${position}`);
  }
  // Only what is stored is handed over, and the room of what failed is free again.
  assert.deepEqual(
    intake.taken.map(taken => taken.addresses),
    [['a@buyer.test'], ['d@buyer.test'], ['e@buyer.test']],
  );
  assert.equal(intake.roomReserved, 3);
  // What was rolled back while the bad message was looked for left no event behind.
  assert.equal((await readEvents(db.reads, serverId)).length, 1);
});

test('when the database is away nothing is stored, and all of the room is free again', async () => {
  const serverId = await server();
  const intake = createFakeIntake(5);
  const away = withTransactions(async () => {
    throw new DatabaseUnavailable('away');
  });
  const lost = item(serverId, ['a@buyer.test', 'b@buyer.test']);
  const [outcome] = await storeGroup({ db: away, recordEvents, intake }, [lost], new Date());
  assert.ok(outcome?.kind === 'failed' && outcome.error instanceof DatabaseUnavailable);
  assert.equal(intake.roomReserved, 0);
  assert.deepEqual(intake.taken, []);
});

test('a COMMIT that was carried out and not answered is answered "stored", once', async () => {
  const serverId = await server();
  const intake = createFakeIntake(5);
  const unanswered = withTransactions(async work => {
    await db.accept.transaction(work);
    throw new CommitUncertain('the connection died during COMMIT');
  });
  const sent = item(serverId, ['a@buyer.test']);
  const outcomes = await storeGroup({ db: unanswered, recordEvents, intake }, [sent], new Date());
  assert.deepEqual(outcomes, [{ kind: 'stored', suppressed: [] }]);
  assert.deepEqual(await rowsOf(sent.message.messageId), { messages: 1, contents: 1, recipients: 1, queue: 1 });
  assert.equal(intake.taken.length, 1);
});

test('a COMMIT that was not carried out is answered "unavailable", also when the look-up has to be asked twice', async () => {
  const serverId = await server();
  const intake = createFakeIntake(5);
  let lookUps = 0;
  const reads: Pool = {
    ...db.reads,
    transaction: work => {
      lookUps += 1;
      if (lookUps === 1) return Promise.reject(new DatabaseUnavailable('still away'));
      return db.reads.transaction(work);
    },
  };
  const rolledBack = withTransactions(async work => {
    await db.accept
      .transaction(async tx => {
        await work(tx);
        throw new Error('rolled back');
      })
      .catch(() => {});
    throw new CommitUncertain('the connection died during COMMIT');
  }, reads);
  const sent = item(serverId, ['a@buyer.test']);
  const [outcome] = await storeGroup({ db: rolledBack, recordEvents, intake }, [sent], new Date());
  assert.ok(outcome?.kind === 'failed' && outcome.error instanceof CommitUncertain);
  assert.equal(lookUps, 2);
  assert.deepEqual(await rowsOf(sent.message.messageId), { messages: 0, contents: 0, recipients: 0, queue: 0 });
  assert.equal(intake.roomReserved, 0);
});

test('a COMMIT that is still under way when its connection has died is waited for, not taken for lost', async () => {
  const serverId = await server();
  const intake = createFakeIntake(5);
  let finish: () => void = () => {};
  let committing: Promise<void> = Promise.resolve();
  const slow = withTransactions(
    work =>
      new Promise((_, reject) => {
        committing = db.accept.transaction(async tx => {
          await work(tx);
          reject(new CommitUncertain('the connection died during COMMIT'));
          await new Promise<void>(resolve => {
            finish = resolve;
          });
        });
      }),
  );
  const sent = item(serverId, ['a@buyer.test']);
  const storing = storeGroup({ db: slow, recordEvents, intake }, [sent], new Date());
  await untilSomebodyWaits();
  finish();
  await committing;
  assert.deepEqual(await storing, [{ kind: 'stored', suppressed: [] }]);
  assert.equal(intake.taken.length, 1);
});

async function untilSomebodyWaits(): Promise<void> {
  for (;;) {
    const waiting = await db.results.query`
      select 1 from pg_locks where not granted and locktype = 'transactionid'
        and pid in (select pid from pg_stat_activity where datname = current_database())`;
    if (waiting.length > 0) return;
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}

test('a group whose fate stays unknown is answered "unavailable"; when it turns out to be stored, its rows are free', async t => {
  const serverId = await server();
  const intake = createFakeIntake(5);
  let isAway = true;
  const reads: Pool = {
    ...db.reads,
    transaction: work => {
      if (isAway) {
        // Ten seconds at once: no test waits for them.
        const now = performance.now() + 11_000;
        t.mock.method(performance, 'now', () => now);
        return Promise.reject(new DatabaseUnavailable('away'));
      }
      return db.reads.transaction(work);
    },
  };
  const unanswered = withTransactions(async work => {
    await db.accept.transaction(work);
    throw new CommitUncertain('the connection died during COMMIT');
  }, reads);
  const sent = item(serverId, ['a@buyer.test', 'b@buyer.test']);
  const [outcome] = await storeGroup({ db: unanswered, recordEvents, intake }, [sent], new Date());
  assert.ok(outcome?.kind === 'failed' && outcome.error instanceof CommitUncertain);
  assert.deepEqual([intake.taken, intake.roomReserved, intake.woken], [[], 0, 0]);
  const owners = async () => (await readQueue(db.results, serverId)).map(row => row.owner);
  assert.deepEqual(await owners(), [5, 5]);
  isAway = false;
  while (intake.woken === 0) await new Promise(resolve => setTimeout(resolve, 50));
  assert.deepEqual(await owners(), [null, null]);
});

test('when the database goes away while a bad message is looked for, each message hears what became of itself', async () => {
  const serverId = await server();
  const intake = createFakeIntake(5);
  let transactions = 0;
  // The whole group is refused, its first half is stored, and then the database is away.
  const failing = withTransactions(work => {
    transactions += 1;
    if (transactions > 2) return Promise.reject(new DatabaseUnavailable('away'));
    return db.accept.transaction(work);
  });
  const first = item(serverId, ['a@buyer.test']);
  const poison = item(serverId, ['b@buyer.test'], unstorable);
  const outcomes = await storeGroup({ db: failing, recordEvents, intake }, [first, poison], new Date());
  assert.deepEqual(
    outcomes.map(outcome => outcome.kind),
    ['stored', 'failed'],
  );
  assert.deepEqual(
    intake.taken.map(taken => taken.addresses),
    [['a@buyer.test']],
  );
  assert.equal(intake.roomReserved, 1);
});

test('an event that cannot be recorded takes the message back with it', async () => {
  const serverId = await server();
  const sent = item(serverId, ['a@buyer.test']);
  const failing = async () => {
    throw new Error('no partition for events');
  };
  const intake = createFakeIntake(5);
  const [outcome] = await storeGroup({ db, recordEvents: failing, intake }, [sent], new Date());
  assert.equal(outcome?.kind, 'failed');
  assert.equal((await rowsOf(sent.message.messageId))?.messages, 0);
  assert.equal(intake.roomReserved, 0);
});
