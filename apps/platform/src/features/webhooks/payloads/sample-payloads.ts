// Payloads to try a webhook with, made by the builders of the real ones. As those of Postmark's test buttons they carry the
// zero message id, which no message has; the attachment of the inbound one has the key `Content` like real mail, not `Data`.

import { formatDateHeader } from '@pennyblack/email/mime/date-header.ts';
import { inboundPayload, type PostedMail } from '../../inbound/inbound-payload.ts';
import type { CallTrigger } from '../webhook.ts';
import { type BounceDetails, bouncePayload } from './bounce.ts';
import { noMessageId } from './build-payload.ts';
import { type ClickDetails, clickPayload } from './click.ts';
import { type DeliveryDetails, deliveryPayload } from './delivery.ts';
import type { MessageFacts } from './event-facts.ts';
import { type OpenDetails, openPayload } from './open.ts';
import type { ReadingDetails } from './reading-program.ts';
import { type SpamComplaintDetails, spamComplaintPayload } from './spam-complaint.ts';
import { type SuppressionDetails, suppressionPayload } from './subscription-change.ts';

const labels = { tag: 'Test', metadata: { example: 'value', 'example-2': 'value' } };
const message = { from: 'sender@example.com', subject: 'Test subject' };
const report = 'Return-Path: <>\r\nSubject: Undelivered mail\r\n\r\nThe report as it came.\r\n';

const delivery: DeliveryDetails = { reply: 'smtp;250 2.0.0 OK', ...labels };

const bounce: BounceDetails = {
  bounceId: 42,
  type: 'HardBounce',
  reply: 'smtp;550 5.1.1 The mailbox does not exist',
  content: report,
  ...message,
  ...labels,
};

const smtpApiError: BounceDetails = {
  bounceId: 42,
  type: 'SMTPApiError',
  report: 'The recipient is inactive on this stream.',
  ...message,
  ...labels,
};

const complaint: SpamComplaintDetails = {
  bounceId: 42,
  report: 'Feedback loop report',
  content: report,
  ...message,
  ...labels,
};

const reading: ReadingDetails = {
  client: { name: 'Thunderbird 140', company: 'Mozilla Foundation', family: 'Thunderbird' },
  os: { name: 'Windows 11', company: 'Microsoft Corporation', family: 'Windows' },
  platform: 'Desktop',
  userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Thunderbird/140.0',
  geo: {
    countryIsoCode: 'NO',
    country: 'Norway',
    regionIsoCode: '46',
    region: 'Vestland',
    city: 'Bergen',
    zip: '5003',
    coords: '60.3913,5.3221',
    ip: '198.51.100.24',
  },
  ...labels,
};

const open: OpenDetails = { isFirst: true, readSeconds: 5, ...reading };
const click: ClickDetails = { location: 'HTML', originalLink: 'https://example.com/orders/1042', ...reading };
const suppression: SuppressionDetails = { reason: 'HardBounce', origin: 'Recipient', ...labels };

const inboundRecipient = 'support+ticket-88@inbound.example.com';

/** RawEmail is there, though real mail has it only where the server wants it: some receivers take nothing without it. */
function inbound(now: Date): PostedMail {
  const date = formatDateHeader(now);
  const text = 'This is a test.\n\nOn Monday Support wrote:\n> Please try again\n';
  const source = [
    'From: Sender <sender@example.com>',
    `To: Support <${inboundRecipient}>`,
    'Cc: Copy <copy@example.com>, other@example.com',
    'Subject: Re: Test subject',
    `Date: ${date}`,
    'X-Header-Test: test',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    '',
    text,
  ];
  return {
    from: { name: 'Sender', address: 'sender@example.com' },
    to: [{ name: 'Support', address: inboundRecipient }],
    cc: [
      { name: 'Copy', address: 'copy@example.com' },
      { name: '', address: 'other@example.com' },
    ],
    bcc: [],
    subject: 'Re: Test subject',
    replyTo: '',
    date,
    text,
    html: '<p>This is a test.</p>',
    strippedReply: 'This is a test.',
    rawEmail: source.join('\n'),
    tag: 'TestTag',
    headers: [
      { name: 'Return-Path', value: '<sender@example.com>' },
      { name: 'X-Spam-Status', value: 'No' },
      { name: 'X-Spam-Score', value: '-0.1' },
      { name: 'X-Header-Test', value: 'test' },
      { name: 'MIME-Version', value: '1.0' },
    ],
    attachments: [{ name: 'test.txt', content: Buffer.from('This is a test.'), contentType: 'text/plain' }],
  };
}

export type SampleSubject = { serverId: number; streamId: string };

function factsOf(about: SampleSubject, now: Date): MessageFacts {
  return { ...about, messageId: noMessageId, recipient: 'recipient@example.com', occurredAt: now };
}

/** Without the `Content` of bounces and complaints. */
export function samplePayload(
  trigger: CallTrigger,
  about: SampleSubject,
  now: Date,
): Readonly<Record<string, unknown>> {
  const facts = factsOf(about, now);
  switch (trigger) {
    case 'Delivery':
      return deliveryPayload(facts, delivery);
    case 'Bounce':
      return bouncePayload(facts, bounce, { includesContent: false });
    case 'SpamComplaint':
      return spamComplaintPayload(facts, complaint, { includesContent: false });
    case 'Open':
      return openPayload(facts, open);
    case 'Click':
      return clickPayload(facts, click);
    case 'SubscriptionChange':
      return suppressionPayload(facts, suppression);
    case 'Inbound':
      return inboundPayload({ ...facts, recipient: inboundRecipient }, inbound(now));
  }
}

/** Goes to the bounce hooks of servers that ask for such errors. */
export function sampleSmtpApiError(about: SampleSubject, now: Date): Readonly<Record<string, unknown>> {
  return bouncePayload(factsOf(about, now), smtpApiError, { includesContent: false });
}
