// Decides which suppressions a customer may change. Pure. Source: Postmark's Suppressions API.

import type { Suppression } from './suppression.ts';

type Standing = Pick<Suppression, 'reason' | 'origin'>;

/** Only what the customer made himself, and a hard bounce. What a recipient wished, or an operator decided, stays. */
export function mayLift({ reason, origin }: Standing): boolean {
  return reason === 'HardBounce' || (reason === 'ManualSuppression' && origin === 'Customer');
}

/** Suppressing again what is suppressed is no change; but a complaint is nothing that a customer can answer for. */
export function maySuppressAgain({ reason }: Standing): boolean {
  return reason !== 'SpamComplaint';
}
