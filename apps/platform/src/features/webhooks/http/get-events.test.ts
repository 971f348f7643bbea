// The pull feed over real HTTP: the payloads, the order, filters, and cursors that pass nothing over.

import assert from 'node:assert/strict';
import test from 'node:test';
import { firstUuidV7Of } from '@pennyblack/runtime/uuid-v7.ts';
import { makeTestId } from '../../../testing/test-world.ts';
import type { PlatformEvent, StoredEvent } from '../../events/event.ts';
import { createEventRecorder } from '../../events/record-events.ts';
import { untilSettled } from '../../events/testing/until-settled.ts';
import { buildPayload } from '../payloads/build-payload.ts';
import { triggersOf } from '../payloads/trigger-rules.ts';
import { startWebhookApi } from '../testing/webhook-api.ts';

type Entry = { EventID: string; Trigger: string; RecordedAt: string; Payload: Record<string, unknown> };
type Page = { Events: Entry[]; Cursor: string; HasMore: boolean };

const { world, db, request, newServer } = await startWebhookApi();
type Server = Awaited<ReturnType<typeof newServer>>;

const delivered = (server: Server, changes: Partial<PlatformEvent> = {}): PlatformEvent => ({
  kind: 'recipient_delivered',
  serverId: server.serverId,
  messageId: makeTestId(),
  recipientNumber: 0,
  streamId: 'outbound',
  recipient: 'ana@buyer.test',
  details: { reply: '250 2.0.0 OK', tag: 'welcome', metadata: { order: '7', a: 'ü' } },
  ...changes,
});

/** Answers what was stored. */
async function record(events: readonly PlatformEvent[], now: Date = new Date()): Promise<StoredEvent[]> {
  const { length } = world.heard;
  await db.accept.transaction(tx => world.recordEvents(tx, events, now));
  return world.heard.slice(length, length + events.length);
}

async function read(server: Server, query: Record<string, string> = {}): Promise<Page> {
  const path = `/events?${new URLSearchParams(query)}`;
  const { status, json } = await request('GET', path, undefined, server.token);
  assert.equal(status, 200, JSON.stringify(json));
  return json as unknown as Page;
}

/** Everything from a cursor on, page by page. */
async function readAll(server: Server, query: Record<string, string> = {}): Promise<{ ids: string[]; Cursor: string }> {
  const ids: string[] = [];
  let page = await read(server, query);
  for (;;) {
    ids.push(...page.Events.map(event => event.EventID));
    if (!page.HasMore) return { ids, Cursor: page.Cursor };
    page = await read(server, { ...query, since: page.Cursor });
  }
}

const idsOf = (events: readonly { eventId: string }[]) => events.map(event => event.eventId);

const makeOldId = (milliseconds: number) =>
  `${firstUuidV7Of(new Date(Date.now() - milliseconds)).slice(0, 13)}${makeTestId().slice(13)}`;

/** As a process records whose work took long between the id and the transaction. */
const insertWithId = (server: Server, eventId: string) =>
  db.accept.transaction(tx => createEventRecorder(() => eventId, [])(tx, [delivered(server)], new Date()));

function changeCursor(cursor: string, change: (parts: string[]) => void): string {
  const parts = Buffer.from(cursor, 'base64url').toString().split(' ');
  change(parts);
  return Buffer.from(parts.join(' ')).toString('base64url');
}

/** A transaction that has recorded and stays open until it is let go. */
async function openTransaction(events: readonly PlatformEvent[], now: Date = new Date()) {
  const gate = Promise.withResolvers<boolean>();
  const recorded = Promise.withResolvers<StoredEvent[]>();
  const ended = db.accept
    .transaction(async tx => {
      const { length } = world.heard;
      await world.recordEvents(tx, events, now);
      recorded.resolve(world.heard.slice(length, length + events.length));
      if (!(await gate.promise)) throw new Error('rolled back by the test');
    })
    .catch(recorded.reject);
  const stored = await recorded.promise;
  const end = async (commits: boolean) => {
    gate.resolve(commits);
    await ended;
  };
  return { stored, commit: () => end(true), rollBack: () => end(false) };
}

test('the feed shows the payloads that webhooks post, byte for byte, in the order in which they were recorded', async () => {
  const server = await newServer();
  const bounce = {
    bounceId: 71,
    type: 'HardBounce',
    reply: '550 no',
    from: 'shop@shop.test',
    subject: 'Hi',
    content: 'raw',
  };
  const told = await record([
    delivered(server),
    delivered(server, { kind: 'recipient_bounced', details: bounce }),
    delivered(server, { kind: 'recipient_bounced', details: { ...bounce, type: 'SpamComplaint' } }),
    delivered(server, { kind: 'suppression_created', details: { reason: 'HardBounce', origin: 'Recipient' } }),
    delivered(server, { kind: 'suppression_lifted', details: { origin: 'Customer' } }),
    delivered(server, { kind: 'recipient_deferred', details: { reply: '451 later' } }),
    delivered(server, { kind: 'webhook_paused', details: { webhookId: 1 } }),
    delivered(server, { kind: 'recipient_suppressed', details: {} }),
  ]);
  await untilSettled(db);
  const { Events, HasMore } = await read(server);
  const expected = told.flatMap(event => {
    const trigger = triggersOf(event);
    if (!trigger || trigger === 'Inbound') return [];
    return [[event.eventId, trigger, JSON.stringify(buildPayload(trigger, event, { includesContent: false }))]];
  });
  assert.equal(expected.length, 5);
  assert.deepEqual(
    Events.map(event => [event.EventID, event.Trigger, JSON.stringify(event.Payload)]),
    expected,
  );
  assert.equal(Events[1]?.Payload.Content, undefined);
  assert.match(Events[0]?.RecordedAt ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/);
  assert.equal(HasMore, false);
});

