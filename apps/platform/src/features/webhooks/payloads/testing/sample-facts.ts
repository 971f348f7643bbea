// For tests of payloads: an event's columns, and a comparison that minds the order of keys.

import assert from 'node:assert/strict';
import type { MessageFacts } from '../event-facts.ts';

export const facts: MessageFacts = {
  serverId: 1442077,
  streamId: 'outbound',
  messageId: '5b3d2a5e-6a0f-4d0b-9d43-2f8d2a1f70c4',
  recipient: 'Nadia@client.test',
  occurredAt: new Date('2025-03-04T14:21:09.987Z'),
};

/** Fails on another key, another order, or a value that JSON drops. */
export function assertSameJson(actual: unknown, expected: unknown): void {
  assert.equal(JSON.stringify(actual, undefined, 1), JSON.stringify(expected, undefined, 1));
  assert.deepEqual(actual, expected);
}
