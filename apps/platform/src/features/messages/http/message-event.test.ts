import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventKind } from '../../events/event.ts';
import { eventKinds } from '../../events/event.ts';
import { toMessageEvents } from './message-event.ts';

function event(kind: EventKind, details: Record<string, unknown> = {}) {
  return {
    kind,
    recipientNumber: 0,
    recipient: 'ana@buyer.test',
    occurredAt: new Date('2026-11-21T12:00:00.123Z'),
    details,
  };
}

const answer = { reply: 'smtp;250 2.0.0 OK', host: 'mx.buyer.test', ip: '192.0.2.1' };

test('a delivery tells what the receiver answered, and who it was', () => {
  assert.deepEqual(toMessageEvents([event('recipient_delivered', answer)]), [
    {
      Recipient: 'ana@buyer.test',
      Type: 'Delivered',
      ReceivedAt: '2026-11-21T12:00:00.1230000Z',
      Details: {
        DeliveryMessage: 'smtp;250 2.0.0 OK',
        DestinationServer: 'mx.buyer.test (192.0.2.1)',
        DestinationIP: '192.0.2.1',
      },
    },
  ]);
});

test('an attempt that is to be repeated is Transient; without an address the server stands alone', () => {
  const [shown] = toMessageEvents([event('recipient_deferred', { ...answer, reply: 'smtp;451 later', ip: '' })]);
  assert.equal(shown?.Type, 'Transient');
  assert.deepEqual(shown?.Details, {
    DeliveryMessage: 'smtp;451 later',
    DestinationServer: 'mx.buyer.test',
    DestinationIP: '',
  });
});

test('a bounce names its id as a text, because two official clients fail on a number', () => {
  const [shown] = toMessageEvents([event('recipient_bounced', { ...answer, bounceId: 4323372036854776 })]);
  assert.equal(shown?.Type, 'Bounced');
  assert.deepEqual(shown?.Details, { Summary: answer.reply, BounceID: '4323372036854776' });
});

test('a suppression is a changed subscription, with its origin', () => {
  const [shown] = toMessageEvents([event('suppression_created', { reason: 'HardBounce', origin: 'Recipient' })]);
  assert.equal(shown?.Type, 'SubscriptionChanged');
  assert.deepEqual(shown?.Details, { Origin: 'Recipient', SuppressSending: 'True' });
});

test('only types that Postmark knows are shown, and the order stays', () => {
  const all = (Object.keys(eventKinds) as EventKind[]).map(kind => event(kind, answer));
  const known = [
    'Delivered',
    'Transient',
    'Opened',
    'Bounced',
    'Bounced',
    'Bounced',
    'SubscriptionChanged',
    'LinkClicked',
  ];
  const types = toMessageEvents(all).map(shown => shown.Type);
  assert.deepEqual(types, [
    'Delivered',
    'Transient',
    'Bounced',
    'Bounced',
    'Bounced',
    'Opened',
    'LinkClicked',
    'SubscriptionChanged',
  ]);
  assert.ok(types.every(type => known.includes(type)));
});

test('every value of Details is a text, also when an event was recorded without it', () => {
  for (const kind of Object.keys(eventKinds) as EventKind[]) {
    for (const details of [{}, { reply: null, host: null, ip: null, bounceId: undefined, origin: 7 }]) {
      for (const shown of toMessageEvents([{ ...event(kind, details), recipient: null }])) {
        assert.equal(shown.Recipient, '');
        for (const [name, value] of Object.entries(shown.Details)) {
          assert.equal(typeof value, 'string', `${kind} ${name}`);
          assert.doesNotMatch(value, /null|undefined/);
        }
      }
    }
  }
});
