import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertSameJson, facts } from '../webhooks/payloads/testing/sample-facts.ts';
import { inboundPayload, type PostedMail } from './inbound-payload.ts';

const arrived = { ...facts, streamId: 'inbound', recipient: 'help+ticket-88@in.shop.test' };

const mail: PostedMail = {
  from: { name: 'Ann Berg', address: 'ann+x@client.test' },
  to: [
    { name: 'Support', address: 'help+ticket-88@in.shop.test' },
    { name: '', address: 'boss@client.test' },
  ],
  cc: [{ name: 'Says "Hi"', address: 'hi@client.test' }],
  bcc: [],
  subject: 'Re: Order 1042 ✓',
  replyTo: '',
  date: 'Tue, 4 Mar 2025 15:02:11 +0100',
  text: 'Thanks, that works.\n',
  html: '<p>Thanks, that works.</p>',
  strippedReply: 'Thanks, that works.',
  tag: '',
  headers: [
    { name: 'Return-Path', value: '<ann@client.test>' },
    { name: 'Received', value: 'by in-1.mail.test\tid 7C1D24003' },
    { name: 'Received', value: 'from mx.client.test' },
  ],
  attachments: [
    { name: 'note.txt', contentType: 'text/plain; charset="us-ascii"', content: Buffer.from('hello') },
    { name: 'dot.gif', contentType: 'image/gif', content: Buffer.from([0, 1, 2, 3]), contentId: 'dot@client.test' },
  ],
};

const posted = {
  FromName: 'Ann Berg',
  MessageStream: 'inbound',
  From: 'ann+x@client.test',
  FromFull: { Email: 'ann+x@client.test', Name: 'Ann Berg', MailboxHash: 'x' },
  To: '"Support" <help+ticket-88@in.shop.test>, boss@client.test',
  ToFull: [
    { Email: 'help+ticket-88@in.shop.test', Name: 'Support', MailboxHash: 'ticket-88' },
    { Email: 'boss@client.test', Name: '', MailboxHash: '' },
  ],
  Cc: '"Says \\"Hi\\"" <hi@client.test>',
  CcFull: [{ Email: 'hi@client.test', Name: 'Says "Hi"', MailboxHash: '' }],
  Bcc: '',
  BccFull: [],
  OriginalRecipient: 'help+ticket-88@in.shop.test',
  Subject: 'Re: Order 1042 ✓',
  MessageID: '5b3d2a5e-6a0f-4d0b-9d43-2f8d2a1f70c4',
  ReplyTo: '',
  MailboxHash: 'ticket-88',
  Date: 'Tue, 4 Mar 2025 15:02:11 +0100',
  TextBody: 'Thanks, that works.\n',
  HtmlBody: '<p>Thanks, that works.</p>',
  StrippedTextReply: 'Thanks, that works.',
  Tag: '',
  Headers: [
    { Name: 'Return-Path', Value: '<ann@client.test>' },
    { Name: 'Received', Value: 'by in-1.mail.test\tid 7C1D24003' },
    { Name: 'Received', Value: 'from mx.client.test' },
  ],
  Attachments: [
    {
      Name: 'note.txt',
      Content: 'aGVsbG8=',
      ContentType: 'text/plain; charset="us-ascii"',
      ContentLength: 5,
      ContentID: '',
    },
    { Name: 'dot.gif', Content: 'AAECAw==', ContentType: 'image/gif', ContentLength: 4, ContentID: 'dot@client.test' },
  ],
};

test('inbound mail has the keys of a posted body in their order, and neither RecordType nor ServerID', () => {
  assertSameJson(inboundPayload(arrived, mail), posted);
});

test('RawEmail stands between StrippedTextReply and Tag, and only where it was kept', () => {
  const keys = Object.keys(inboundPayload(arrived, { ...mail, rawEmail: 'Subject: x\n\n', tag: 'TestTag' }));
  const at = Object.keys(posted).indexOf('Tag');
  assert.deepEqual(keys, Object.keys(posted).toSpliced(at, 0, 'RawEmail'));
});

test('the mailbox hash is that of the envelope; Bcc shows who was only there', () => {
  const bcc = [{ name: '', address: 'secret+7@in.shop.test' }];
  const { Bcc, BccFull, MailboxHash } = inboundPayload(
    { ...arrived, recipient: 'secret+7@in.shop.test' },
    { ...mail, bcc },
  );
  assert.equal(Bcc, 'secret+7@in.shop.test');
  assert.deepEqual(BccFull, [{ Email: 'secret+7@in.shop.test', Name: '', MailboxHash: '7' }]);
  assert.equal(MailboxHash, '7');
});
