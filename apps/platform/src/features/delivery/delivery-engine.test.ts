// The parts of delivery put together, on a real database, with receivers that answer as the test says.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { systemClock } from '@pennyblack/runtime/clock.ts';
import { createSeededRandom } from '@pennyblack/runtime/random.ts';
import { addServer, createTestAcceptor, readEvents, readQueue, testWorld } from '../../testing/test-world.ts';
import { freeDeadProcesses } from '../processes/end-dead-processes.ts';
import { insertProcess } from '../processes/store.ts';
import { sampleRequest } from '../sending/testing/sample-requests.ts';
import type { SendingServer } from '../servers/server.ts';
import { chooseUncertainRecipients } from '../streams/choose-uncertain-recipients.ts';
import { findStreams } from '../streams/find-streams.ts';
import { createDelivery, type DeliveryDeps, type DeliveryEngine } from './delivery-engine.ts';
import { createWorkFreer } from './free-work.ts';
import { accepted, answered, createFakeReceiver } from './testing/fake-receiver.ts';

const world = await testWorld();
const { database: db, recordEvents } = world;

type Script = Parameters<typeof createFakeReceiver>[0];

async function setUp(
  t: TestContext,
  script: Script,
  settings: Partial<DeliveryDeps['settings']> = {},
  findReturnPathHost: DeliveryDeps['findReturnPathHost'] = undefined,
) {
  // What another test left would be claimed here.
  await db.accept.query`delete from delivery_queue`;
  const server = await addServer(db.accept, world.accountId, 'Live');
  const receiver = createFakeReceiver(script);
  const outcomes: string[] = [];
  const state = { processNumber: await insertProcess(db.results, 'here', ['delivery']) };
  const engine = createDelivery({
    db,
    clock: systemClock,
    random: createSeededRandom(1),
    log: { warn: () => {}, error: () => {} },
    recordEvents,
    findMailHosts: async domain => ({
      kind: 'hosts',
      key: domain,
      hosts: [{ name: `mx.${domain}`, preference: 10 }],
      mustVerifyTls: false,
    }),
    connect: receiver.connect,
    findKeys: async () => [],
    ...(findReturnPathHost ? { findReturnPathHost } : {}),
    holdsUncertain: async (serverId, streamId) =>
      (await findStreams(db.reads, serverId)).get(streamId)?.uncertainRecipients === 'hold',
    processNumber: () => state.processNumber,
    countDeliveryProcesses: async () => 1,
    onOutcome: outcome => outcomes.push(outcome.kind),
    settings: {
      routes: [],
      mxPort: 25,
      returnPathHost: 'mail.shop.test',
      returnPathKey: Buffer.alloc(32, 1),
      connectionsPerDestinationMax: 1,
      retryDelaysInSeconds: [0],
      ...settings,
    },
  });
  t.after(() => engine.stop());
  return { server, receiver, outcomes, state, engine };
}

async function accept(engine: DeliveryEngine, server: SendingServer, ...recipients: string[]): Promise<string[]> {
  const acceptor = createTestAcceptor(world, engine.intake);
  const messageIds: string[] = [];
  // One after the other, so that they come to delivery in this order.
  for (const to of recipients) {
    const result = await acceptor.accept(server, sampleRequest({ to }));
    messageIds.push(result.kind === 'accepted' ? result.messageId : assert.fail(result.text));
  }
  return messageIds;
}

