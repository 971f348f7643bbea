import assert from 'node:assert/strict';
import test from 'node:test';
import type { StoredEvent } from '../events/event.ts';
import { triggerNames } from '../webhooks/webhook.ts';
import { includesContent, isListening, type Listener } from './listening-rules.ts';

const listener: Listener = {
  serverId: 1,
  webhookId: 2,
  streamId: 'outbound',
  triggers: triggerNames,
  postsFirstOpenOnly: false,
  includesBounceContent: false,
  includesComplaintContent: false,
  postsSmtpApiErrors: false,
};
const event: StoredEvent = {
  serverId: 1,
  eventId: '01a21592-6f3d-7000-b7ee-59ed3643e2d3',
  kind: 'recipient_delivered',
  streamId: 'outbound',
  occurredAt: new Date(),
  details: {},
};

test('a webhook hears of its own server and stream only, and of the triggers that are on', () => {
  assert.equal(isListening(listener, event, 'Delivery'), true);
  assert.equal(isListening(listener, { ...event, serverId: 2 }, 'Delivery'), false);
  assert.equal(isListening(listener, { ...event, streamId: 'broadcast' }, 'Delivery'), false);
  const { streamId: _none, ...withoutStream } = event;
  assert.equal(isListening(listener, withoutStream, 'Delivery'), false);
  assert.equal(isListening({ ...listener, triggers: ['Open', 'Bounce'] }, event, 'Delivery'), false);
  assert.equal(isListening({ ...listener, triggers: [] }, event, 'Delivery'), false);
});

test('PostFirstOpenOnly leaves out opens that say that they are not the first, and nothing else', () => {
  const firstOnly = { ...listener, postsFirstOpenOnly: true };
  const again = { ...event, details: { isFirst: false } };
  assert.equal(isListening(firstOnly, again, 'Open'), false);
  assert.equal(isListening(firstOnly, { ...event, details: { isFirst: true } }, 'Open'), true);
  assert.equal(isListening(firstOnly, event, 'Open'), true);
  assert.equal(isListening(firstOnly, again, 'Click'), true);
  assert.equal(isListening(listener, again, 'Open'), true);
});

test('SMTP API errors are told only where the server wants them', () => {
  const smtpError = { ...event, details: { type: 'SMTPApiError' } };
  assert.equal(isListening(listener, smtpError, 'Bounce'), false);
  assert.equal(isListening({ ...listener, postsSmtpApiErrors: true }, smtpError, 'Bounce'), true);
  assert.equal(isListening(listener, { ...event, details: { type: 'HardBounce' } }, 'Bounce'), true);
});

test('bounces and complaints carry their content by a switch each, other triggers never', () => {
  const both = { ...listener, includesBounceContent: true, includesComplaintContent: true };
  assert.deepEqual(
    triggerNames.filter(trigger => includesContent(both, trigger)),
    ['Bounce', 'SpamComplaint'],
  );
  assert.equal(includesContent({ ...both, includesBounceContent: false }, 'Bounce'), false);
  assert.equal(includesContent({ ...both, includesComplaintContent: false }, 'SpamComplaint'), false);
  assert.equal(includesContent(both, 'Inbound'), false);
});
