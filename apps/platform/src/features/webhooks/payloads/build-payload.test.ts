import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { makeTestId, testWorld } from '../../../testing/test-world.ts';
import { type EventKind, eventKinds, type PlatformEvent, type StoredEvent } from '../../events/event.ts';
import { readTimeline } from '../../events/read-timeline.ts';
import { type TriggerName, triggerNames } from '../webhook.ts';
import { buildPayload } from './build-payload.ts';
import { triggersOf } from './trigger-rules.ts';

const triggers: readonly TriggerName[] = triggerNames;
const withContent = { includesContent: true };

const happened: StoredEvent = {
  eventId: '01900000-0000-7000-8000-000000000009',
  occurredAt: new Date('2025-03-04T14:21:09.987Z'),
  kind: 'recipient_delivered',
  serverId: 7,
  messageId: '01900000-0000-7000-8000-000000000001',
  recipientNumber: 0,
  streamId: 'outbound',
  recipient: 'ana@buyer.test',
  details: {
    reply: 'smtp;250 OK',
    host: 'mx.buyer.test',
    ip: '203.0.113.7',
    tag: 'order',
    metadata: { order: '1187' },
  },
};

const detailNames = [
  ...['reply', 'report', 'type', 'bounceId', 'from', 'subject', 'content', 'tag', 'metadata', 'reason', 'origin'],
  ...['isFirst', 'client', 'os', 'geo', 'platform', 'userAgent', 'location', 'originalLink'],
];
const anyDetails = fc.dictionary(
  fc.oneof(fc.constantFrom(...detailNames), fc.string({ unit: 'grapheme' })),
  fc.jsonValue(),
);
const anyEvent: fc.Arbitrary<StoredEvent> = fc.record({
  eventId: fc.uuid(),
  occurredAt: fc.date({ min: new Date('2000-01-01'), max: new Date('2200-01-01'), noInvalidDate: true }),
  kind: fc.constantFrom(...(Object.keys(eventKinds) as EventKind[])),
  serverId: fc.nat(),
  messageId: fc.uuid(),
  streamId: fc.string(),
  recipient: fc.emailAddress(),
  details: anyDetails,
});

/** The same value with the keys of every object in another order, as a database without an order gives it back. */
function reordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reordered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reordered(inner)]),
  );
}

test('the same event gives the same bytes, whenever it is asked and whatever order its details come back in', () => {
  fc.assert(
    fc.property(anyEvent, fc.constantFrom(...triggers), fc.boolean(), (event, trigger, includesContent) => {
      const body = JSON.stringify(buildPayload(trigger, event, { includesContent }));
      const copy: StoredEvent = {
        ...event,
        occurredAt: new Date(event.occurredAt),
        details: reordered(JSON.parse(JSON.stringify(event.details))) as StoredEvent['details'],
      };
      assert.equal(JSON.stringify(buildPayload(trigger, copy, { includesContent })), body);
    }),
  );
});

test('whatever the details hold, the keys and the types of their values are the same', () => {
  const shapeOf = (payload: object) =>
    Object.entries(payload)
      .filter(([key]) => key !== 'Content')
      .map(([key, value]) => `${key} ${typeof value}`);
  fc.assert(
    fc.property(anyEvent, fc.constantFrom(...triggers), (event, trigger) => {
      const { kind } = event;
      const empty = buildPayload(trigger, { ...happened, kind, details: {} }, withContent);
      assert.deepEqual(shapeOf(buildPayload(trigger, event, withContent)), shapeOf(empty));
    }),
  );
});

