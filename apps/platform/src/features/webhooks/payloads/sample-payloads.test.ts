import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CallTrigger, triggerNames } from '../webhook.ts';
import { samplePayload, sampleSmtpApiError } from './sample-payloads.ts';

const about = { serverId: 7, streamId: 'news' };
const now = new Date('2026-01-02T03:04:05.678Z');
const zeroId = '00000000-0000-0000-0000-000000000000';
const triggers: CallTrigger[] = [...triggerNames, 'Inbound'];

test('a sample of each type names the stream, the server, the time and a message that cannot be', () => {
  for (const trigger of triggers) {
    const sample = samplePayload(trigger, about, now);
    assert.deepEqual([sample.MessageStream, sample.MessageID], ['news', zeroId], trigger);
    if (trigger === 'Inbound') continue;
    const time = sample.DeliveredAt ?? sample.BouncedAt ?? sample.ReceivedAt ?? sample.ChangedAt;
    assert.deepEqual([sample.RecordType, sample.ServerID, time], [trigger, 7, '2026-01-02T03:04:05Z']);
  }
});

test('no value of a sample is missing', () => {
  for (const trigger of triggers) {
    const sample = samplePayload(trigger, about, now);
    for (const [key, value] of Object.entries(sample))
      assert.ok(value !== undefined && value !== null, `${trigger} ${key}`);
  }
});

test('the inbound sample is told from the others by having no RecordType, and its attachment has real content', () => {
  const sample = samplePayload('Inbound', about, now);
  assert.equal('RecordType' in sample || 'ServerID' in sample, false);
  assert.equal(sample.Tag, 'TestTag');
  assert.equal(sample.Date, 'Fri, 02 Jan 2026 03:04:05 +0000');
  assert.equal(typeof sample.RawEmail, 'string');
  const [attachment] = sample.Attachments as Record<string, unknown>[];
  assert.deepEqual(Object.keys(attachment ?? {}), ['Name', 'Content', 'ContentType', 'ContentLength', 'ContentID']);
  assert.equal(Buffer.from(String(attachment?.Content), 'base64').toString(), 'This is a test.');
  assert.equal(attachment?.ContentLength, 15);
});

test('the sample of an SMTP API error is a bounce of that type', () => {
  const sample = sampleSmtpApiError(about, now);
  const { RecordType, Type, TypeCode, MessageID } = sample;
  assert.deepEqual([RecordType, Type, TypeCode, MessageID], ['Bounce', 'SMTPApiError', 100007, zeroId]);
  assert.deepEqual(Object.keys(sample), Object.keys(samplePayload('Bounce', about, now)));
});
