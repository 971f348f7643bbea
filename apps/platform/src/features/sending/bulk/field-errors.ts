// What a caller is told of the mistakes in a bulk request: one has its own code, several have code 11. Both name the
// fields under `Errors`. Source: Postmark's Bulk API.

import { Refusal, refusals } from '../../../refusals.ts';
import type { FieldError } from './bulk-rules.ts';

export function refusalOf(errors: readonly FieldError[]): Refusal {
  const [first, second] = errors;
  if (!first) throw new Error('A request without mistakes was refused.');
  const byField = Object.fromEntries(
    [...Map.groupBy(errors, error => error.field)].map(([field, ofField]) => [
      field,
      ofField.map(({ refusal, text }) => ({ ErrorCode: refusals[refusal].code, Message: text })),
    ]),
  );
  if (second) return new Refusal('several_errors', undefined, { Errors: byField });
  return new Refusal(first.refusal, first.text, { Errors: byField });
}