test('each event builds the payload of its own call', () => {
  const kinds: [EventKind, StoredEvent['details'], string][] = [
    ['recipient_delivered', {}, 'Delivery'],
    ['recipient_bounced', { type: 'SoftBounce' }, 'Bounce'],
    ['recipient_bounced', { type: 'SpamComplaint' }, 'SpamComplaint'],
    ['suppression_created', { reason: 'HardBounce', origin: 'Recipient' }, 'SubscriptionChange'],
    ['suppression_lifted', { origin: 'Admin' }, 'SubscriptionChange'],
  ];
  for (const [kind, details, recordType] of kinds) {
    const event = { ...happened, kind, details };
    const trigger = triggersOf(event);
    assert.ok(trigger && trigger !== 'Inbound');
    assert.equal(buildPayload(trigger, event, withContent).RecordType, recordType);
  }
});

test('what is in the details of delivery reaches the payload', () => {
  const { Recipient, Details, Tag, Metadata, ServerID, MessageStream } = buildPayload(
    'Delivery',
    happened,
    withContent,
  );
  assert.deepEqual([Recipient, Details, Tag], ['ana@buyer.test', 'smtp;250 OK', 'order']);
  assert.deepEqual([Metadata, ServerID, MessageStream], [{ order: '1187' }, 7, 'outbound']);
});

test('the content of a bounce is there for those who want it only', () => {
  const event: StoredEvent = { ...happened, kind: 'recipient_bounced', details: { type: 'HardBounce', content: 'x' } };
  for (const trigger of ['Bounce', 'SpamComplaint'] as const) {
    assert.equal(buildPayload(trigger, event, withContent).Content, 'x');
    assert.equal('Content' in buildPayload(trigger, event, { includesContent: false }), false);
  }
});

test('a suppression by hand has no message id, a reactivation never has one', () => {
  const { messageId: _, ...byHand } = { ...happened, kind: 'suppression_created' as const, details: {} };
  assert.equal(buildPayload('SubscriptionChange', byHand, withContent).MessageID, null);
  const lifted: StoredEvent = { ...happened, kind: 'suppression_lifted', details: { origin: 'Customer' } };
  assert.equal(buildPayload('SubscriptionChange', lifted, withContent).MessageID, null);
  const caused: StoredEvent = { ...happened, kind: 'suppression_created', details: {} };
  assert.equal(buildPayload('SubscriptionChange', caused, withContent).MessageID, happened.messageId);
});

test('an event that was stored and read back gives the bytes that it gave when it happened', async () => {
  const { database, server, recordEvents, heard } = await testWorld();
  const messageId = makeTestId();
  const about = {
    serverId: server.serverId,
    messageId,
    recipientNumber: 0,
    streamId: 'outbound',
    recipient: 'ä@buyer.test',
  };
  const metadata = { zebra: '1', ab: '2', Ü: '✓ 🦐', a: '', '10': 'x', '9': 'y', long: '"\\\u2028\n' };
  const labels = { tag: 'bestellung ✓', metadata };
  const events: PlatformEvent[] = [
    { ...about, kind: 'recipient_delivered', details: { reply: 'smtp;250 '.padEnd(2000, 'ö'), ...labels } },
    {
      ...about,
      kind: 'recipient_bounced',
      details: { bounceId: 2 ** 52, type: 'HardBounce', reply: '550', ...labels },
    },
    { ...about, kind: 'suppression_created', details: { reason: 'HardBounce', origin: 'Recipient', ...labels } },
  ];
  await database.results.transaction(tx => recordEvents(tx, events, new Date()));
  const rows = await readTimeline(database.reads, server.serverId, messageId, new Date());
  assert.equal(rows.length, events.length);
  for (const event of heard.filter(({ serverId }) => serverId === server.serverId)) {
    const { occurredAt, details } = rows.find(({ kind }) => kind === event.kind) ?? {};
    assert.ok(occurredAt && details);
    const trigger = triggersOf(event);
    assert.ok(trigger && trigger !== 'Inbound');
    const body = JSON.stringify(buildPayload(trigger, event, withContent));
    assert.equal(JSON.stringify(buildPayload(trigger, { ...event, occurredAt, details }, withContent)), body);
    assert.deepEqual((JSON.parse(body) as { Metadata: unknown }).Metadata, metadata);
  }
});