test('filters take one trigger, one stream, both; and other servers see nothing', async () => {
  const server = await newServer();
  const stranger = await newServer();
  const suppression = {
    kind: 'suppression_created',
    details: { reason: 'ManualSuppression', origin: 'Customer' },
  } as const;
  const [first, second, third] = await record([
    delivered(server),
    delivered(server, { ...suppression }),
    delivered(server, { streamId: 'broadcast' }),
  ]);
  await untilSettled(db);
  const of = async (query: Record<string, string>) => (await readAll(server, query)).ids;
  assert.deepEqual(await of({ trigger: 'delivery' }), [first?.eventId, third?.eventId]);
  assert.deepEqual(await of({ trigger: 'SubscriptionChange' }), [second?.eventId]);
  assert.deepEqual(await of({ messagestream: 'broadcast' }), [third?.eventId]);
  assert.deepEqual(await of({ messagestream: 'outbound', trigger: 'Delivery' }), [first?.eventId]);
  assert.deepEqual(await of({ messagestream: 'nothing' }), []);
  assert.deepEqual(await of({ trigger: 'Open' }), []);
  // A page of one that the filter empties is followed by the others.
  assert.deepEqual(await of({ trigger: 'SubscriptionChange', count: '1' }), [second?.eventId]);
  assert.deepEqual((await read(stranger)).Events, []);
  const { Cursor } = await read(server, { count: '1' });
  assert.deepEqual((await read(stranger, { since: Cursor })).Events, []);
});

test('paging with cursors under writers shows each event once', async () => {
  const server = await newServer();
  const written: string[] = [];
  let isWriting = true;
  const writers = [1, 2].map(async () => {
    for (let round = 0; round < 30; round += 1) {
      // Ids are told by the event, because two writers interleave in what the world has heard.
      const events = [1, 2, 3].map(() => delivered(server));
      await db.accept.transaction(tx => world.recordEvents(tx, events, new Date()));
      written.push(...events.map(event => event.messageId ?? ''));
    }
  });
  const writing = Promise.all(writers).then(() => {
    isWriting = false;
  });
  const seen: unknown[] = [];
  let since: string | undefined;
  for (;;) {
    const wasWriting = isWriting;
    if (!wasWriting) await untilSettled(db);
    const page = await read(server, { count: '7', ...(since === undefined ? {} : { since }) });
    seen.push(...page.Events.map(event => event.Payload.MessageID));
    since = page.Cursor;
    if (!wasWriting && !page.HasMore) break;
  }
  await writing;
  assert.equal(seen.length, 180);
  assert.deepEqual(seen.toSorted(), written.toSorted());
});

test('an event that is committed late is shown by the next page, after others were read to the end', async () => {
  const server = await newServer();
  const [early] = await record([delivered(server)]);
  await untilSettled(db);
  const late = await openTransaction([delivered(server)]);
  const [after] = await record([delivered(server)]);
  const before = await readAll(server);
  assert.deepEqual(before.ids, [early?.eventId]);
  const still = await readAll(server, { since: before.Cursor });
  assert.deepEqual(still.ids, []);
  await late.commit();
  await untilSettled(db);
  const next = await readAll(server, { since: still.Cursor });
  assert.deepEqual(next.ids, [late.stored[0]?.eventId, after?.eventId]);
  assert.deepEqual((await readAll(server, { since: next.Cursor })).ids, []);
});

test('what is rolled back is never shown, and holds nothing back afterwards', async () => {
  const server = await newServer();
  const gone = await openTransaction([delivered(server)]);
  const [kept] = await record([delivered(server)]);
  const { ids, Cursor } = await readAll(server);
  assert.deepEqual(ids, []);
  await gone.rollBack().catch(() => {});
  await untilSettled(db);
  assert.deepEqual((await readAll(server, { since: Cursor })).ids, [kept?.eventId]);
});

test('the cursor of an empty page, and of every page, can be used again and again', async () => {
  const server = await newServer();
  const empty = await read(server);
  assert.deepEqual([empty.Events, empty.HasMore], [[], false]);
  const events = await record([delivered(server), delivered(server), delivered(server)]);
  await untilSettled(db);
  for (let again = 0; again < 2; again += 1) {
    assert.deepEqual((await readAll(server, { since: empty.Cursor, count: '2' })).ids, idsOf(events));
  }
  const first = await read(server, { since: empty.Cursor, count: '2' });
  assert.equal(first.HasMore, true);
  const rest = await read(server, { since: first.Cursor, count: '2' });
  assert.deepEqual([rest.Events.map(event => event.EventID), rest.HasMore], [[events[2]?.eventId], false]);
  // Exactly a full page is not followed by another.
  assert.equal((await read(server, { since: empty.Cursor, count: '3' })).HasMore, false);
});

