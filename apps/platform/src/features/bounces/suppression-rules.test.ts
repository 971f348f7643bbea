import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BounceTypeName, bounceTypeByName } from '@pennyblack/email/bounces/bounce-types.ts';
import { suppressionOf } from './suppression-rules.ts';

test('only four types of bounce keep an address from receiving, each for a reason of its own', () => {
  const suppressing = Object.keys(bounceTypeByName)
    .map(type => [type, suppressionOf(type as BounceTypeName)] as const)
    .filter(([, suppression]) => suppression !== undefined);
  assert.deepEqual(Object.fromEntries(suppressing), {
    HardBounce: { reason: 'HardBounce', origin: 'Recipient' },
    BadEmailAddress: { reason: 'HardBounce', origin: 'Recipient' },
    SpamComplaint: { reason: 'SpamComplaint', origin: 'Recipient' },
    ManuallyDeactivated: { reason: 'ManualSuppression', origin: 'Customer' },
  });
});
