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

/** For one question to one resolver: somebody waits for the answer, and silence is no refusal. */
const mxTimeoutInMilliseconds = 2000;

function createMxFinder(settings: Settings, clock: Clock): FindMxHosts {
  // It keeps nothing: a cache would go on showing a record that somebody has mended just now.
  const resolver = createDnsResolver({
    servers: settings.dnsServers.map(formatDnsServerAddress),
    clock,
    cacheEntriesMax: 0,
    timeoutInMilliseconds: mxTimeoutInMilliseconds,
  });
  return async domain => {
    const answer = await resolver.lookUp(domain, 'MX');
    if (answer.kind === 'temporary') return undefined;
    return answer.kind === 'records' ? answer.records.map(record => record.exchange) : [];
  };
}

export function buildServerDeps(
  { settings, keyRing, clock }: { settings: Settings; keyRing: KeyRing; clock: Clock },
  hooksChanged: ServerHooksChanged,
): ServerDeps {
  const hosts: [string, string] = [settings.mailHostname.toLowerCase(), settings.inboundDomain.toLowerCase()];
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
