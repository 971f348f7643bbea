import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deliveryPayload, readDelivery } from './delivery.ts';
import { assertSameJson, facts } from './testing/sample-facts.ts';

test('a delivery has the keys of posted bodies, in their order', () => {
  const delivery = { reply: 'smtp;250 2.0.0 OK', tag: 'receipt', metadata: { order: '1042' } };
  assertSameJson(deliveryPayload(facts, delivery), {
    MessageID: '5b3d2a5e-6a0f-4d0b-9d43-2f8d2a1f70c4',
    Recipient: 'Nadia@client.test',
    DeliveredAt: '2025-03-04T14:21:09Z',
    Details: 'smtp;250 2.0.0 OK',
    Tag: 'receipt',
    ServerID: 1442077,
    Metadata: { order: '1042' },
    RecordType: 'Delivery',
    MessageStream: 'outbound',
  });
});

test('without tag and metadata both keys are there, empty', () => {
  const { Tag, Metadata } = deliveryPayload(facts, { reply: '' });
  assert.deepEqual([Tag, Metadata], ['', {}]);
});

test('a long answer is not cut', () => {
  const reply = `250 ${'x'.repeat(100_000)}`;
  assert.equal(deliveryPayload(facts, { reply }).Details, `smtp;${reply}`);
});

test('details that lack something, or hold another type, read as empty', () => {
  const empty = { reply: '', tag: undefined, metadata: {} };
  assert.deepEqual(readDelivery({}), empty);
  assert.deepEqual(readDelivery({ reply: null, tag: 7, metadata: ['a'] }), empty);
  assert.deepEqual(readDelivery({ reply: '250', tag: 'a', metadata: { a: '1', b: 2 }, host: 'mx' }), {
    reply: '250',
    tag: 'a',
    metadata: { a: '1' },
  });
});
