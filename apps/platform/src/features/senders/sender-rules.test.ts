import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decideSender } from './sender-rules.ts';

test('a verified domain and a confirmed signature may send', () => {
  assert.deepEqual(decideSender('verified_domain', 'a@shop.test'), { kind: 'may_send' });
  assert.deepEqual(decideSender('confirmed_signature', 'a@shop.test'), { kind: 'may_send' });
});

test('an unknown and an unconfirmed sender are told apart, and named', () => {
  assert.deepEqual(decideSender('unknown', 'a@shop.test'), {
    kind: 'unknown',
    message:
      "The 'From' address you supplied (a@shop.test) is not a Sender Signature on your account. Please add and confirm " +
      "this address in order to be able to use it in the 'From' field of your messages.",
  });
  const unconfirmed = decideSender('unconfirmed_signature', 'a@shop.test');
  assert.equal(unconfirmed.kind, 'unconfirmed');
  assert.match('message' in unconfirmed ? unconfirmed.message : '', /\(a@shop\.test\).*not been confirmed yet/);
});
