import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  reactivationPayload,
  readReactivation,
  readSuppression,
  type SuppressionDetails,
  suppressionPayload,
} from './subscription-change.ts';
import { assertSameJson, facts } from './testing/sample-facts.ts';

const suppression: SuppressionDetails = {
  reason: 'HardBounce',
  origin: 'Recipient',
  tag: 'receipt',
  metadata: { order: '1042' },
};

const ofHardBounce = {
  RecordType: 'SubscriptionChange',
  MessageID: '5b3d2a5e-6a0f-4d0b-9d43-2f8d2a1f70c4',
  ServerID: 1442077,
  MessageStream: 'outbound',
  ChangedAt: '2025-03-04T14:21:09Z',
  Recipient: 'Nadia@client.test',
  Origin: 'Recipient',
  SuppressSending: true,
  SuppressionReason: 'HardBounce',
  Tag: 'receipt',
  Metadata: { order: '1042' },
};

test('a suppression that a message caused has the documented keys in their order, with the labels of the message', () => {
  assertSameJson(suppressionPayload(facts, suppression), ofHardBounce);
});

test('a message without tag and metadata leaves both empty', () => {
  const plain = suppressionPayload(facts, { reason: 'SpamComplaint', origin: 'Recipient' });
  assertSameJson(plain, { ...ofHardBounce, SuppressionReason: 'SpamComplaint', Tag: '', Metadata: {} });
});

test('a suppression by hand has no message: MessageID and Tag are null', () => {
  const byHand = suppressionPayload(
    { ...facts, messageId: undefined },
    { ...suppression, reason: 'ManualSuppression', origin: 'Admin' },
  );
  const none = { MessageID: null, Tag: null, Metadata: {} };
  assertSameJson(byHand, { ...ofHardBounce, ...none, Origin: 'Admin', SuppressionReason: 'ManualSuppression' });
});

test('an unsubscribe is a manual suppression by the recipient, with its message', () => {
  const unsubscribe = suppressionPayload(facts, { ...suppression, reason: 'ManualSuppression' });
  assertSameJson(unsubscribe, { ...ofHardBounce, SuppressionReason: 'ManualSuppression' });
});

test('a reactivation has no message, reason, tag or metadata', () => {
  const none = { MessageID: null, SuppressSending: false, SuppressionReason: null, Tag: null, Metadata: {} };
  assertSameJson(reactivationPayload(facts, { origin: 'Customer' }), { ...ofHardBounce, ...none, Origin: 'Customer' });
});

test('details with gaps are read as something that receivers know', () => {
  assert.deepEqual(readSuppression({ reason: 'Whim', origin: 7 }), {
    reason: 'ManualSuppression',
    origin: 'Customer',
    tag: undefined,
    metadata: {},
  });
  for (const origin of ['Recipient', 'Customer', 'Admin'] as const)
    assert.deepEqual(readReactivation({ origin }), { origin });
});
