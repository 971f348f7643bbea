import assert from 'node:assert/strict';
import test from 'node:test';
import { isUuid } from '@pennyblack/runtime/uuid-v7.ts';
import type { StoredEvent } from '../events/event.ts';
import { orderKeyOf } from './order-key.ts';

const event: StoredEvent = {
  serverId: 1,
  eventId: '01a21592-6f3d-7000-b7ee-59ed3643e2d3',
  kind: 'suppression_created',
  streamId: 'outbound',
  recipient: 'Ana@Buyer.test',
  occurredAt: new Date(),
  details: {},
};

test('events of one message are called one after another, whatever their recipient', () => {
  const messageId = '01a21592-6f3d-7000-b7ee-000000000001';
  assert.equal(orderKeyOf({ ...event, messageId }), messageId);
  assert.equal(orderKeyOf({ ...event, messageId, recipient: 'bob@buyer.test' }), messageId);
});

test('without a message, events of one address of one stream are, in whatever casing it is written', () => {
  const key = orderKeyOf(event);
  assert.ok(isUuid(key));
  assert.equal(
    orderKeyOf({ ...event, recipient: 'ana@buyer.TEST', eventId: '01a21592-6f3d-7000-b7ee-59ed3643e2d4' }),
    key,
  );
  assert.notEqual(orderKeyOf({ ...event, streamId: 'broadcast' }), key);
  assert.notEqual(orderKeyOf({ ...event, recipient: 'bob@buyer.test' }), key);
});

test('an event about nobody waits for no other', () => {
  const { recipient: _none, ...about } = event;
  assert.equal(orderKeyOf(about), event.eventId);
});
