import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BounceType, bounceTypeByName, bounceTypeNames } from './bounce-types.ts';

const types = Object.entries<BounceType>(bounceTypeByName);

test('the bounce types have the codes that every Postmark client knows', () => {
  assert.deepEqual(Object.fromEntries(types.map(([name, type]) => [name, type.code])), {
    HardBounce: 1,
    Transient: 2,
    Unsubscribe: 16,
    Subscribe: 32,
    AutoResponder: 64,
    AddressChange: 128,
    DnsError: 256,
    SpamNotification: 512,
    OpenRelayTest: 1024,
    Unknown: 2048,
    SoftBounce: 4096,
    VirusNotification: 8192,
    ChallengeVerification: 16384,
    BadEmailAddress: 100000,
    SpamComplaint: 100001,
    ManuallyDeactivated: 100002,
    Unconfirmed: 100003,
    Blocked: 100006,
    SMTPApiError: 100007,
    InboundError: 100008,
    DMARCPolicy: 100009,
    TemplateRenderingFailed: 100010,
  });
});

test('only four types make an address inactive, and only a complaint is for ever', () => {
  const named = (holds: (type: BounceType) => boolean) => types.filter(([, type]) => holds(type)).map(([name]) => name);
  assert.deepEqual(
    named(type => type.deactivates),
    ['HardBounce', 'BadEmailAddress', 'SpamComplaint', 'ManuallyDeactivated'],
  );
  assert.deepEqual(
    named(type => !type.canActivate),
    ['SpamComplaint'],
  );
});

test('each type has a name and one sentence of its own', () => {
  assert.equal(new Set(types.map(([, type]) => type.name)).size, 22);
  assert.equal(new Set(types.map(([, type]) => type.description)).size, 22);
  for (const [name, type] of types) assert.match(type.description, /^[A-Z][^\n]*\.$/, name);
  assert.deepEqual(
    bounceTypeNames,
    types.map(([name]) => name),
  );
});
