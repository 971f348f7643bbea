import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createSetClock } from '@pennyblack/runtime/clock.ts';
import { DatabaseUnavailable } from '@pennyblack/runtime/database/database.ts';
import type { DeliveryItem } from './delivery-item.ts';
import { createDestination, type DestinationDeps } from './destination.ts';
import type { Deferral } from './items-in-hand.ts';
import type { Outcome } from './outcome.ts';
import type { Connected, ConnectTarget } from './ports.ts';
import { answered, createFakeReceiver, type FakeReceiver, settle } from './testing/fake-receiver.ts';
import { sampleItem, sampleTime } from './testing/sample-items.ts';

type Ended = { to: string; outcome?: Outcome; deferred?: Deferral };

type Script = Parameters<typeof createFakeReceiver>[0];

const targets: ConnectTarget[] = [
  { host: 'mx1.buyer.test', port: 25, mustVerifyTls: false },
  { host: 'mx2.buyer.test', port: 25, mustVerifyTls: false },
];

function setUp(t: TestContext, script: Script = {}, changes: Partial<DestinationDeps> = {}) {
  const clock = createSetClock(sampleTime);
  const receiver: FakeReceiver = createFakeReceiver(script);
  const ended: Ended[] = [];
  const errors: unknown[] = [];
  const destination = createDestination(targets, {
    clock,
    connect: receiver.connect,
    prepare: async () => ({
      header: Buffer.from('X: y\r\n\r\n'),
      body: Buffer.from('body\r\n'),
      needsSmtpUtf8: false,
      eightBit: false,
    }),
    returnPath: () => 'return@shop.test',
    markDot: async () => {},
    finish: (item, outcome) => ended.push({ to: item.address, outcome }),
    defer: (item, deferred) => ended.push({ to: item.address, deferred }),
    recheck: async () => true,
    whenHealthy: async () => {},
    connectionsMax: () => 1,
    onError: error => errors.push(error),
    ...changes,
  });
  t.after(() => destination.stop());
  const push = (...addresses: string[]) => {
    for (const address of addresses) destination.push(sampleItem({ address }));
  };
  return { clock, receiver, ended, errors, destination, push };
}

function kinds(ended: readonly Ended[]): string[] {
  return ended.map(one => one.outcome?.kind ?? 'deferred');
}

/** Something that waits until the test lets it go on. */
function gate<T = void>() {
  let open: (value: T) => void = () => {};
  let fail: (error: unknown) => void = () => {};
  const passed = new Promise<T>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  return { passed, open, fail };
}

const connectionRefused: Connected = { kind: 'failed', error: 'connect: ECONNREFUSED', ip: '127.0.0.9' };

test('several mails go on one connection, in their order, and end as delivered by whom', async t => {
  const { push, receiver, ended } = setUp(t);
  push('a@buyer.test', 'b@buyer.test', 'c@buyer.test');
  await settle();
  assert.deepEqual(receiver.sent, [
    { recipient: 'a@buyer.test', connection: 1 },
    { recipient: 'b@buyer.test', connection: 1 },
    { recipient: 'c@buyer.test', connection: 1 },
  ]);
  assert.deepEqual(ended[0], {
    to: 'a@buyer.test',
    outcome: {
      kind: 'delivered',
      reply: 'smtp;250 2.0.0 OK',
      by: { host: 'mx1.buyer.test', ip: '127.0.0.9' },
    },
  });
  // A later one finds the connection still open.
  push('d@buyer.test');
  await settle();
  assert.equal(receiver.sent[3]?.connection, 1);
});

test('an idle connection is ended politely after four seconds', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { push, receiver, destination } = setUp(t);
  push('a@buyer.test');
  await settle();
  t.mock.timers.tick(3999);
  await settle();
  assert.equal(receiver.quits(), 0);
  t.mock.timers.tick(1);
  await settle();
  assert.equal(receiver.quits(), 1);
  assert.equal(destination.connectionCount(), 0);
});

