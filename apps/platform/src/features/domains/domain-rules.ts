// Decides whether names can be sending domains and hosts of theirs. Pure. Source: Postmark's Domains API and error codes.

import { readDomain } from '@pennyblack/email/address/domain.ts';
import type { RefusalName } from '../../refusals.ts';
import { isPublicMailDomain } from './public-mail-domains.ts';

export type NameDecision = { kind: 'name'; name: string } | { kind: 'refused'; refusal: RefusalName; message?: string };

const nameCharactersMax = 255;
/** Reserved for examples (RFC 2606 3): nobody can publish a record there. */
const exampleDomains: ReadonlySet<string> = new Set(['example.com', 'example.net', 'example.org']);

export function decideDomainName(given: string | undefined): NameDecision {
  const text = given?.trim() ?? '';
  if (text === '') return { kind: 'refused', refusal: 'domain_name_required' };
  if (text.length > nameCharactersMax) return { kind: 'refused', refusal: 'domain_name_too_long' };
  const reading = readDomain(text.toLowerCase());
  if (reading.kind !== 'domain') {
    return { kind: 'refused', refusal: 'domain_name_invalid', message: `'${text}' is not a valid domain name.` };
  }
  return decideOwnership(reading.domain);
}

/** `domain` as A-labels in lower case: whether anybody can prove that it is his. */
export function decideOwnership(domain: string): NameDecision {
  if (isPublicMailDomain(domain)) {
    return {
      kind: 'refused',
      refusal: 'public_domain_not_allowed',
      message: `'${domain}' belongs to a public mail service and cannot be used to send.`,
    };
  }
  if (exampleDomains.has(domain)) {
    return {
      kind: 'refused',
      refusal: 'sender_or_domain_field_invalid',
      message: `'${domain}' is reserved for examples (RFC 2606) and cannot be used to send.`,
    };
  }
  return { kind: 'name', name: domain };
}

export type HostDecision =
  | { kind: 'host'; host: string | null }
  | { kind: 'refused'; refusal: RefusalName; message: string };

/** For `ReturnPathDomain` and `CustomTrackingDomain`: a name below the domain, or empty for none. */
export function decideHost(field: string, given: string, domain: string): HostDecision {
  const text = given.trim();
  if (text === '') return { kind: 'host', host: null };
  if (text.length > nameCharactersMax) {
    return {
      kind: 'refused',
      refusal: 'sender_or_domain_field_too_long',
      message: `The '${field}' is limited to ${nameCharactersMax} characters.`,
    };
  }
  const reading = readDomain(text.toLowerCase().replace(/\.$/, ''));
  if (reading.kind !== 'domain' || !reading.domain.endsWith(`.${domain}`)) {
    return {
      kind: 'refused',
      refusal: 'sender_or_domain_field_invalid',
      message: `The '${field}' must be a subdomain of '${domain}'.`,
    };
  }
  return { kind: 'host', host: reading.domain };
}
