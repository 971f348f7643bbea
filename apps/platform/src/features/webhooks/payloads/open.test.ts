import assert from 'node:assert/strict';
import { test } from 'node:test';
import { platformNames } from '../../tracking/reading.ts';
import { openPayload, readOpen } from './open.ts';
import { assertSameJson, facts } from './testing/sample-facts.ts';

const unknown = { Name: 'unknown', Company: 'unknown', Family: 'unknown' };

test('an open has the documented keys in their order', () => {
  const open = openPayload(facts, {
    isFirst: true,
    readSeconds: 7,
    client: { name: 'Gmail', company: 'Google', family: 'Gmail' },
    os: { name: 'Windows 10', company: 'Microsoft Corporation.', family: 'Windows' },
    platform: 'WebMail',
    userAgent: 'Mozilla/5.0 (via ggpht.com GoogleImageProxy)',
    geo: {
      ip: '198.51.100.24',
      coords: '60.3913,5.3221',
      zip: '5003',
      city: 'Bergen',
      region: 'Vestland',
      regionIsoCode: '46',
      country: 'Norway',
      countryIsoCode: 'NO',
    },
    tag: 'receipt',
    metadata: { order: '1042' },
  });
  assertSameJson(open, {
    RecordType: 'Open',
    MessageStream: 'outbound',
    ServerID: 1442077,
    FirstOpen: true,
    Client: { Name: 'Gmail', Company: 'Google', Family: 'Gmail' },
    OS: { Name: 'Windows 10', Company: 'Microsoft Corporation.', Family: 'Windows' },
    Platform: 'WebMail',
    UserAgent: 'Mozilla/5.0 (via ggpht.com GoogleImageProxy)',
    ReadSeconds: 7,
    Geo: {
      CountryISOCode: 'NO',
      Country: 'Norway',
      RegionISOCode: '46',
      Region: 'Vestland',
      City: 'Bergen',
      Zip: '5003',
      Coords: '60.3913,5.3221',
      IP: '198.51.100.24',
    },
    MessageID: '5b3d2a5e-6a0f-4d0b-9d43-2f8d2a1f70c4',
    Metadata: { order: '1042' },
    ReceivedAt: '2025-03-04T14:21:09Z',
    Tag: 'receipt',
    Recipient: 'Nadia@client.test',
    ReaderClass: 'Human',
  });
});

test('what is not known has the values of posted bodies', () => {
  const open = openPayload(facts, { isFirst: false, userAgent: '' });
  assert.deepEqual([open.Client, open.OS, open.Platform], [unknown, unknown, 'Unknown']);
  assert.deepEqual([open.Geo, open.ReadSeconds, open.Tag, open.Metadata], [{}, 0, '', {}]);
  assert.equal(open.FirstOpen, false);
});

test('a program that is known in part says unknown for the rest; a place has all keys as soon as one is known', () => {
  const client = { name: 'Mail', company: '', family: '' };
  const open = openPayload(facts, { isFirst: true, userAgent: 'Mail', client, geo: { country: 'Norway', city: '' } });
  assert.deepEqual(open.Client, { Name: 'Mail', Company: 'unknown', Family: 'unknown' });
  assertSameJson(open.Geo, {
    CountryISOCode: '',
    Country: 'Norway',
    RegionISOCode: '',
    Region: '',
    City: '',
    Zip: '',
    Coords: '',
    IP: '',
  });
  assert.deepEqual(openPayload(facts, { isFirst: true, userAgent: '', geo: { city: '', ip: '' } }).Geo, {});
});

test('the details of an event are read as they were recorded, and gaps as absent', () => {
  const recorded = {
    isFirst: true,
    readSeconds: 3,
    userAgent: 'Mail',
    client: { name: 'Mail', company: 'Apple', family: 'Mail' },
    os: { name: 'macOS', company: 'Apple', family: 'macOS' },
    platform: 'Desktop',
    geo: { country: 'Norway' },
    readerClass: 'gmail_proxy',
    tag: 'a',
    metadata: { b: 'c' },
  } as const;
  assert.deepEqual(readOpen(recorded), recorded);
  assertSameJson(openPayload(facts, readOpen({})), openPayload(facts, { isFirst: false, userAgent: '' }));
  assert.equal(readOpen({ platform: 'Fridge' }).platform, undefined);
  for (const platform of platformNames) assert.equal(readOpen({ platform }).platform, platform);
});
