// Decides what a rule may be. Pure. Source: Postmark's Inbound rules API.

import { addressKey } from '@pennyblack/email/address/address-key.ts';
import { readAddress } from '@pennyblack/email/address/address-spec.ts';
import { readDomain } from '@pennyblack/email/address/domain.ts';
import { Refusal } from '../../refusals.ts';

/**
 * An address (also with a plus part) or a domain, in lower case, the domain as A-labels: what senders are compared with. An
 * `@` before a domain is passed over, because many write domains so. @throws Refusal 809, 813.
 */
export function readRule(text: string | undefined): string {
  const trimmed = text?.trim() ?? '';
  if (trimmed === '') throw new Refusal('trigger_data_missing', "The request holds no 'Rule'.");
  const bare = trimmed.replace(/^@/, '');
  if (bare.includes('@')) {
    const reading = readAddress(bare, { allowNonAsciiMailboxes: true });
    if (reading.kind === 'address') return addressKey(reading.address);
  } else {
    const reading = readDomain(bare);
    if (reading.kind === 'domain') return reading.domain.toLowerCase();
  }
  throw new Refusal('inbound_rule_invalid');
}
