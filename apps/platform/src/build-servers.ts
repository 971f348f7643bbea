// Connects the servers with what they need of later features and of the world.

import { isIP } from 'node:net';
import type { Clock } from '@pennyblack/runtime/clock.ts';
import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import { publicUrlOf, type Settings } from './config.ts';
import { createDnsResolver } from './edges/smtp-outbound/dns-resolver.ts';
import { formatDnsServerAddress } from './edges/smtp-outbound/dns-servers.ts';
import { reasonToForbid } from './edges/webhook-http/address-rules.ts';
import type { FindMxHosts, ServerDeps, ServerHooksChanged } from './features/servers/ports.ts';
import { createDefaultStreams } from './features/streams/create-default-streams.ts';

/** Says no to what is internal by its writing alone. Where a name leads is looked at when the call is made. */
export function createCallableHost(allowsPrivateTargets: boolean): (host: string) => boolean {
  return host => {
    if (allowsPrivateTargets) return true;
    if (isIP(host) !== 0) return reasonToForbid(host) === undefined;
    const name = host.toLowerCase().replace(/\.$/, '');
    return name !== 'localhost' && !name.endsWith('.localhost');
  };
}

function createMxFinder(settings: Settings, clock: Clock): FindMxHosts {
  const servers = settings.dnsServers.map(formatDnsServerAddress);
  return async domain => {
    // A new one for each question: a cache would go on showing a record that somebody has mended just now.
    const answer = await createDnsResolver({ servers, clock }).lookUp(domain, 'MX');
    if (answer.kind === 'temporary') return undefined;
    return answer.kind === 'records' ? answer.records.map(record => record.exchange) : [];
  };
}

export function buildServerDeps(
  { settings, keyRing, clock }: { settings: Settings; keyRing: KeyRing; clock: Clock },
  hooksChanged: ServerHooksChanged,
): ServerDeps {
  const hosts = [settings.inboundDomain, settings.mailHostname].map(host => host.toLowerCase());
  return {
    keyRing,
    hooksChanged,
    createStreams: createDefaultStreams,
    findMxHosts: createMxFinder(settings, clock),
    limits: { ownHosts: hosts, isCallableHost: createCallableHost(settings.allowPrivateTargets) },
    mailHosts: hosts,
    inboundHost: settings.inboundDomain,
    publicUrl: () => publicUrlOf(settings, settings.httpPort).replace(/\/$/, ''),
  };
}