test('after five hundred mails a connection is replaced', async t => {
  const { push, receiver } = setUp(t);
  for (let number = 0; number < 501; number += 1) push(`r${number}@buyer.test`);
  for (let turn = 0; turn < 200 && receiver.sent.length < 501; turn += 1) await settle();
  assert.equal(receiver.sent[499]?.connection, 1);
  assert.equal(receiver.sent[500]?.connection, 2);
  assert.equal(receiver.quits(), 1);
});

test('a connection that died while it was idle costs no attempt', async t => {
  const { push, receiver, ended } = setUp(t);
  push('a@buyer.test');
  await settle();
  receiver.hangUp();
  push('b@buyer.test');
  await settle();
  assert.deepEqual(receiver.sent[1], { recipient: 'b@buyer.test', connection: 2 });
  assert.deepEqual(kinds(ended), ['delivered', 'delivered']);
});

test('a connection found dead at MAIL FROM counts only when it was fresh', async t => {
  const stale = { kind: 'lost', isDotSent: false, isStale: true, error: 'closed' } as const;
  const { push, receiver, ended } = setUp(t, {
    onSend: ({ recipient }, connection) => {
      if (recipient === 'b@buyer.test' && connection === 1) return stale;
      if (recipient === 'c@buyer.test') return stale;
      return { kind: 'answered', reply: { code: 250, text: 'OK' }, isAccepted: true };
    },
  });
  push('a@buyer.test', 'b@buyer.test', 'c@buyer.test');
  await settle();
  // `b` was tried again on a new connection and went; `c` failed on one that was reused and on one that was new.
  assert.deepEqual(
    receiver.sent.map(one => `${one.recipient} ${one.connection}`),
    ['a@buyer.test 1', 'b@buyer.test 1', 'b@buyer.test 2', 'c@buyer.test 2', 'c@buyer.test 3'],
  );
  assert.deepEqual(kinds(ended), ['delivered', 'delivered', 'deferred']);
  assert.deepEqual(ended[2]?.deferred, {
    reply: 'smtp;closed',
    by: { host: 'mx1.buyer.test', ip: '127.0.0.9' },
    isUncertain: false,
  });
});

test('a connection lost after the dot leaves an uncertain recipient', async t => {
  const { push, ended } = setUp(t, {
    onSend: () => ({ kind: 'lost', isDotSent: true, isStale: false, error: 'reset' }),
  });
  push('a@buyer.test');
  await settle();
  assert.equal(ended[0]?.deferred?.isUncertain, true);
});

test('5xx bounces, 4xx is tried again, and neither ends the connection', async t => {
  const { push, receiver, ended } = setUp(t, {
    onSend: ({ recipient }) =>
      recipient === 'gone@buyer.test'
        ? answered(550, '5.1.1 no such user', '5.1.1')
        : answered(452, '4.2.2 mailbox full', '4.2.2'),
  });
  push('gone@buyer.test', 'full@buyer.test');
  await settle();
  assert.deepEqual(ended[0]?.outcome, {
    kind: 'bounced',
    type: 'HardBounce',
    reply: 'smtp;550 5.1.1 no such user',
    by: { host: 'mx1.buyer.test', ip: '127.0.0.9' },
  });
  assert.equal(ended[1]?.deferred?.reply, 'smtp;452 4.2.2 mailbox full');
  assert.deepEqual(
    receiver.sent.map(one => one.connection),
    [1, 1],
  );
});

test('the first host that answers gets the mail', async t => {
  const { push, receiver, ended } = setUp(t, {
    onConnect: target => (target.host === 'mx1.buyer.test' ? connectionRefused : undefined),
  });
  push('a@buyer.test');
  await settle();
  assert.deepEqual(receiver.dialled, ['mx1.buyer.test', 'mx2.buyer.test']);
  assert.deepEqual(kinds(ended), ['delivered']);
});

