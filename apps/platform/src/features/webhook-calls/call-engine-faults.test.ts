import assert from 'node:assert/strict';
import test, { beforeEach } from 'node:test';
import { makeTestId, testKeyRing } from '../../testing/test-world.ts';
import { editWebhook } from '../webhooks/edit-webhook.ts';
import type { Webhook } from '../webhooks/webhook.ts';
import { goodHealth } from './call-result.ts';
import { freeEndpointsOfDead } from './free-endpoints.ts';
import { pauseWebhook, resumeWebhook } from './pause-webhook.ts';
import { recordCalls } from './record-calls.ts';
import { listDueCalls, postponeCalls } from './store.ts';
import { deliveredEvent, openCallWorld, until } from './testing/call-world.ts';

const world = await openCallWorld();
const { database: db, clock, server } = world;

beforeEach(async () => {
  await db.accept.query`delete from webhooks`;
  await db.accept.query`delete from webhook_calls`;
  await db.accept.query`delete from webhook_endpoints`;
  world.received.length = 0;
  world.receiver = () => 200;
});

const deliver = (messageId: string = makeTestId()) => world.record([deliveredEvent(server.serverId, messageId)]);
const untilReceived = (count: number) => until(`${count} calls arrived`, () => world.received.length >= count);

/** Ends the connection that waits for a lock while it runs a statement like this. */
async function endConnectionThatWaits(statement: string): Promise<void> {
  await until(`${statement} waits for a lock`, async () => {
    const rows = await db.reads.query`
      select pg_terminate_backend(pid) from pg_stat_activity
      where wait_event_type = 'Lock' and datname = current_database() and query like ${`%${statement}%`}`;
    return rows.length > 0;
  });
}

/** Giving a webhook back waits while `work` runs. */
async function whileGivingBackWaits(work: () => Promise<void>): Promise<void> {
  await db.accept.query`
    create function wait_when_given_back() returns trigger language plpgsql as
    'begin perform pg_advisory_xact_lock(4711); return new; end'`;
  await db.accept.query`
    create trigger wait_when_given_back before update on webhook_endpoints for each row
    when (old.owner_process is not null and new.owner_process is null) execute function wait_when_given_back()`;
  await db.results.transaction(async tx => {
    await tx.query`select pg_advisory_xact_lock(4711)`;
    await work();
  });
  await db.accept.query`drop function wait_when_given_back cascade`;
}

test('a webhook whose giving back was cut off by the database is not left alone', async t => {
  const webhook = await world.addWebhook();
  await db.accept.transaction(tx => pauseWebhook(tx, world.recordEvents, webhook, clock.now()));
  await whileGivingBackWaits(async () => {
    await world.startEngine(t);
    await deliver();
    await endConnectionThatWaits('set owner_process = null, rests_until');
  });
  await db.accept.transaction(tx => resumeWebhook(tx, world.recordEvents, webhook, clock.now()));
  await untilReceived(1);
});

test('a webhook that this process took without hearing of it is not left alone', async t => {
  const webhook = await world.addWebhook();
  const { lease } = await world.startEngine(t);
  await db.accept.query`
    insert into webhook_endpoints (server_id, webhook_id, owner_process, leases)
    values (${webhook.serverId}, ${webhook.webhookId}, ${lease.processNumber()}, 1)`;
  await deliver();
  await untilReceived(1);
});

test('more calls than are loaded at a time wait behind a retry, and neither keep it nor others waiting', async t => {
  await world.addWebhook({ connectionsMax: 1 });
  const held = makeTestId();
  world.receiver = call => (call.payload.MessageID === held ? 500 : 200);
  const { engine } = await world.startEngine(t);
  await deliver(held);
  await until(
    'the attempt is recorded',
    async () =>
      (
        await db.reads.query`
    select 1 from webhook_calls where attempts_made = 1`
      ).length === 1,
  );
  const before = clock.now();
  clock.advance(1000);
  await world.record(Array.from({ length: 700 }, () => deliveredEvent(server.serverId, held)));
  world.receiver = () => 200;
  clock.set(new Date(before.getTime() + 60_000));
  const startedAt = performance.now();
  engine.wake();
  await untilReceived(702 - 1);
  t.diagnostic(`${Math.round(performance.now() - startedAt)} ms`);
  const details = world.received.slice(1).map(call => String(call.payload.Details));
  assert.equal(new Set(details).size, 701);
  assert.equal(details[0], world.received[0]?.payload.Details);
});

