// The one key by which addresses are compared: suppressions, searches and duplicate recipients all use it.

import { domainToASCII } from 'node:url';

/**
 * Domain as A-labels in lower case; local part in NFC, then lower case. Two addresses are the same mailbox for us when
 * their keys are equal. A text without `@` is only brought to lower case: it equals no address.
 */
export function addressKey(address: string): string {
  const at = address.lastIndexOf('@');
  if (at === -1) return address.normalize('NFC').toLowerCase();

  const localPart = address.slice(0, at).normalize('NFC').toLowerCase();
  const domain = address.slice(at + 1).toLowerCase();
  if (/^[\x00-\x7f]*$/.test(domain)) return `${localPart}@${domain}`;
  return `${localPart}@${domainToASCII(domain) || domain}`;
}
