import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type InboundDetails, inboundPayload, readInbound } from './inbound.ts';
import { assertSameJson, facts } from './testing/sample-facts.ts';

const arrived = { ...facts, streamId: 'inbound', recipient: 'help+ticket-88@in.shop.test' };

const mail: InboundDetails = {
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
  headers: [
    { name: 'Return-Path', value: '<ann@client.test>' },
    { name: 'Received', value: 'by in-1.mail.test\tid 7C1D24003' },
    { name: 'Received', value: 'from mx.client.test' },
  ],
  attachments: [
    { name: 'note.txt', contentType: 'text/plain; charset="us-ascii"', base64: 'aGVsbG8=' },
    { name: 'dot.gif', contentType: 'image/gif', base64: 'AAECAw==', contentId: 'dot@client.test' },
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

test('the details of an event are read as they were recorded; gaps are empty, and every key is there', () => {
  const recorded = JSON.parse(JSON.stringify({ ...mail, rawEmail: 'raw', tag: 'a' }));
  assertSameJson(
    inboundPayload(arrived, readInbound(recorded)),
    inboundPayload(arrived, { ...mail, rawEmail: 'raw', tag: 'a' }),
  );
  const gaps = inboundPayload(arrived, readInbound({ to: 'ann', cc: [7, null, {}], headers: [{}], attachments: [{}] }));
  assert.deepEqual(Object.keys(gaps), Object.keys(posted));
  assert.deepEqual([gaps.From, gaps.ToFull, gaps.Subject, gaps.Date], ['', [], '', '']);
  assert.deepEqual(gaps.CcFull, [{ Email: '', Name: '', MailboxHash: '' }]);
  assert.deepEqual(gaps.Headers, [{ Name: '', Value: '' }]);
  assert.equal(gaps.Attachments[0]?.ContentLength, 0);
});
