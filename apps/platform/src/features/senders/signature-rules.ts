// Decides whether what a customer says about a sender is good. Pure. Source: Postmark's Sender Signatures API.

import { readAddress } from '@pennyblack/email/address/address-spec.ts';
import type { RefusalName } from '../../refusals.ts';
import { decideOwnership } from '../domains/domain-rules.ts';

export const limits = { addressCharactersMax: 255, nameCharactersMax: 255, noteCharactersMax: 400 } as const;

export type AddressDecision =
  | { kind: 'address'; emailAddress: string; domain: string }
  | { kind: 'refused'; refusal: RefusalName; message: string };
export type TextDecision = { kind: 'text'; text: string } | { kind: 'refused'; refusal: RefusalName; message: string };

function refuse(refusal: RefusalName, message: string): { kind: 'refused'; refusal: RefusalName; message: string } {
  return { kind: 'refused', refusal, message };
}

/** `field` is its name on the wire: `FromEmail` or `ReplyToEmail`. */
export function decideAddress(field: string, given: string): AddressDecision {
  const text = given.trim();
  if (text.length > limits.addressCharactersMax)
    return refuse(
      'sender_or_domain_field_too_long',
      `The '${field}' is limited to ${limits.addressCharactersMax} characters.`,
    );
  const reading = readAddress(text, { allowNonAsciiMailboxes: false });
  if (reading.kind !== 'address')
    return refuse('sender_or_domain_field_invalid', `The '${field}' must be an email address.`);
  const domain = reading.domain.toLowerCase();
  return { kind: 'address', emailAddress: `${reading.localPart}@${domain}`, domain };
}

/** An address that the account wants to send from. */
export function decideFromAddress(given: string | undefined): AddressDecision {
  if (given === undefined || given.trim() === '')
    return refuse('sender_or_domain_field_required', "A sender signature needs a 'FromEmail'.");
  const decision = decideAddress('FromEmail', given);
  if (decision.kind === 'refused') return decision;
  const ownership = decideOwnership(decision.domain);
  if (ownership.kind === 'name') return decision;
  return refuse(ownership.refusal, ownership.message ?? `'${decision.emailAddress}' cannot be used to send.`);
}

/** A display name stands in a header, so it holds no control characters. */
export function decideName(given: string | undefined): TextDecision {
  const text = given?.trim() ?? '';
  if (text === '') return refuse('sender_or_domain_field_required', "A sender signature needs a 'Name'.");
  if (text.length > limits.nameCharactersMax)
    return refuse(
      'sender_or_domain_field_too_long',
      `The 'Name' is limited to ${limits.nameCharactersMax} characters.`,
    );
  if (/\p{Cc}/u.test(text))
    return refuse('sender_or_domain_field_invalid', "The 'Name' may not hold control characters.");
  return { kind: 'text', text };
}

export function decideNote(given: string): TextDecision {
  if (given.length > limits.noteCharactersMax)
    return refuse(
      'sender_or_domain_field_too_long',
      `The 'ConfirmationPersonalNote' is limited to ${limits.noteCharactersMax} characters.`,
    );
  return { kind: 'text', text: given.trim() };
}