test('nobody answers: one attempt is counted, the others go back for later, and so does what comes during the rest', async t => {
  const { push, receiver, ended, clock } = setUp(t, { onConnect: () => connectionRefused });
  push('a@buyer.test', 'b@buyer.test', 'c@buyer.test');
  await settle();
  assert.deepEqual(ended[0], {
    to: 'a@buyer.test',
    deferred: {
      reply: 'smtp;mx2.buyer.test: connect: ECONNREFUSED',
      by: { host: 'mx2.buyer.test', ip: '127.0.0.9' },
      isUncertain: false,
    },
  });
  const restOver = new Date(sampleTime.getTime() + 15_000);
  const released = { kind: 'released', dueAt: restOver };
  assert.deepEqual(ended.slice(1), [
    { to: 'b@buyer.test', outcome: released },
    { to: 'c@buyer.test', outcome: released },
  ]);
  push('d@buyer.test');
  assert.deepEqual(ended[3], { to: 'd@buyer.test', outcome: released });
  assert.equal(receiver.dialled.length, 2);

  clock.set(restOver);
  push('e@buyer.test', 'f@buyer.test');
  await settle();
  assert.equal(receiver.dialled.length, 4);
  assert.deepEqual(ended[5]?.outcome, { kind: 'released', dueAt: new Date(restOver.getTime() + 30_000) });
});

test('twenty connections that fail side by side are one failure, and the rest is short', async t => {
  const { push, ended, destination } = setUp(t, { onConnect: () => connectionRefused }, { connectionsMax: () => 20 });
  for (let number = 0; number < 20; number += 1) push(`r${number}@buyer.test`);
  await settle();
  assert.equal(ended.length, 20);
  push('late@buyer.test');
  assert.deepEqual(ended[20]?.outcome, { kind: 'released', dueAt: new Date(sampleTime.getTime() + 15_000) });
  assert.equal(destination.connectionCount(), 0);
});

test('a success ends the count of failures', async t => {
  let isUp = false;
  const { push, ended, clock } = setUp(t, { onConnect: () => (isUp ? undefined : connectionRefused) });
  push('a@buyer.test');
  await settle();
  clock.advance(15_000);
  isUp = true;
  push('b@buyer.test');
  await settle();
  assert.deepEqual(kinds(ended), ['deferred', 'delivered']);
});

test('a server that refuses to greet bounces nothing: what it says is kept for the attempt', async t => {
  const { push, ended } = setUp(t, {
    onConnect: () => ({ kind: 'failed', reply: { code: 554, text: 'no SMTP service here' }, ip: '127.0.0.9' }),
  });
  push('a@buyer.test');
  await settle();
  assert.equal(ended[0]?.deferred?.reply, 'smtp;554 no SMTP service here');
});

test('connections grow with the work up to the limit, and not beyond it', async t => {
  const holding = gate();
  const { push, receiver, ended, destination } = setUp(
    t,
    {
      onSend: async () => {
        await holding.passed;
        return { kind: 'answered', reply: { code: 250, text: 'OK' }, isAccepted: true };
      },
    },
    { connectionsMax: () => 3 },
  );
  push('a@buyer.test');
  await settle();
  assert.equal(receiver.open(), 1);
  push('b@buyer.test', 'c@buyer.test', 'd@buyer.test', 'e@buyer.test');
  await settle();
  assert.equal(receiver.open(), 3);
  assert.equal(destination.readyCount(), 2);
  holding.open();
  await settle();
  assert.equal(ended.length, 5);
  assert.equal(receiver.dialled.length, 3);
});

test('421 halves the connections; twenty successes bring one back', async t => {
  let isAngry = true;
  const { push, receiver, ended, destination } = setUp(
    t,
    {
      onSend: () =>
        isAngry ? answered(421, 'too much') : { kind: 'answered', reply: { code: 250, text: 'OK' }, isAccepted: true },
    },
    { connectionsMax: () => 4 },
  );
  push('a@buyer.test');
  await settle();
  isAngry = false;
  for (let number = 0; number < 8; number += 1) push(`r${number}@buyer.test`);
  await settle();
  assert.equal(Math.max(...receiver.sent.map(one => one.connection)), 2);
  // 8 successes so far; 12 more make a step.
  for (let number = 8; number < 20; number += 1) push(`r${number}@buyer.test`);
  await settle();
  for (let number = 20; number < 26; number += 1) push(`r${number}@buyer.test`);
  await settle();
  assert.equal(destination.connectionCount(), 3);
  assert.equal(kinds(ended).filter(kind => kind === 'delivered').length, 26);
});

