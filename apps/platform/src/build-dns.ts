// Connects the DNS port of domains with the resolver of the SMTP edge, and names the hosts that customers' records lead to.

import { isIP } from 'node:net';
import type { Clock } from '@pennyblack/runtime/clock.ts';
import type { Pool } from '@pennyblack/runtime/database/database.ts';
import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import type { Settings } from './config.ts';
import { createDnsResolver, type DnsResolver } from './edges/smtp-outbound/dns-resolver.ts';
import type { DomainHosts } from './features/domains/domain.ts';
import type { DnsLookUp, DomainDeps, LookUpDns } from './features/domains/ports.ts';
import type { RecordEvents } from './features/events/record-events.ts';

/** As the resolver wants them. */
export function dnsServersOf(settings: Pick<Settings, 'dnsServers'>): string[] {
  return settings.dnsServers.map(({ host, port }) => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`));
}

/** The name servers of the domain answered, with a failure of theirs; everything else is silence on our side. */
const answeredWithFailure = /: (?:SERVFAIL|too many CNAMEs.*|an alias that leads to no name)$/;

async function lookUpWith(resolver: DnsResolver, name: string, type: 'TXT' | 'CNAME'): Promise<DnsLookUp> {
  const answer = await resolver.lookUp(name, type);
  if (answer.kind === 'records') return { kind: 'records', records: answer.records };
  if (answer.kind !== 'temporary') return { kind: 'absent' };
  return { kind: answeredWithFailure.test(answer.reason) ? 'failed' : 'unreachable', reason: answer.reason };
}

/** Shorter than delivery's: somebody may be waiting for the answer, and another look follows. */
const timeoutInMilliseconds = 2000;

/** Keeps nothing: whoever has just published a record wants it to be seen. The configured resolvers have caches of their own. */
export function createDnsLookUp(settings: Pick<Settings, 'dnsServers'>, clock: Clock): LookUpDns {
  const resolver = createDnsResolver({
    servers: dnsServersOf(settings),
    clock,
    cacheEntriesMax: 0,
    timeoutInMilliseconds,
  });
  return (name, type) => lookUpWith(resolver, name, type);
}

export function domainHostsOf(settings: Pick<Settings, 'mailHostname' | 'publicUrl' | 'inboundDomain'>): DomainHosts {
  const mailHost = settings.mailHostname.toLowerCase();
  const publicHost = settings.publicUrl === undefined ? '' : new URL(settings.publicUrl).hostname;
  // A CNAME leads to a name: an address, or no public URL at all, leaves the mail host, where the same machine listens.
  const hasName = publicHost.includes('.') && isIP(publicHost) === 0;
  return { mailHost, trackingHost: hasName ? publicHost : mailHost, inboundDomain: settings.inboundDomain };
}

/** What the actions on domains work with, for the platform and for the command line alike. */
export function buildDomainDeps(deps: {
  db: Pool;
  keyRing: KeyRing;
  settings: Settings;
  clock: Clock;
  recordEvents: RecordEvents;
}): DomainDeps {
  const { db, keyRing, settings, clock, recordEvents } = deps;
  return { db, keyRing, lookUp: createDnsLookUp(settings, clock), hosts: domainHostsOf(settings), recordEvents };
}
