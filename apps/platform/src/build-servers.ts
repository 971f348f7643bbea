// Connects the servers with what they need of later features and of the world.

import { BlockList, isIP } from 'node:net';
import type { Clock } from '@pennyblack/runtime/clock.ts';
import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import { publicUrlOf, type Settings } from './config.ts';
import { createDnsResolver } from './edges/smtp-outbound/dns-resolver.ts';
import type { FindMxHosts, ServerDeps, ServerHooksChanged } from './features/servers/ports.ts';
import { createDefaultStreams } from './features/streams/create-default-streams.ts';

/** Until the webhooks are merged: the server's own hook URLs are stored and shown, and nothing is posted to them. */
export const noWebhooksYet: ServerHooksChanged = async () => {};

/** RFC 6890 and its successors: addresses that are not the world's. */
const internalRanges: readonly [network: string, prefix: number, family: 'ipv4' | 'ipv6'][] = [
  ['0.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['224.0.0.0', 3, 'ipv4'],
  ['::', 127, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
];

function createInternalAddresses(): BlockList {
  const list = new BlockList();
  for (const [network, prefix, family] of internalRanges) list.addSubnet(network, prefix, family);
  return list;
}

/** Says no to what is internal by its writing alone. Where a name leads is looked at when the call is made. */
export function createCallableHost(allowsPrivateTargets: boolean): (host: string) => boolean {
  const internal = createInternalAddresses();
  return host => {
    if (allowsPrivateTargets) return true;
    const family = isIP(host);
    // A BlockList knows IPv4 addresses in their IPv6 form (::ffff:127.0.0.1) too.
    if (family !== 0) return !internal.check(host, family === 6 ? 'ipv6' : 'ipv4');
    const name = host.toLowerCase().replace(/\.$/, '');
    return name !== 'localhost' && !name.endsWith('.localhost');
  };
}

function createMxFinder(settings: Settings, clock: Clock): FindMxHosts {
  const servers = settings.dnsServers.map(({ host, port }) =>
    host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`,
  );
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