test('a webhook that counts as failing is probed with the call that the others of its message wait for', async t => {
  const webhook = await world.addWebhook({ connectionsMax: 1 });
  const held = makeTestId();
  await deliver(held);
  clock.advance(1000);
  await deliver(held);
  // The first has failed and was put off, then the webhook began to count as failing; now both are due.
  await db.accept.query`
    update webhook_calls set due_at = due_at + interval '1 minute', attempts_made = 1
    where call_id = (select min(call_id::text)::uuid from webhook_calls)`;
  await db.accept.query`update webhooks set state = 'failing', state_since = ${clock.now()}`;
  await db.accept.query`
    insert into webhook_endpoints (server_id, webhook_id, failures_in_a_row, failing_since)
    values (${webhook.serverId}, ${webhook.webhookId}, 25, ${clock.now()})`;
  clock.advance(120_000);
  world.receiver = () => 500;
  const { engine } = await world.startEngine(t);
  await until(
    'a probe has failed',
    async () =>
      (
        await db.reads.query`
    select 1 from webhook_endpoints where probes_made = 1`
      ).length === 1,
  );
  world.receiver = () => 200;
  clock.advance(120_000);
  engine.wake();
  await untilReceived(3);
});

/** A webhook that counts as failing, with that many calls that are due. */
async function addFailing(callsCount: number): Promise<Webhook> {
  const webhook = await world.addWebhook();
  await world.record(Array.from({ length: callsCount }, () => deliveredEvent(server.serverId, makeTestId())));
  await db.accept.query`update webhooks set state = 'failing', state_since = ${clock.now()}`;
  await db.accept.query`
    insert into webhook_endpoints (server_id, webhook_id, failures_in_a_row, failing_since)
    values (${webhook.serverId}, ${webhook.webhookId}, 25, ${clock.now()})`;
  clock.advance(1000);
  return webhook;
}

test('a webhook that is resumed while a probe is under way goes on although that probe fails', async t => {
  const webhook = await addFailing(10);
  const answer = Promise.withResolvers<number>();
  world.receiver = () => answer.promise;
  await world.startEngine(t);
  await untilReceived(1);
  await db.accept.transaction(tx => resumeWebhook(tx, world.recordEvents, webhook, clock.now()));
  world.receiver = () => 200;
  answer.resolve(500);
  await untilReceived(10);
});