async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpAt = Date.now() + 60_000;
  while (!(await isSo())) {
    assert.ok(Date.now() < giveUpAt, `never: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

const isQueueEmpty = async ({ serverId }: SendingServer) => (await readQueue(db.reads, serverId)).length === 0;
const kindsOf = async ({ serverId }: SendingServer) => (await readEvents(db.reads, serverId)).map(event => event.kind);

/** Something that waits until the test lets it go on. */
function gate(t: TestContext) {
  let open: () => void = () => {};
  const passed = new Promise<void>(resolve => {
    open = resolve;
  });
  // Before the engine is stopped, which waits for conversations under way.
  t.after(() => open());
  return { passed, open };
}

test('what is accepted goes out without a detour, ends in one event, and leaves its room', async t => {
  const { engine, server, receiver } = await setUp(t, {});
  engine.start();
  await accept(engine, server, 'a@buyer.test', 'b@buyer.test', 'c@other.test');
  await until('all is delivered', () => isQueueEmpty(server));
  assert.deepEqual(await kindsOf(server), ['recipient_delivered', 'recipient_delivered', 'recipient_delivered']);
  assert.deepEqual(receiver.sent.map(one => one.recipient).toSorted(), [
    'a@buyer.test',
    'b@buyer.test',
    'c@other.test',
  ]);
  await until('the room is free', () => engine.counts().held === 0);
  assert.equal(engine.counts().destinations, 2);
});

test('each recipient has a return path of its own', async t => {
  const paths: string[] = [];
  const { engine, server } = await setUp(t, {
    onSend: mail => {
      paths.push(mail.mailFrom);
      return accepted;
    },
  });
  engine.start();
  await accept(engine, server, 'a@buyer.test, b@buyer.test');
  await until('all is delivered', () => isQueueEmpty(server));
  assert.equal(new Set(paths).size, 2);
  for (const path of paths) assert.match(path, /^[a-z0-9+=._-]{1,64}@mail\.shop\.test$/);
});

test('the return path stands on the host of the From domain where it has one', async t => {
  const paths: string[] = [];
  const script: Script = {
    onSend: mail => {
      paths.push(mail.mailFrom);
      return accepted;
    },
  };
  const asked: [number, string][] = [];
  const { engine, server } = await setUp(t, script, {}, async (accountId, domain) => {
    asked.push([accountId, domain]);
    return 'bounces.shop.test';
  });
  engine.start();
  await accept(engine, server, 'a@buyer.test');
  await until('all is delivered', () => isQueueEmpty(server));
  assert.match(paths[0] ?? '', /^pm-[a-z2-7]+@bounces\.shop\.test$/);
  assert.deepEqual(asked, [[world.accountId, 'shop.test']]);
});

test('what finds no room in memory waits in the queue and goes all the same', async t => {
  const { engine, server } = await setUp(t, {}, { roomLimits: { itemsMaxPerLane: 3, bytesMax: 1e9 } });
  engine.start();
  await accept(engine, server, ...Array.from({ length: 8 }, (_, number) => `r${number}@buyer.test`));
  await until('all is delivered', () => isQueueEmpty(server));
  assert.equal((await kindsOf(server)).length, 8);
});

test('a 4xx is tried again and counted; the second answer ends it', async t => {
  let attempts = 0;
  const { engine, server, outcomes } = await setUp(t, {
    onSend: () => {
      attempts += 1;
      return attempts === 1 ? answered(451, '4.2.0 later') : accepted;
    },
  });
  engine.start();
  await accept(engine, server, 'a@buyer.test');
  await until('it is delivered', () => isQueueEmpty(server));
  assert.deepEqual(outcomes, ['deferred', 'delivered']);
  assert.deepEqual(await kindsOf(server), ['recipient_deferred', 'recipient_delivered']);
});

test('before a dot leaves its mark is on disk, with the number of the attempt', async t => {
  const marked: unknown[] = [];
  const { engine, server } = await setUp(t, {
    onSend: async mail => {
      await mail.mayEnd;
      marked.push(
        ...(await db.reads.query`
          select recipient_numbers as numbers, attempts from dot_marks where ${server.serverId}::bigint = any (server_ids)`),
      );
      return accepted;
    },
  });
  engine.start();
  await accept(engine, server, 'a@buyer.test');
  await until('it is delivered', () => isQueueEmpty(server));
  assert.deepEqual(marked, [{ numbers: [0], attempts: [1] }]);
});

test('no answer after the dot: sent again by default, held where the stream wants it', async t => {
  const { engine, server, receiver } = await setUp(t, {
    onSend: (_, connection) =>
      connection === 1 ? { kind: 'lost', isDotSent: true, isStale: false, error: 'reset' } : accepted,
  });
  engine.start();
  await accept(engine, server, 'a@buyer.test');
  await until('it is delivered', () => isQueueEmpty(server));
  assert.deepEqual(await kindsOf(server), ['recipient_deferred', 'recipient_uncertain', 'recipient_delivered']);
  assert.equal(receiver.sent.length, 2);

  const holding = await setUp(t, {
    onSend: () => ({ kind: 'lost', isDotSent: true, isStale: false, error: 'reset' }),
  });
  await db.accept.transaction(tx =>
    chooseUncertainRecipients(tx, holding.server.serverId, 'outbound', 'hold', new Date()),
  );
  holding.engine.start();
  await accept(holding.engine, holding.server, 'a@buyer.test');
  await until('it is held', async () => (await readQueue(db.reads, holding.server.serverId))[0]?.isHeld === true);
  const [row] = await readQueue(db.reads, holding.server.serverId);
  assert.deepEqual([row?.attempts, row?.isUncertain, row?.owner], [1, true, null]);
  assert.equal(holding.receiver.sent.length, 1);
});

test('a stop gives back what is ready, finishes what is under way, and takes nothing more', async t => {
  const sending = gate(t);
  const { engine, server } = await setUp(t, {
    onSend: async () => {
      await sending.passed;
      return accepted;
    },
  });
  engine.start();
  const [first] = await accept(engine, server, 'a@buyer.test', 'b@buyer.test', 'c@buyer.test');
  await until('one is under way', () => engine.counts().connections === 1);
  const stopping = engine.stop();
  const freeRows = async () => (await readQueue(db.reads, server.serverId)).filter(row => row.owner === null);
  await until('the others are given back', async () => (await freeRows()).length === 2);
  sending.open();
  await stopping;
  const rows = await readQueue(db.reads, server.serverId);
  assert.deepEqual(
    rows.map(row => [row.owner, row.attempts]),
    [
      [null, 0],
      [null, 0],
    ],
  );
  assert.ok(!rows.some(row => row.messageId === first));
  assert.deepEqual(await kindsOf(server), ['recipient_delivered']);
  // What is accepted now waits for another process.
  await accept(engine, server, 'd@buyer.test');
  assert.deepEqual(
    (await readQueue(db.reads, server.serverId)).map(row => row.owner),
    [null, null, null],
  );
});

test('after a lost lease a 250 is still a fact, recorded once; what was ready goes under the new number', async t => {
  const sending = gate(t);
  const dots: string[] = [];
  const { engine, server, state } = await setUp(t, {
    onSend: async mail => {
      // Without the mark there is no dot, as when a row was claimed under the old number.
      const isAllowed = await mail.mayEnd.then(
        () => true,
        () => false,
      );
      if (isAllowed) dots.push(mail.recipient);
      if (mail.recipient === 'a@buyer.test') await sending.passed;
      return accepted;
    },
  });
  engine.start();
  await accept(engine, server, 'a@buyer.test', 'b@buyer.test');
  await until('the first is under way', () => dots.length === 1);
  await db.accept.query`
    update processes set renewed_at = now() - interval '1 minute' where process_number = ${state.processNumber}`;
  // The stream holds, so that nobody sends the uncertain one again while its answer is on the way.
  await db.accept.transaction(tx => chooseUncertainRecipients(tx, server.serverId, 'outbound', 'hold', new Date()));
  // Those of earlier tests may be among them: nobody renews a lease here, and twenty seconds pass on a busy machine.
  const dead = await freeDeadProcesses(db.results, [createWorkFreer(recordEvents)], new Date());
  assert.ok(dead.includes(state.processNumber));
  state.processNumber = await insertProcess(db.results, 'here', ['delivery']);
  engine.dropOwned();
  sending.open();
  await until('both are delivered', () => isQueueEmpty(server));
  const events = await readEvents(db.reads, server.serverId);
  assert.deepEqual(events.map(event => [event.kind, event.recipient]).toSorted(), [
    ['recipient_delivered', 'a@buyer.test'],
    ['recipient_delivered', 'b@buyer.test'],
    ['recipient_uncertain', null],
  ]);
  assert.deepEqual(dots, ['a@buyer.test', 'b@buyer.test']);
  await until('the room is free', () => engine.counts().held === 0);
});
