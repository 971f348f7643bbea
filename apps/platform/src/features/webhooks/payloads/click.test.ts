import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clickPayload, readClick } from './click.ts';
import { assertSameJson, facts } from './testing/sample-facts.ts';

test('a click has the documented keys in their order', () => {
  const click = clickPayload(facts, {
    location: 'Text',
    originalLink: 'https://shop.test/orders/1042?a=1&b=<ü>',
    client: { name: 'Firefox 128.0', company: 'Mozilla Foundation', family: 'Firefox' },
    platform: 'Mobile',
    userAgent: 'Mozilla/5.0 Firefox/128.0',
    metadata: { order: '1042' },
  });
  assertSameJson(click, {
    RecordType: 'Click',
    MessageStream: 'outbound',
    ServerID: 1442077,
    ClickLocation: 'Text',
    Client: { Name: 'Firefox 128.0', Company: 'Mozilla Foundation', Family: 'Firefox' },
    OS: { Name: 'unknown', Company: 'unknown', Family: 'unknown' },
    Platform: 'Mobile',
    UserAgent: 'Mozilla/5.0 Firefox/128.0',
    OriginalLink: 'https://shop.test/orders/1042?a=1&b=<ü>',
    Geo: {},
    MessageID: '5b3d2a5e-6a0f-4d0b-9d43-2f8d2a1f70c4',
    Metadata: { order: '1042' },
    ReceivedAt: '2025-03-04T14:21:09Z',
    Tag: '',
    Recipient: 'Nadia@client.test',
    ReaderClass: 'Human',
  });
});

test('the details of an event are read as they were recorded, and gaps as absent', () => {
  const recorded = { location: 'Text', originalLink: 'https://shop.test/', userAgent: 'Firefox' } as const;
  assertSameJson(clickPayload(facts, readClick(recorded)), clickPayload(facts, recorded));
  const { ClickLocation, OriginalLink } = clickPayload(facts, readClick({ location: 'Image' }));
  assert.deepEqual([ClickLocation, OriginalLink], ['HTML', '']);
});
