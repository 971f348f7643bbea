// Reads and writes the bare form of an address, `local-part@domain`.
// Sources: Postmark's documented mailbox pattern (narrower than RFC 5322 3.4.1: no quoted local parts, no `?`),
// RFC 5321 4.5.3.1 for lengths, RFC 6531 3.3 for mailboxes in other scripts.

import { readDomain } from './domain.ts';

export type AddressReading =
  | { kind: 'address'; localPart: string; domain: string; address: string }
  | { kind: 'invalid'; why: 'no_at_sign' | 'local_part' | 'single_label_domain' | 'too_long' }
  | { kind: 'invalid'; why: 'illegal_domain'; domain: string };

const localPartLengthMaxInBytes = 64;
// A path is at most 256 octets with its angle brackets (RFC 5321 4.5.3.1.3).
const addressLengthMaxInBytes = 254;
const asciiLocalPart = /^[a-z0-9.!#$%&'`*+\-/=^_{}|~]+$/i;
const internationalLocalPart = /^(?:[a-z0-9.!#$%&'`*+\-/=^_{}|~]|[^\p{ASCII}\p{C}\p{Z}])+$/iu;
const dotString = /^[^\s.@"\\<>()[\],:;]+(?:\.[^\s.@"\\<>()[\],:;]+)*$/;

export type AddressOptions = {
  allowNonAsciiMailboxes: boolean;
  /**
   * A local part of over 64 octets too. For addresses that nobody here sends to: replies go to a hash with an id behind it, such
   * as `<32 digits>+<UUID>`, and servers must take longer ones where they can (RFC 5321 4.5.3.1).
   */
  allowLongMailboxes?: boolean;
};

/** Takes no display name, comment or angle brackets, and no white space around it. */
export function readAddress(text: string, options: AddressOptions): AddressReading {
  const at = text.lastIndexOf('@');
  if (at === -1) return { kind: 'invalid', why: 'no_at_sign' };

  const localPart = text.slice(0, at);
  if (!options.allowLongMailboxes && Buffer.byteLength(localPart) > localPartLengthMaxInBytes) {
    return { kind: 'invalid', why: 'too_long' };
  }
  const pattern = options.allowNonAsciiMailboxes ? internationalLocalPart : asciiLocalPart;
  if (!pattern.test(localPart)) return { kind: 'invalid', why: 'local_part' };

  const written = text.slice(at + 1);
  if (written === '') return { kind: 'invalid', why: 'single_label_domain' };
  const reading = readDomain(written);
  if (reading.kind === 'single_label') return { kind: 'invalid', why: 'single_label_domain' };
  if (reading.kind === 'illegal') return { kind: 'invalid', why: 'illegal_domain', domain: written };

  const address = `${localPart}@${reading.domain}`;
  if (Buffer.byteLength(address) > addressLengthMaxInBytes) return { kind: 'invalid', why: 'too_long' };
  return { kind: 'address', localPart, domain: reading.domain, address };
}

/**
 * The address as headers and SMTP commands carry it. Postmark lets dots stand anywhere in a mailbox (`a..b`), the
 * standards only inside quotes (RFC 5321 4.1.2, Dot-string); so such a local part is quoted here and nowhere else.
 */
export function addressOnTheWire(address: { localPart: string; domain: string }): string {
  const { localPart, domain } = address;
  if (dotString.test(localPart)) return `${localPart}@${domain}`;
  return `"${localPart.replace(/[\\"]/g, '\\$&')}"@${domain}`;
}

/** True when the address needs SMTPUTF8 (RFC 6531): its local part is not ASCII. */
export function isInternationalAddress(address: { localPart: string }): boolean {
  return /[^\x00-\x7f]/.test(address.localPart);
}
