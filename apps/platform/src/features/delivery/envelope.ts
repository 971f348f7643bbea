// The recipient of one transaction as the wire wants it. Pure.

import { addressOnTheWire, isInternationalAddress } from '@pennyblack/email/address/address-spec.ts';

export type EnvelopeRecipient = {
  /** Quoted where its local part is no dot-atom (RFC 5321 4.1.2), as in `"a..b"@example.com`. */
  recipient: string;
  /** The address itself needs SMTPUTF8 (RFC 6531), also when no header names it, as a Bcc. */
  isInternational: boolean;
};

/** `address` is `localPart@domain` without quotes. */
export function envelopeRecipient(address: string): EnvelopeRecipient {
  const at = address.lastIndexOf('@');
  const parts = { localPart: address.slice(0, at), domain: address.slice(at + 1) };
  return { recipient: addressOnTheWire(parts), isInternational: isInternationalAddress(parts) };
}