test('a cursor of another database goes on by its time: nothing is missing, some come again', async () => {
  const server = await newServer();
  const long = new Date(Date.now() - 3_600_000);
  await record([delivered(server)], long);
  const [recent] = await record([delivered(server)]);
  await untilSettled(db);
  const { Cursor } = await readAll(server);
  const [newer] = await record([delivered(server)]);
  await untilSettled(db);
  for (const change of [
    (parts: string[]) => parts.splice(1, 1, '123-1'),
    // A standby took over without the last transactions of the old server: it counts from further back.
    (parts: string[]) => parts.splice(2, 1, '999999999999'),
    // The same server after a restore has another timeline; its transactions count from further back.
    (parts: string[]) => parts.splice(1, 2, `${parts[1]?.split('-')[0]}-9`, '999999999999'),
  ]) {
    const { ids } = await readAll(server, { since: changeCursor(Cursor, change) });
    assert.deepEqual(ids.slice(-2), [recent?.eventId, newer?.eventId]);
  }
  assert.deepEqual((await readAll(server, { since: Cursor })).ids, [newer?.eventId]);
});

test('a date begins with the events of that time', async () => {
  const server = await newServer();
  const [event] = await record([delivered(server)]);
  await untilSettled(db);
  const ids = async (since: string) => (await readAll(server, { since })).ids;
  assert.deepEqual(await ids(new Date(Date.now() - 60_000).toISOString()), [event?.eventId]);
  assert.deepEqual(await ids(new Date(Date.now() + 60_000).toISOString()), []);
  assert.deepEqual(await ids('2020-01-01'), [event?.eventId]);
  assert.deepEqual(await ids('9999-12-31'), []);
});

test('an event whose id is minutes older than its transaction is shown after a page that was at the end', async () => {
  const server = await newServer();
  await untilSettled(db);
  const { Cursor } = await readAll(server);
  const eventId = makeOldId(9 * 60_000);
  await insertWithId(server, eventId);
  await untilSettled(db);
  assert.deepEqual((await readAll(server, { since: Cursor })).ids, [eventId]);
  // The same in the middle of a list, where the cursor holds the place of an event.
  const start = (await readAll(server)).Cursor;
  await record([delivered(server), delivered(server)]);
  const older = makeOldId(8 * 60_000);
  await insertWithId(server, older);
  await untilSettled(db);
  const { ids } = await readAll(server, { since: start, count: '1' });
  assert.deepEqual([ids.length, ids.at(-1)], [3, older]);
});

test('what is no cursor and no date is refused with 1361, and so are wrong counts and triggers', async () => {
  const server = await newServer();
  const { Cursor } = await read(server);
  const cases: Record<string, string>[] = [
    { since: 'garbage' },
    { since: '2026-02-31' },
    { since: Cursor.slice(0, -30) },
    { since: Cursor.slice(3) },
    { since: `${Cursor}AAAA` },
    { since: changeCursor(Cursor, parts => parts.splice(0, 1, 'c9')) },
    { since: changeCursor(Cursor, parts => parts.splice(1, 1, "1-1'")) },
    { since: changeCursor(Cursor, parts => parts.splice(2, 1, '-1')) },
    { since: changeCursor(Cursor, parts => parts.splice(2, 1, '99999999999999999999')) },
    { since: changeCursor(Cursor, parts => parts.splice(3, 1, 'x')) },
    { since: changeCursor(Cursor, parts => parts.splice(4, 1, '999999999999999')) },
    { since: changeCursor(Cursor, parts => parts.splice(4, 1, '281474976710656')) },
    { since: changeCursor(Cursor, parts => parts.splice(4, 1, '-5')) },
    { count: '0' },
    { count: '501' },
    { count: 'x' },
    { count: '1.5' },
    { trigger: 'Nothing' },
    { trigger: 'Inbound,Open' },
  ];
  for (const query of cases) {
    const path = `/events?${new URLSearchParams(query)}`;
    const { status, json } = await request('GET', path, undefined, server.token);
    assert.deepEqual([status, json.ErrorCode], [422, 1361], `${JSON.stringify(query)}: ${JSON.stringify(json)}`);
  }
  assert.deepEqual((await read(server, { since: Cursor, count: '500' })).Events, []);
  const whole = changeCursor(Cursor, parts =>
    parts.splice(2, 3, '9999999999999999999', parts[3] ?? '', '281474976710655'),
  );
  assert.deepEqual((await read(server, { since: whole })).Events, []);
});

test('the feed asks for a token of a server', async () => {
  for (const token of ['', 'wrong', 'POSTMARK_API_TEST']) {
    const { status } = await request('GET', '/events', undefined, token);
    assert.equal(status, 401, token);
  }
});
