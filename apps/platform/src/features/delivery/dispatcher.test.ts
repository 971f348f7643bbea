import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createSetClock } from '@pennyblack/runtime/clock.ts';
import { createDispatcher, type DispatcherDeps } from './dispatcher.ts';
import type { Deferral } from './items-in-hand.ts';
import type { Outcome } from './outcome.ts';
import type { ConnectTarget, MailHosts } from './ports.ts';
import { createFakeReceiver, settle } from './testing/fake-receiver.ts';
import { type ItemChanges, sampleItem, sampleTime } from './testing/sample-items.ts';

const buyerHosts: MailHosts = {
  kind: 'hosts',
  key: 'mx1.provider.test mx2.provider.test',
  hosts: [
    { name: 'mx1.provider.test', preference: 10 },
    { name: 'mx2.provider.test', preference: 20 },
  ],
  mustVerifyTls: false,
};

function setUp(t: TestContext, found: Record<string, MailHosts | Error>, changes: Partial<DispatcherDeps> = {}) {
  const clock = createSetClock(sampleTime);
  const targets: ConnectTarget[] = [];
  const receiver = createFakeReceiver({
    onConnect: target => {
      targets.push(target);
      return undefined;
    },
  });
  const ended: Record<string, Outcome | Deferral> = {};
  const errors: unknown[] = [];
  const dispatcher = createDispatcher({
    clock,
    connect: receiver.connect,
    prepare: async () => ({ header: Buffer.alloc(0), body: Buffer.alloc(0), needsSmtpUtf8: false, eightBit: false }),
    returnPath: () => 'return@shop.test',
    markDot: async () => {},
    finish: (item, outcome) => {
      ended[item.address] = outcome;
    },
    defer: (item, why) => {
      ended[item.address] = why;
    },
    recheck: async () => true,
    whenHealthy: async () => {},
    connectionsMax: () => 1,
    onError: error => errors.push(error),
    findMailHosts: async domain => {
      const answer = found[domain];
      if (answer instanceof Error) throw answer;
      return answer ?? { kind: 'not_found', reason: `${domain} does not exist` };
    },
    routes: [],
    mxPort: 2500,
    ...changes,
  });
  t.after(() => dispatcher.stopAll());
  const dispatch = (address: string, item: ItemChanges = {}) => dispatcher.dispatch(sampleItem({ address, ...item }));
  return { dispatcher, dispatch, receiver, targets, ended, errors, clock };
}

test('domains behind the same mail servers share one destination and its connection', async t => {
  const { dispatch, dispatcher, receiver, targets } = setUp(t, { 'a.test': buyerHosts, 'b.test': buyerHosts });
  dispatch('x@a.test');
  dispatch('y@B.test');
  await settle();
  assert.equal(dispatcher.destinationCount(), 1);
  assert.deepEqual(targets, [{ host: 'mx1.provider.test', port: 2500, mustVerifyTls: false }]);
  assert.deepEqual(
    receiver.sent.map(one => [one.recipient, one.connection]),
    [
      ['x@a.test', 1],
      ['y@B.test', 1],
    ],
  );
});

test('servers that must show a certificate are another destination, never reached without one', async t => {
  const { dispatch, dispatcher, targets } = setUp(t, {
    'a.test': buyerHosts,
    'sts.test': { ...buyerHosts, mustVerifyTls: true },
  });
  dispatch('x@a.test');
  dispatch('y@sts.test');
  await settle();
  assert.equal(dispatcher.destinationCount(), 2);
  assert.deepEqual(
    targets.map(target => target.mustVerifyTls),
    [false, true],
  );
});

test('a relay gets its credentials, and nothing is looked up', async t => {
  const { dispatch, targets } = setUp(
    t,
    { 'buyer.test': new Error('must not be asked') },
    { routes: [{ pattern: '*', target: { kind: 'host', host: 'relay.test', port: 587, user: 'u', password: 'p' } }] },
  );
  dispatch('ana@buyer.test');
  await settle();
  assert.deepEqual(targets, [{ host: 'relay.test', port: 587, mustVerifyTls: false, user: 'u', password: 'p' }]);
});

