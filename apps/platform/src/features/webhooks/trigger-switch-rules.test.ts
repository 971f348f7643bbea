import assert from 'node:assert/strict';
import test from 'node:test';
import { mergeTriggers, noTriggers, triggersToVerify } from './trigger-switch-rules.ts';

test('what is not named stays, and the enabled ones keep the order of the documentation', () => {
  const first = mergeTriggers(noTriggers, {
    SubscriptionChange: { isEnabled: true },
    Bounce: { isEnabled: true, includesContent: true },
  });
  assert.deepEqual(first.triggers, ['Bounce', 'SubscriptionChange']);
  const second = mergeTriggers(first, { Open: { isEnabled: true }, Bounce: { includesContent: false } });
  assert.deepEqual(second, { ...noTriggers, triggers: ['Open', 'Bounce', 'SubscriptionChange'] });
  assert.deepEqual(mergeTriggers(second, {}), second);
});

test('content of bounces and of complaints are switches of their own', () => {
  const { includesBounceContent, includesComplaintContent } = mergeTriggers(noTriggers, {
    SpamComplaint: { includesContent: true },
  });
  assert.deepEqual([includesBounceContent, includesComplaintContent], [false, true]);
});

test('to be verified: everything at a new URL or when it was not verified, else what was switched on', () => {
  const target = (url: string) => ({ url, httpAuth: null, httpHeaders: [] });
  const before = { target: target('https://a.test/'), triggers: ['Open', 'Click'] as const, isVerified: true };
  const after = { target: before.target, triggers: ['Open', 'Bounce'] as const };
  assert.deepEqual(triggersToVerify(before, after), ['Bounce']);
  assert.deepEqual(triggersToVerify(before, { ...after, triggers: ['Open'] }), []);
  assert.deepEqual(triggersToVerify(before, { ...after, target: target('https://b.test/') }), ['Open', 'Bounce']);
  assert.deepEqual(triggersToVerify({ ...before, isVerified: false }, after), ['Open', 'Bounce']);
});