test('another process takes its share: this one opens no more connections than are left for it', async t => {
  let share = 4;
  const { push, receiver } = setUp(t, {}, { connectionsMax: () => share });
  push('a@buyer.test');
  await settle();
  share = 2;
  for (let number = 0; number < 8; number += 1) push(`r${number}@buyer.test`);
  await settle();
  assert.equal(receiver.dialled.length, 2);
});

test('servers that take no more connections keep those that are open, and the mail goes there', async t => {
  const holding = gate();
  const { push, receiver, ended } = setUp(
    t,
    {
      onConnect: (_, attempt) => (attempt > 1 ? { kind: 'failed', reply: { code: 421, text: 'too many' } } : undefined),
      onSend: async ({ recipient }) => {
        if (recipient === 'a@buyer.test') await holding.passed;
        return { kind: 'answered', reply: { code: 250, text: 'OK' }, isAccepted: true };
      },
    },
    { connectionsMax: () => 5 },
  );
  push('a@buyer.test', 'b@buyer.test');
  await settle();
  assert.deepEqual(ended, []);
  holding.open();
  await settle();
  assert.deepEqual(kinds(ended), ['delivered', 'delivered']);
  assert.deepEqual(
    receiver.sent.map(one => one.connection),
    [1, 1],
  );
});

test('without its mark no dot is sent, no attempt is counted, and the item goes back', async t => {
  const { push, ended } = setUp(t, {}, { markDot: () => Promise.reject(new DatabaseUnavailable('away')) });
  push('a@buyer.test');
  await settle();
  assert.deepEqual(ended, [{ to: 'a@buyer.test', outcome: { kind: 'released', dueAt: sampleTime } }]);
});

test('a mark that is missing does not hide what the receiver said before the dot', async t => {
  const { push, ended } = setUp(
    t,
    { onSend: () => answered(550, '5.1.1 no such user', '5.1.1') },
    {
      // Never written, and never needed: the recipient was refused at RCPT.
      markDot: async () => {},
    },
  );
  push('a@buyer.test');
  await settle();
  assert.equal(ended[0]?.outcome?.kind, 'bounced');
});

test('nothing is sent, and no connection opened, while results cannot be written', async t => {
  const healthy = gate();
  const { push, receiver, ended } = setUp(t, {}, { whenHealthy: () => healthy.passed });
  push('a@buyer.test');
  await settle();
  assert.deepEqual(receiver.dialled, []);
  healthy.open();
  await settle();
  assert.deepEqual(kinds(ended), ['delivered']);
});

test('the suppressions are asked after the wait for the database, not before', async t => {
  const healthy = gate();
  let isSuppressed = false;
  const { push, ended } = setUp(t, {}, { whenHealthy: () => healthy.passed, recheck: async () => !isSuppressed });
  push('a@buyer.test');
  await settle();
  isSuppressed = true;
  healthy.open();
  await settle();
  assert.deepEqual(kinds(ended), ['suppressed']);
});

test('suppressions that cannot be asked send nobody anything: each item goes back, none twice', async t => {
  let isAway = true;
  const { push, receiver, ended, errors } = setUp(
    t,
    {},
    {
      recheck: async () => {
        if (isAway) throw new DatabaseUnavailable('away');
        return true;
      },
    },
  );
  push('a@buyer.test', 'b@buyer.test');
  await settle();
  assert.deepEqual(ended, [
    { to: 'a@buyer.test', outcome: { kind: 'released', dueAt: sampleTime } },
    { to: 'b@buyer.test', outcome: { kind: 'released', dueAt: sampleTime } },
  ]);
  assert.deepEqual(receiver.dialled, []);
  assert.equal(errors.length, 2);
  isAway = false;
  push('c@buyer.test');
  await settle();
  assert.equal(ended[2]?.outcome?.kind, 'delivered');
});

