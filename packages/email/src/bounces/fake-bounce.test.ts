import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bounceTypeNames } from './bounce-types.ts';
import { fakeBounceTypeOf, fakeDelayOf } from './fake-bounce.ts';

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

test('each type can be asked for by either form, a complaint too', () => {
  for (const name of bounceTypeNames) {
    assert.equal(fakeBounceTypeOf(name), name);
    assert.equal(fakeBounceTypeOf('anyone', name), name);
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
  assert.equal(fakeBounceTypeOf('SoftBounce', 'SpamComplaint'), 'SpamComplaint');
  assert.equal(fakeBounceTypeOf('SoftBounce', 'nonsense'), 'SoftBounce');
  assert.equal(fakeBounceTypeOf('SoftBounce', ''), 'SoftBounce');
});

test('a delay is asked for in seconds, minutes or hours, and never beyond the last try', () => {
  const delays = {
    Delay_120s: 120,
    'delay_5m+again': 300,
    DELAY2H: 7200,
    delay_7: 7,
    delay_0s: 0,
    delay_999h: 169_200,
  };
  for (const [localPart, seconds] of Object.entries(delays)) assert.equal(fakeDelayOf(localPart), seconds, localPart);
  for (const localPart of ['delay', 'delay_s', 'delay_-5s', 'delay_5d', 'delayed', 'softbounce', 'xdelay_5s'])
    assert.equal(fakeDelayOf(localPart), undefined, localPart);
  assert.equal(fakeDelayOf('delay_5s', 'SoftBounce'), undefined);
  assert.equal(fakeDelayOf('delay_5s', 'nonsense'), 5);
});
