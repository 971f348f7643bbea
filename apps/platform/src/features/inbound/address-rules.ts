// Decides which addresses may be a customer's, and by what his server is looked for. Pure. Source: Postmark's pages on
// inbound addresses, plus addressing and inbound domain forwarding.

import { domainToASCII } from 'node:url';

export type InboundAddress = { kind: 'hash'; hash: string } | { kind: 'domain'; domain: string };

const hashForm = /^[0-9a-f]{32}$/;

/** `hashDomain` is the installation's. Undefined: it is nobody's. */
export function inboundAddressOf(address: string, hashDomain: string): InboundAddress | undefined {
  const at = address.lastIndexOf('@');
  if (at < 1) return undefined;
  const domain = domainToASCII(address.slice(at + 1)).toLowerCase();
  if (domain === '') return undefined;
  if (domain !== hashDomain.toLowerCase()) return { kind: 'domain', domain };
  const [hash = ''] = address.slice(0, at).toLowerCase().split('+', 1);
  return hashForm.test(hash) ? { kind: 'hash', hash } : undefined;
}

/**
 * The inbound domains that cover a domain, the one that counts most first. An exact one beats a wildcard, and a longer wildcard a shorter one. A wildcard does not
 * cover the domain that it is made of.
 */
export function inboundDomainsFor(domain: string): string[] {
  const labels = domain.split('.');
  return [domain, ...labels.slice(1).map((_label, position) => `*.${labels.slice(position + 1).join('.')}`)];
}