test('suppressions that fail in the middle of a connection end neither the one before nor the one after twice', async t => {
  const { push, ended } = setUp(
    t,
    {},
    {
      recheck: async item => {
        if (item.address === 'b@buyer.test') throw new DatabaseUnavailable('away');
        return true;
      },
    },
  );
  push('a@buyer.test', 'b@buyer.test', 'c@buyer.test');
  await settle();
  assert.deepEqual(
    ended.map(one => [one.to, one.outcome?.kind]),
    [
      ['a@buyer.test', 'delivered'],
      ['b@buyer.test', 'released'],
      ['c@buyer.test', 'delivered'],
    ],
  );
});

test('a message that cannot be prepared costs its own attempt, and no one else’s', async t => {
  const { push, ended, errors } = setUp(
    t,
    {},
    {
      prepare: async (item: DeliveryItem) => {
        if (item.address === 'bad@buyer.test') throw new Error('bug');
        return { header: Buffer.alloc(0), body: Buffer.alloc(0), needsSmtpUtf8: false, eightBit: false };
      },
    },
  );
  push('bad@buyer.test', 'a@buyer.test');
  await settle();
  assert.match(ended[0]?.deferred?.reply ?? '', /^smtp;451 4\.3\.0 internal error/);
  assert.deepEqual(kinds(ended), ['deferred', 'delivered']);
  assert.equal(errors.length, 1);
});

test('an address outside ASCII asks for SMTPUTF8', async t => {
  const asked: boolean[] = [];
  const { push } = setUp(t, {
    onSend: mail => {
      asked.push(mail.needsSmtpUtf8);
      return { kind: 'answered', reply: { code: 250, text: 'OK' }, isAccepted: true };
    },
  });
  push('jörg@buyer.test', 'ana@buyer.test');
  await settle();
  assert.deepEqual(asked, [true, false]);
});

test('stopping gives back what is ready, lets the conversation under way end, and takes nothing more', async t => {
  const holding = gate();
  const { push, ended, destination, receiver } = setUp(t, {
    onSend: async () => {
      await holding.passed;
      return { kind: 'answered', reply: { code: 250, text: 'OK' }, isAccepted: true };
    },
  });
  push('a@buyer.test', 'b@buyer.test');
  await settle();
  let hasStopped = false;
  const stopping = destination.stop().then(() => {
    hasStopped = true;
  });
  await settle();
  assert.deepEqual(
    ended.map(one => [one.to, one.outcome?.kind]),
    [['b@buyer.test', 'released']],
  );
  assert.equal(hasStopped, false);
  push('c@buyer.test');
  holding.open();
  await stopping;
  assert.deepEqual(
    ended.map(one => [one.to, one.outcome?.kind]),
    [
      ['b@buyer.test', 'released'],
      ['c@buyer.test', 'released'],
      ['a@buyer.test', 'delivered'],
    ],
  );
  assert.equal(receiver.open(), 0);
});

test('an item whose connection fails while the destination stops is given back, not forgotten', async t => {
  const dialling = gate();
  const sending = gate();
  const { push, ended, destination } = setUp(
    t,
    {
      onConnect: async (_, attempt) => {
        if (attempt === 1) return undefined;
        await dialling.passed;
        return connectionRefused;
      },
      onSend: async () => {
        await sending.passed;
        return { kind: 'answered', reply: { code: 250, text: 'OK' }, isAccepted: true };
      },
    },
    { connectionsMax: () => 2 },
  );
  push('a@buyer.test', 'b@buyer.test');
  await settle();
  const stopping = destination.stop();
  dialling.open();
  await settle();
  sending.open();
  await stopping;
  assert.deepEqual(
    ended.map(one => [one.to, one.outcome?.kind]),
    [
      ['b@buyer.test', 'released'],
      ['a@buyer.test', 'delivered'],
    ],
  );
});

test('a destination is forgotten twenty minutes after its last mail, so that its failures outlive the longest rest', async t => {
  const { push, destination, clock } = setUp(t, { onConnect: () => connectionRefused });
  push('a@buyer.test');
  await settle();
  clock.advance(20 * 60_000);
  assert.equal(destination.isForgotten(), false);
  clock.advance(1);
  assert.equal(destination.isForgotten(), true);
});