test('a probe that is recorded while its webhook is resumed by hand does not wait for it for ever', async () => {
  const webhook = await addFailing(1);
  const [call] = await listDueCalls(db.reads, [{ ...webhook, notBefore: new Date(0), callsMax: 1 }], clock.now());
  assert.ok(call);
  const attempt = { at: clock.now().toISOString(), milliseconds: 1, status: 200 };
  const end = { kind: 'finished', state: 'succeeded' } as const;
  const result = { call, leaseNumber: 0, attempt, end, health: goodHealth, change: 'active' } as const;
  const recorded = await db.accept.transaction(async tx => {
    await tx.query`select 1 from webhooks where webhook_id = ${webhook.webhookId} for update`;
    const recording = db.results.transaction(other => recordCalls(other, world.recordEvents, [result], clock.now()));
    await until(
      'it waits',
      async () =>
        (
          await db.reads.query`
      select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
        ).length > 0,
    );
    await resumeWebhook(tx, world.recordEvents, webhook, clock.now());
    return { recording };
  });
  await recorded.recording;
});

test('a webhook that is paused while as many calls as it may hold are in hand is called no more', async t => {
  const webhook = await world.addWebhook({ connectionsMax: 1 });
  const letGo: (() => void)[] = [];
  world.receiver = () => new Promise<number>(resolve => letGo.push(() => resolve(200)));
  const { engine } = await world.startEngine(t);
  await world.record(Array.from({ length: 300 }, () => deliveredEvent(server.serverId, makeTestId())));
  await untilReceived(1);
  await db.accept.transaction(tx => pauseWebhook(tx, world.recordEvents, webhook, clock.now()));
  await until('it is given back', () => engine.counts().webhooks === 0);
  for (const go of letGo) go();
  await until('none is under way', () => engine.counts().underWay === 0);
  assert.equal(world.received.length, 1);
});

test('what is changed about a webhook holds for the calls that are in hand', async t => {
  const webhook = await world.addWebhook({ connectionsMax: 1 });
  const letGo: (() => void)[] = [];
  world.receiver = call =>
    call.url === 'https://new.test/' ? 200 : new Promise<number>(resolve => letGo.push(() => resolve(200)));
  await world.startEngine(t);
  await world.record(Array.from({ length: 300 }, () => deliveredEvent(server.serverId, makeTestId())));
  await untilReceived(1);
  const url = 'https://new.test/';
  const edit = {
    change: { url },
    state: undefined,
    verification: { kind: 'unasked' },
    signatureKind: undefined,
  } as const;
  await db.accept.transaction(tx =>
    editWebhook(tx, testKeyRing, world.recordEvents, webhook.serverId, webhook.webhookId, edit, clock.now()),
  );
  let lastAt = performance.now();
  // As slow as it is, it would have the old URL for the 199 calls that are in hand.
  await until('the new URL is called', async () => {
    if (performance.now() - lastAt > 50) {
      lastAt = performance.now();
      letGo.shift()?.();
    }
    return world.received.some(call => call.url === url);
  });
  const madeToOld = world.received.filter(call => call.url !== url).length;
  assert.ok(madeToOld < 100, `${madeToOld} calls went to the old URL`);
});

test('a call whose result the database refuses is not made again and again', async t => {
  await world.addWebhook();
  await world.startEngine(t);
  await db.accept.query`alter table webhook_history rename to history_away`;
  try {
    await world.record(Array.from({ length: 20 }, () => deliveredEvent(server.serverId, makeTestId())));
    await untilReceived(20);
    // Time enough for two looks: nothing is to happen in it.
    await new Promise(resolve => setTimeout(resolve, 2500));
    assert.equal(world.received.length, 20);
  } finally {
    await db.accept.query`alter table history_away rename to webhook_history`;
  }
});

test('a clock that is set back leaves no call behind', async t => {
  await world.addWebhook();
  await world.startEngine(t);
  await deliver();
  await untilReceived(1);
  const before = clock.now();
  clock.set(new Date(before.getTime() - 3_600_000));
  try {
    await deliver();
    await untilReceived(2);
  } finally {
    clock.set(before);
  }
});

test('the calls of a deleted webhook keep nobody waiting while they are deleted', async t => {
  const gone = await world.addWebhook();
  const other = await world.addWebhook();
  await deliver();
  await db.accept.query`delete from webhooks where webhook_id = ${gone.webhookId}`;
  await db.results.transaction(async tx => {
    await tx.query`select 1 from webhook_calls where webhook_id = ${gone.webhookId} for update`;
    await world.startEngine(t);
    await until(
      'the deletion waits',
      async () =>
        (
          await db.reads.query`
      select 1 from pg_stat_activity
      where wait_event_type = 'Lock' and datname = current_database() and query like '%delete from webhook_calls%'`
        ).length > 0,
    );
    await deliver();
    await untilReceived(2);
  });
  await until('they are gone', async () => (await db.reads.query`select 1 from webhook_calls`).length === 0);
  // The calls go in steps; the endpoint goes after the last of them, in a transaction of its own.
  await until('the endpoint of the deleted webhook is gone', async () => {
    const endpoints = await db.reads.query<{ webhookId: number }>`
      select webhook_id as "webhookId" from webhook_endpoints where owner_process is not null`;
    return endpoints.length === 1 && endpoints[0]?.webhookId === other.webhookId;
  });
});

test('a process that lost its lease while calls were under way says nothing about their failures any more', async t => {
  const webhook = await world.addWebhook({ connectionsMax: 3 });
  const answer = Promise.withResolvers<number>();
  world.receiver = () => answer.promise;
  const one = await world.startEngine(t, 'one');
  await world.record(Array.from({ length: 3 }, () => deliveredEvent(server.serverId, makeTestId())));
  await untilReceived(3);
  world.receiver = () => 200;
  await world.startEngine(t, 'two');
  one.engine.dropOwned();
  await db.accept.query`update processes set ended_at = now() where process_number = ${one.lease.processNumber()}`;
  await db.accept.transaction(tx => freeEndpointsOfDead(tx, [one.lease.processNumber()], clock.now()));
  await untilReceived(6);
  answer.resolve(500);
  await until('nothing is under way', () => one.engine.counts().underWay === 0);
  await until('nothing is open', async () => (await db.reads.query`select 1 from webhook_calls`).length === 0);
  assert.equal(new Set(world.received.map(call => call.traceId)).size, 3);
  assert.deepEqual([...new Set(world.received.slice(3).map(call => call.by))], ['two']);
  const [endpoint] = await db.reads.query<{ failures: number }>`
    select failures_in_a_row as failures from webhook_endpoints where webhook_id = ${webhook.webhookId}`;
  assert.equal(endpoint?.failures, 0);
});

test('five thousand calls for a slow receiver all arrive once, in order for each message', async t => {
  await world.addWebhook({ connectionsMax: 20 });
  world.receiver = () => new Promise(resolve => setTimeout(() => resolve(200), 5));
  const { engine } = await world.startEngine(t);
  const messageIds = Array.from({ length: 1250 }, () => makeTestId());
  for (let round = 0; round < 4; round += 1)
    await world.record(messageIds.map(messageId => deliveredEvent(server.serverId, messageId)));
  const end = performance.now() + 60_000;
  while (world.received.length < 5000 && performance.now() < end)
    await untilReceived(Math.min(5000, world.received.length + 100));
  await until('all are recorded', () => engine.counts().resultsWaiting === 0);
  assert.equal(new Set(world.received.map(call => call.traceId)).size, 5000);
  const byMessage = Map.groupBy(world.received, call => call.payload.MessageID);
  for (const calls of byMessage.values()) {
    const numbers = calls.map(call => Number(String(call.payload.Details).split(' ').at(-1)));
    assert.deepEqual(
      numbers,
      numbers.toSorted((a, b) => a - b),
    );
  }
});

test('an attempt that is recorded twice is listed once, and the list of attempts ends somewhere', async () => {
  const webhook = await world.addWebhook();
  await deliver();
  const [call] = await listDueCalls(db.reads, [{ ...webhook, notBefore: new Date(0), callsMax: 1 }], clock.now());
  assert.ok(call);
  await db.accept
    .query`insert into webhook_endpoints (server_id, webhook_id) values (${webhook.serverId}, ${webhook.webhookId})`;
  const postpone = (number: number) => {
    const attempt = { at: new Date(number).toISOString(), milliseconds: 1, status: 500 };
    const later = { ...webhook, ...call, dueAt: clock.now(), attemptsMade: 1, attempt, leaseNumber: 0 };
    return db.accept.transaction(tx => postponeCalls(tx, [later]));
  };
  const count = async () =>
    (await db.reads.query<{ count: number }>`select jsonb_array_length(attempts) as count from webhook_calls`)[0]
      ?.count;
  await postpone(1);
  await postpone(1);
  assert.equal(await count(), 1);
  for (let number = 2; number < 110; number += 1) await postpone(number);
  assert.equal(await count(), 100);
});
