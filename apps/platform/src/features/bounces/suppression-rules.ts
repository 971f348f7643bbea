// Decides which bounces suppress the address on the stream, and why. Pure.
// Source: Postmark's Bounce and Suppressions APIs.

import { type BounceTypeName, bounceTypeByName } from '@pennyblack/email/bounces/bounce-types.ts';
import type { SuppressionOrigin, SuppressionReason } from '../suppressions/suppression.ts';

/** Undefined: the address may go on receiving. */
export function suppressionOf(
  type: BounceTypeName,
): { reason: SuppressionReason; origin: SuppressionOrigin } | undefined {
  if (!bounceTypeByName[type].deactivates) return undefined;
  if (type === 'SpamComplaint') return { reason: 'SpamComplaint', origin: 'Recipient' };
  if (type === 'ManuallyDeactivated') return { reason: 'ManualSuppression', origin: 'Customer' };
  return { reason: 'HardBounce', origin: 'Recipient' };
}
