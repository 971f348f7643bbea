import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bounceTypeByName, bounceTypeNames } from '@pennyblack/email/bounces/bounce-types.ts';
import { type BounceDetails, bouncePayload, readBounce } from './bounce.ts';
import { spamComplaintPayload } from './spam-complaint.ts';
import { assertSameJson, facts } from './testing/sample-facts.ts';

const bounce: BounceDetails = {
  bounceId: 4417020931,
  type: 'HardBounce',
  reply: 'smtp;550 5.1.1 no such mailbox',
  from: 'billing@shop.test',
  subject: 'Receipt 1042',
  tag: 'receipt',
  metadata: { order: '1042' },
};
const without = { includesContent: false };
const withContent = { includesContent: true };

const hardBounce = {
  RecordType: 'Bounce',
  MessageStream: 'outbound',
  ID: 4417020931,
  Type: 'HardBounce',
  TypeCode: 1,
  Name: 'Hard bounce',
  Tag: 'receipt',
  MessageID: '5b3d2a5e-6a0f-4d0b-9d43-2f8d2a1f70c4',
  Metadata: { order: '1042' },
  ServerID: 1442077,
  Description: 'The server was unable to deliver your message (ex: unknown user, mailbox not found).',
  Details: 'smtp;550 5.1.1 no such mailbox',
  Email: 'Nadia@client.test',
  From: 'billing@shop.test',
  BouncedAt: '2025-03-04T14:21:09Z',
  DumpAvailable: false,
  Inactive: true,
  CanActivate: true,
  Subject: 'Receipt 1042',
};

test('a bounce has the documented keys in their order', () => {
  assertSameJson(bouncePayload(facts, bounce, without), hardBounce);
});

test('Content is the last key, and there only when the webhook wants it and there is one', () => {
  const content = 'Return-Path: <>\r\n\r\nNo such mailbox\r\n';
  const withDump = { ...hardBounce, DumpAvailable: true };
  assertSameJson(bouncePayload(facts, { ...bounce, content }, withContent), { ...withDump, Content: content });
  assertSameJson(bouncePayload(facts, { ...bounce, content }, without), withDump);
  assertSameJson(bouncePayload(facts, bounce, withContent), hardBounce);
});

test('code, name, description, and whether the address is inactive and may be activated follow from the type', () => {
  for (const type of bounceTypeNames) {
    const payload = bouncePayload(facts, { ...bounce, type }, without);
    const { code, name, description, deactivates, canActivate } = bounceTypeByName[type];
    assert.equal(payload.Type, type);
    assert.deepEqual(
      [payload.TypeCode, payload.Name, payload.Description, payload.Inactive, payload.CanActivate],
      [code, name, description, deactivates, canActivate],
    );
  }
});

test('an answer has the prefix once; a report is shown as it is; neither is an empty text', () => {
  const detailsOf = (said: { reply?: string; report?: string }) =>
    bouncePayload(facts, { ...bounce, reply: undefined, ...said }, without).Details;
  assert.equal(detailsOf({ reply: '550 5.1.1 no' }), 'smtp;550 5.1.1 no');
  assert.equal(detailsOf({ reply: 'smtp;550 5.1.1 no' }), 'smtp;550 5.1.1 no');
  assert.equal(detailsOf({ report: 'action: failed\r\n' }), 'action: failed\r\n');
  assert.equal(detailsOf({}), '');
  assert.equal(detailsOf({ reply: 'x'.repeat(50_000) }).length, 50_005);
});

test('a bounce without tag and metadata has both keys, empty', () => {
  const { Tag, Metadata } = bouncePayload(facts, { ...bounce, tag: undefined, metadata: undefined }, without);
  assert.deepEqual([Tag, Metadata], ['', {}]);
});

test('a complaint is a bounce under its own RecordType, type and code, which nobody may activate', () => {
  const { type: _, ...complaint } = { ...bounce, reply: undefined, report: 'feedback loop report from isp.test' };
  assertSameJson(spamComplaintPayload(facts, complaint, withContent), {
    ...hardBounce,
    RecordType: 'SpamComplaint',
    Type: 'SpamComplaint',
    TypeCode: 100001,
    Name: 'Spam complaint',
    Description: 'The recipient marked the message as spam.',
    Details: 'feedback loop report from isp.test',
    CanActivate: false,
  });
  const content = 'Feedback-Type: abuse';
  assert.equal(spamComplaintPayload(facts, { ...complaint, content }, withContent).Content, content);
  assert.equal('Content' in spamComplaintPayload(facts, { ...complaint, content }, without), false);
});

test('an SMTP API error is a bounce of that type, with our reason', () => {
  const report = 'The recipient is inactive on this stream.';
  const payload = bouncePayload(facts, { ...bounce, type: 'SMTPApiError', reply: undefined, report }, without);
  assert.deepEqual(Object.keys(payload), Object.keys(hardBounce));
  const { RecordType, Type, TypeCode, Name, Details, Inactive, CanActivate, DumpAvailable } = payload;
  assert.deepEqual(
    [RecordType, Type, TypeCode, Name, Details],
    ['Bounce', 'SMTPApiError', 100007, 'SMTP API error', report],
  );
  assert.deepEqual([Inactive, CanActivate, DumpAvailable], [false, true, false]);
});

test('details that lack something still make a bounce; a type that nobody knows is Unknown', () => {
  for (const type of [undefined, null, 7, 'NoSuchType', 'constructor', '__proto__'])
    assert.equal(readBounce({ type }).type, 'Unknown');
  assert.deepEqual(Object.keys(bouncePayload(facts, readBounce({}), withContent)), Object.keys(hardBounce));
});
