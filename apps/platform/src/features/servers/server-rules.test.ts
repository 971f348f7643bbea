import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal, refusals } from '../../refusals.ts';
import { judgeMx, namesToAskFor, readServerChange, refuseEmptyChange, type ServerFields } from './server-rules.ts';

const limits = {
  ownHosts: ['mail.shop.test', 'inbound.mail.shop.test'],
  isCallableHost: (host: string) => host !== '10.0.0.1',
};

function read(fields: Partial<ServerFields>) {
  return readServerChange({ hooks: {}, ...fields }, limits);
}

function codeOf(fields: Partial<ServerFields>): number {
  try {
    read(fields);
    return 0;
  } catch (error) {
    assert.ok(error instanceof Refusal);
    return refusals[error.refusal].code;
  }
}

test('what is left out is not in the change, and a change without anything is refused', () => {
  assert.deepEqual(read({}), {});
  assert.deepEqual(read({ color: '', trackLinks: '', deliveryType: '' }), {});
  assert.throws(() => refuseEmptyChange(read({})), new Refusal('server_data_missing'));
  assert.doesNotThrow(() => refuseEmptyChange(read({ trackOpens: false })));
  assert.doesNotThrow(() => refuseEmptyChange(read({ hooks: { openHookUrl: '' } })));
});

test('colors are read in any case and in the spellings of older clients, and kept in lower case', () => {
  const names = ['Purple', 'Blue', 'Turquoise', 'Green', 'Red', 'Yellow', 'Grey', 'Orange'];
  for (const name of names) assert.equal(read({ color: name }).color, name.toLowerCase());
  assert.deepEqual([read({ color: 'Turqoise' }).color, read({ color: 'ggrey' }).color], ['turquoise', 'grey']);
  for (const color of ['gray', 'red ', 'constructor']) assert.equal(codeOf({ color }), 607, color);
});

test('an inbound domain is kept in lower case, as A-labels, without the last dot', () => {
  const cases = {
    'In.Client.TEST.': 'in.client.test',
    'münchen.test': 'xn--mnchen-3ya.test',
    '*.Client.test': '*.client.test',
    ' ': '',
  };
  for (const [text, domain] of Object.entries(cases)) assert.equal(read({ inboundDomain: text }).inboundDomain, domain);
});

test('names of this installation are nobody’s inbound domain; those that only look like them are', () => {
  for (const inboundDomain of [
    'mail.shop.test',
    'MAIL.shop.test',
    'a.mail.shop.test',
    '*.mail.shop.test',
    'inbound.mail.shop.test',
    '*.shop.test',
    '*.test',
  ])
    assert.equal(codeOf({ inboundDomain }), 608, inboundDomain);
  for (const inboundDomain of ['shop.test', 'notmail.shop.test', 'mail.shop.test.example'])
    assert.equal(codeOf({ inboundDomain }), 0, inboundDomain);
  for (const inboundDomain of ['nonsense', '*.', '**.client.test', 'a..b', '192.0.2.1', 'a@b.test', 'http://a.test'])
    assert.equal(codeOf({ inboundDomain }), 608, inboundDomain);
});

test('a hook URL is http or https, to a host that may be called, however it is written', () => {
  for (const url of [
    'https://a.test',
    'http://user:secret@a.test:8080/x?y=z',
    'HTTPS://A.test/',
    'https://[2001:db8::1]/',
    '',
  ])
    assert.equal(codeOf({ hooks: { bounceHookUrl: url } }), 0, url);
  for (const url of [
    'a.test',
    '//a.test',
    'javascript:alert(1)',
    'file:///etc/passwd',
    'https://',
    'http://10.0.0.1/',
    'http://0xA000001/',
    ' ',
  ])
    assert.equal(codeOf({ hooks: { clickHookUrl: url } }), 606, url);
});

test('mail of a domain goes elsewhere only when its records say so', () => {
  const ours = limits.ownHosts;
  assert.equal(judgeMx([undefined], ours), 'unknown');
  assert.equal(judgeMx([[]], ours), 'missing');
  assert.equal(judgeMx([['MX.provider.test.']], ours), 'elsewhere');
  assert.equal(judgeMx([['.']], ours), 'elsewhere', 'a null MX (RFC 7505) takes no mail');
  assert.equal(judgeMx([['mx.provider.test', 'Inbound.Mail.Shop.Test.']], ours), 'ours');
  assert.equal(judgeMx([['x.mail.shop.test']], ours), 'elsewhere');
});

test('of a wildcard, the records of itself and of a name below it count together', () => {
  assert.deepEqual(namesToAskFor('in.client.test'), ['in.client.test']);
  assert.deepEqual(namesToAskFor('*.client.test'), ['*.client.test', 'pennyblack-mx-check.client.test']);
  assert.equal(judgeMx([undefined, ['mail.shop.test']], limits.ownHosts), 'ours');
  assert.equal(judgeMx([['mx.provider.test'], []], limits.ownHosts), 'elsewhere');
  assert.equal(judgeMx([[], undefined], limits.ownHosts), 'unknown');
});