test('a domain that takes no mail, or does not exist, is final; names that cannot be asked are not', async t => {
  const { dispatch, ended, receiver } = setUp(t, {
    'null.test': { kind: 'no_mail' },
    'down.test': { kind: 'temporary', reason: 'SERVFAIL' },
  });
  dispatch('a@null.test');
  dispatch('b@gone.test');
  dispatch('c@down.test');
  await settle();
  assert.deepEqual(ended, {
    'a@null.test': {
      kind: 'bounced',
      type: 'HardBounce',
      reply: 'smtp;556 5.1.10 The domain null.test does not accept mail (null MX)',
      by: { host: 'null.test', ip: '' },
    },
    'b@gone.test': {
      kind: 'bounced',
      type: 'HardBounce',
      reply: 'smtp;550 5.1.2 gone.test does not exist',
      by: { host: 'gone.test', ip: '' },
    },
    'c@down.test': { reply: 'smtp;451 4.4.3 SERVFAIL', by: { host: 'down.test', ip: '' }, isUncertain: false },
  });
  assert.deepEqual(receiver.dialled, []);
});

test('a look-up that throws costs an attempt and is told, and nothing is lost', async t => {
  const { dispatch, ended, errors } = setUp(t, { 'bug.test': new Error('bug') });
  dispatch('a@bug.test');
  await settle();
  assert.match((ended['a@bug.test'] as Deferral).reply, /^smtp;451 4\.3\.0/);
  assert.equal(errors.length, 1);
});

test('sandbox, black hole and capture show as delivered, a fake bounce as its type, and nobody is called', async t => {
  const { dispatch, ended, receiver } = setUp(
    t,
    {},
    { routes: [{ pattern: 'captured.test', target: { kind: 'capture' } }] },
  );
  dispatch('a@buyer.test', { content: { isSandboxed: true } });
  dispatch('b@blackhole.postmarkapp.com');
  dispatch('c@captured.test');
  dispatch('softbounce@bounce-testing.postmarkapp.com');
  dispatch('x@bounce-testing.postmarkapp.com', { content: { fakeBounceType: 'Transient', isSandboxed: true } });
  await settle();
  const delivered = (host: string) => ({
    kind: 'delivered',
    reply: `smtp;250 2.0.0 OK (${host}, not sent)`,
    by: { host, ip: '' },
  });
  const bounced = (type: string) => ({
    kind: 'bounced',
    type,
    reply: `smtp;550 5.0.0 Test bounce of type ${type}`,
    by: { host: 'bounce-testing', ip: '' },
  });
  assert.deepEqual(ended, {
    'a@buyer.test': delivered('sandbox'),
    'b@blackhole.postmarkapp.com': delivered('black-hole'),
    'c@captured.test': delivered('capture'),
    'softbounce@bounce-testing.postmarkapp.com': bounced('SoftBounce'),
    'x@bounce-testing.postmarkapp.com': bounced('Transient'),
  });
  assert.deepEqual(receiver.dialled, []);
});

test('after a lost lease everything ready is given back, and later mail goes to new destinations', async t => {
  const { dispatch, dispatcher, ended, receiver } = setUp(t, { 'buyer.test': buyerHosts });
  dispatch('a@buyer.test');
  await settle();
  await dispatcher.stopAll();
  assert.equal(dispatcher.destinationCount(), 0);
  dispatch('b@buyer.test');
  await settle();
  assert.equal((ended['b@buyer.test'] as Outcome).kind, 'delivered');
  assert.equal(receiver.sent[1]?.connection, 2);
});

test('destinations that nothing went to for long are forgotten, and only those', async t => {
  const { dispatch, dispatcher, clock } = setUp(
    t,
    { 'a.test': buyerHosts },
    { connect: async () => ({ kind: 'failed' }) },
  );
  dispatch('x@a.test');
  await settle();
  dispatcher.forgetIdle();
  assert.equal(dispatcher.destinationCount(), 1);
  clock.advance(20 * 60_000 + 1);
  dispatcher.forgetIdle();
  assert.equal(dispatcher.destinationCount(), 0);
});
