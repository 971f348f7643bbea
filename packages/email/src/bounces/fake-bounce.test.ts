import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bounceTypeNames } from './bounce-types.ts';
import { fakeBounceTypeOf } from './fake-bounce.ts';

test('the local part names the bounce: any case, underscores and a suffix do not count', () => {
  for (const localPart of [
    'SoftBounce',
    'softbounce',
    'SOFTBOUNCE',
    'soft_bounce',
    'Soft_Bounce+17',
    '_softbounce_+a+b',
  ]) {
    assert.equal(fakeBounceTypeOf(localPart), 'SoftBounce', localPart);
  }
  assert.equal(fakeBounceTypeOf('smtp_api_error'), 'SMTPApiError');
  assert.equal(fakeBounceTypeOf('DMARC_Policy'), 'DMARCPolicy');
});

test('each type can be asked for by either form, except a complaint, which becomes a hard bounce', () => {
  for (const name of bounceTypeNames) {
    const expected = name === 'SpamComplaint' ? 'HardBounce' : name;
    assert.equal(fakeBounceTypeOf(name), expected);
    assert.equal(fakeBounceTypeOf('anyone', name), expected);
  }
});

test('what names no type is a hard bounce', () => {
  for (const localPart of ['', 'ana', '+SoftBounce', 'soft-bounce', 'softbounces', 'constructor', '__proto__']) {
    assert.equal(fakeBounceTypeOf(localPart), 'HardBounce', localPart);
  }
  assert.equal(fakeBounceTypeOf('ana', 'nonsense'), 'HardBounce');
});

test('the header decides for any address of the domain; a header that names no type leaves it to the local part', () => {
  assert.equal(fakeBounceTypeOf('HardBounce', ' soft_bounce '), 'SoftBounce');
  assert.equal(fakeBounceTypeOf('SoftBounce', 'SpamComplaint'), 'HardBounce');
  assert.equal(fakeBounceTypeOf('SoftBounce', 'nonsense'), 'SoftBounce');
  assert.equal(fakeBounceTypeOf('SoftBounce', ''), 'SoftBounce');
});
