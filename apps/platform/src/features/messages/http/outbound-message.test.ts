import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Value } from 'typebox/value';
import type { FoundMessage } from '../message.ts';
import { outboundMessageSchema, toOutboundMessage } from './outbound-message.ts';

const found: FoundMessage = {
  serverId: 3,
  messageId: '0f7c8a4e-2f34-4f4e-9a47-0d1c7c1d9a55',
  streamId: 'outbound',
  receivedAt: new Date('2026-11-21T12:00:00.123Z'),
  fromDisplay: '"Shop Desk" <desk@shop.test>',
  subject: 'Order 1187',
  tag: 'order',
  attachmentNames: ['logo.png'],
  metadata: { 'order-id': '1187' },
  trackOpens: true,
  trackLinks: 'HtmlOnly',
  isSandboxed: false,
  isQueued: true,
  recipients: [
    { recipientNumber: 0, field: 'To', address: 'ana@buyer.test', name: 'Ana' },
    { recipientNumber: 1, field: 'Cc', address: 'ben@buyer.test', name: '' },
    { recipientNumber: 2, field: 'Bcc', address: 'audit@shop.test', name: '' },
  ],
};

test('a message is shown with each recipient in its field, and all of them together', () => {
  assert.deepEqual(toOutboundMessage(found), {
    Tag: 'order',
    MessageID: found.messageId,
    MessageStream: 'outbound',
    To: [{ Email: 'ana@buyer.test', Name: 'Ana' }],
    Cc: [{ Email: 'ben@buyer.test', Name: '' }],
    Bcc: [{ Email: 'audit@shop.test', Name: '' }],
    Recipients: ['ana@buyer.test', 'ben@buyer.test', 'audit@shop.test'],
    ReceivedAt: '2026-11-21T12:00:00.1230000Z',
    From: '"Shop Desk" <desk@shop.test>',
    Subject: 'Order 1187',
    Attachments: ['logo.png'],
    Status: 'Queued',
    TrackOpens: true,
    TrackLinks: 'HtmlOnly',
    Metadata: { 'order-id': '1187' },
    Sandboxed: false,
  });
});

test('what a message does not have is an empty list or object, except the tag, which is absent', () => {
  const bare = toOutboundMessage({ ...found, tag: null, attachmentNames: null, metadata: null, recipients: [] });
  assert.ok(!('Tag' in bare));
  assert.deepEqual([bare.Attachments, bare.Metadata, bare.To, bare.Recipients], [[], {}, [], []]);
  assert.ok(Value.Check(outboundMessageSchema, bare));
});

test('once nobody waits any more it is Sent', () => {
  assert.equal(toOutboundMessage({ ...found, isQueued: false }).Status, 'Sent');
});
