import assert from 'node:assert/strict';
import test, { beforeEach } from 'node:test';
import { makeTestId, testKeyRing } from '../../testing/test-world.ts';
import { editWebhook } from '../webhooks/edit-webhook.ts';
import type { Webhook } from '../webhooks/webhook.ts';
import { goodHealth } from './call-result.ts';
import { pauseWebhook, resumeWebhook } from './pause-webhook.ts';
import { recordCalls } from './record-calls.ts';
import { listDueCalls } from './store.ts';
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
