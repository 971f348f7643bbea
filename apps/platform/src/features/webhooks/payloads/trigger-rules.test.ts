import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bounceTypeNames } from '@pennyblack/email/bounces/bounce-types.ts';
import { type EventKind, eventKinds } from '../../events/event.ts';
import { triggersOf } from './trigger-rules.ts';

const recipient = 'ana@buyer.test';

test('each kind of event makes one kind of call, or none', () => {
  const triggers: Record<EventKind, string | undefined> = {
    message_accepted: undefined,
    recipient_delivered: 'Delivery',
    recipient_deferred: undefined,
    recipient_bounced: 'Bounce',
    bounce_reported: 'Bounce',
    complaint_reported: 'SpamComplaint',
    recipient_suppressed: undefined,
    recipient_uncertain: undefined,
    scheduled_message_refused: undefined,
    scheduled_message_canceled: undefined,
    domain_check_changed: undefined,
    sender_confirmation_wanted: undefined,
    message_opened: 'Open',
    link_clicked: 'Click',
    webhook_paused: undefined,
    webhook_resumed: undefined,
    suppression_lifted: 'SubscriptionChange',
    suppression_created: 'SubscriptionChange',
    inbound_received: 'Inbound',
    inbound_released: 'Inbound',
    inbound_blocked: undefined,
  };
  for (const kind of Object.keys(eventKinds) as EventKind[])
    assert.equal(triggersOf({ kind, recipient, details: {} }), triggers[kind], kind);
});

test('only the first click of a recipient on a link makes a call', () => {
  for (const isFirst of [true, false]) {
    const trigger = triggersOf({ kind: 'link_clicked', recipient, details: { isFirst } });
    assert.equal(trigger, isFirst ? 'Click' : undefined);
  }
});

test('a complaint is not also a bounce; every other type is a bounce', () => {
  for (const type of bounceTypeNames) {
    const trigger = triggersOf({ kind: 'recipient_bounced', recipient, details: { type } });
    assert.equal(trigger, type === 'SpamComplaint' ? 'SpamComplaint' : 'Bounce');
  }
});

test('a recipient whose address is not known any more makes no call', () => {
  for (const kind of Object.keys(eventKinds) as EventKind[]) {
    assert.equal(triggersOf({ kind, details: {} }), undefined);
    assert.equal(triggersOf({ kind, recipient: '', details: {} }), undefined);
  }
});
