// Finds the hosts that take mail for a domain, in the order in which they are to be tried.
// Sources: RFC 5321 5.1 (MX, fallback, loops), RFC 7505 (null MX), RFC 8461 (MTA-STS narrows the list).

import { isIPv4 } from 'node:net';
import { readDomain } from '@pennyblack/email/address/domain.ts';
import type { Random } from '@pennyblack/runtime/random.ts';
import type { MxRecord } from './dns-answer.ts';
import type { DnsResolver } from './dns-resolver.ts';
import { createAddressFinder, type FindAddresses } from './find-addresses.ts';
import { isAllowedBy, type StsPolicies, type StsPolicy } from './mta-sts.ts';

export type MailHost = { name: string; preference: number };

export type MailHosts =
  | {
      kind: 'hosts';
      /**
       * Identity of the MX set: its names, sorted. All domains behind one provider share it, with or without
       * a policy of their own.
       */
      key: string;
      /** In the order to try; never empty. */
      hosts: MailHost[];
      /**
       * Only for a policy in enforce mode: a connection serves this domain only with a verified certificate, so
       * a shared one must be looked at (`connection.tls?.verified`) before it is used again.
       */
      securedBy?: StsPolicy;
    }
  /** The domain says that it takes no mail (RFC 7505): 5.1.10. */
  | { kind: 'no_mail' }
  | { kind: 'not_found'; reason: string }
  | { kind: 'temporary'; reason: string };

export type MailHostFinder = {
  /** `domain` in any script and case. */
  findMailHosts(domain: string): Promise<MailHosts>;
  addressesOf: FindAddresses;
};

export type MailHostFinderOptions = {
  resolver: DnsResolver;
  random: Random;
  /** Names under which we receive mail ourselves. */
  ownHostNames: readonly string[];
  stsPolicies?: StsPolicies;
  /** Says which addresses may be connected to at all. Default: every one. */
  acceptsAddress?: (address: string) => boolean;
};

/** More MX hosts than this are not tried: a long list costs the sender and helps nobody. */
const hostsMax = 20;
const hostNamePattern = /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,62})(?:\.[a-z0-9_-]{1,63})*$/;

export function createMailHostFinder(options: MailHostFinderOptions): MailHostFinder {
  const { resolver, random, stsPolicies } = options;
  const addressesOf = createAddressFinder(resolver, options.acceptsAddress);
  const ownHostNames = new Set(options.ownHostNames.map(name => name.toLowerCase().replace(/\.$/, '')));

  /** A domain without MX records is its own mail host, if it has an address. */
  async function fallBackToAddress(domain: string): Promise<MailHosts> {
    const addresses = await addressesOf(domain);
    if (addresses.kind === 'temporary') return addresses;
    if (addresses.kind === 'not_found') return { kind: 'not_found', reason: `${domain} has no mail server` };
    if (ownHostNames.has(domain)) return { kind: 'not_found', reason: loopsBack(domain) };
    return { kind: 'hosts', key: domain, hosts: [{ name: domain, preference: 0 }] };
  }

  return {
    addressesOf,
    async findMailHosts(rawDomain) {
      const reading = readDomain(rawDomain.replace(/\.$/, ''));
      if (reading.kind !== 'domain') return { kind: 'not_found', reason: 'this is not the name of a domain' };
      const domain = reading.domain.toLowerCase();

      const mx = await resolver.lookUp(domain, 'MX');
      if (mx.kind === 'temporary') return mx;
      if (mx.kind === 'no_such_domain') return { kind: 'not_found', reason: `${domain} does not exist` };

      const found = mx.kind === 'no_records' ? await fallBackToAddress(domain) : readMxSet(domain, mx.records);
      if (found.kind !== 'hosts') return found;

      // Asked only here, when there is mail to send: most domains have no policy.
      const policy = await stsPolicies?.policyFor(domain);
      return policy?.mode === 'enforce' ? narrowByPolicy(domain, found, policy) : found;
    },
  };

  function readMxSet(domain: string, records: readonly MxRecord[]): MailHosts {
    if (records.length === 1 && isRoot(records[0])) return { kind: 'no_mail' };
    const usable = records.filter(({ exchange }) => hostNamePattern.test(exchange) && !isIPv4(exchange));
    if (usable.length === 0) return { kind: 'not_found', reason: `the MX records of ${domain} name no host` };

    const before = preferenceOfOwn(usable, ownHostNames);
    const ahead = usable.filter(({ preference }) => preference < before);
    if (ahead.length === 0) return { kind: 'not_found', reason: loopsBack(domain) };
    const hosts = orderMailHosts(ahead, random).slice(0, hostsMax);
    return { kind: 'hosts', key: keyOf(usable), hosts };
  }
}

/** By preference, and by chance among equals, which spreads the load as RFC 5321 5.1 asks. Pure but for `random`. */
export function orderMailHosts(records: readonly MxRecord[], random: Random): MailHost[] {
  const best = new Map<string, number>();
  for (const { exchange, preference } of records) {
    best.set(exchange, Math.min(preference, best.get(exchange) ?? preference));
  }
  return [...best]
    .map(([name, preference]) => ({ name, preference, draw: random.fraction() }))
    .sort((a, b) => a.preference - b.preference || a.draw - b.draw)
    .map(({ name, preference }) => ({ name, preference }));
}

/** Ourselves and everything behind us would send the mail back to us (RFC 5321 5.1). */
function preferenceOfOwn(records: readonly MxRecord[], ownHostNames: ReadonlySet<string>): number {
  const own = records.filter(({ exchange }) => ownHostNames.has(exchange)).map(({ preference }) => preference);
  return Math.min(Number.POSITIVE_INFINITY, ...own);
}

/** A host that the policy does not name is as good as absent; none left is a failure that may pass (RFC 8461 4.1). */
function narrowByPolicy(domain: string, found: MailHosts & { kind: 'hosts' }, policy: StsPolicy): MailHosts {
  const hosts = found.hosts.filter(({ name }) => isAllowedBy(policy, name));
  if (hosts.length > 0) return { ...found, hosts, securedBy: policy };
  return { kind: 'temporary', reason: `the MTA-STS policy of ${domain} allows none of its mail servers` };
}

function keyOf(records: readonly MxRecord[]): string {
  return [...new Set(records.map(({ exchange }) => exchange))].sort().join(',');
}

function isRoot(record: MxRecord | undefined): boolean {
  return record?.exchange === '.' || record?.exchange === '';
}

function loopsBack(domain: string): string {
  return `mail for ${domain} loops back to myself`;
}
