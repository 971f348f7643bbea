// Connects delivery's ports with the SMTP edge: names of mail servers, and conversations with them.

import { isIP } from 'node:net';
import type { Clock } from '@pennyblack/runtime/clock.ts';
import type { Random } from '@pennyblack/runtime/random.ts';
import { createDnsResolver } from './edges/smtp-outbound/dns-resolver.ts';
import type { FindAddresses, HostAddresses } from './edges/smtp-outbound/find-addresses.ts';
import { createMailHostFinder } from './edges/smtp-outbound/find-mail-hosts.ts';
import { createStsPolicies } from './edges/smtp-outbound/mta-sts.ts';
import { openSmtpConnection, type SmtpConnection } from './edges/smtp-outbound/smtp-connection.ts';
import { defaultTimeouts, type PhaseTimeouts } from './edges/smtp-outbound/smtp-timeouts.ts';
import { createStsPolicyFetcher } from './edges/smtp-outbound/sts-policy-fetcher.ts';
import { createTlsMemory, type TlsMemory } from './edges/smtp-outbound/tls-memory.ts';
import type { Connect, DeliveryConnection, FindMailHosts } from './features/delivery/ports.ts';

export type OutboundWorld = { findMailHosts: FindMailHosts; connect: Connect };

export type OutboundWorldOptions = {
  clock: Clock;
  random: Random;
  mailHostname: string;
  dnsServers: readonly string[];
  sourceAddress?: string | undefined;
  /** No phase of a conversation waits longer than this. */
  answerSecondsMax: number;
  /** Says which addresses may be connected to at all. Default: every one. */
  acceptsAddress?: (address: string) => boolean;
};

function toDeliveryConnection(connection: SmtpConnection): DeliveryConnection {
  return {
    host: connection.host,
    ip: connection.ip,
    isUsable: () => connection.isUsable(),
    quit: () => connection.quit(),
    send: async mail => {
      const { recipient, ...rest } = mail;
      const sent = await connection.send({ ...rest, recipients: [recipient] });
      if (sent.kind === 'lost') {
        // Nothing of ours was answered: the connection may simply have been closed while it was idle.
        const isStale = sent.phase === 'mail' && !sent.dotSent;
        return { kind: 'lost', isDotSent: sent.dotSent, isStale, error: sent.error };
      }
      const [result] = sent.perRecipient;
      if (!result) return { kind: 'lost', isDotSent: false, isStale: false, error: 'no answer for the recipient' };
      return { kind: 'answered', reply: result.reply, isAccepted: result.accepted };
    },
  };
}

function timeoutsOf(answerSecondsMax: number): PhaseTimeouts {
  const cut = Object.entries(defaultTimeouts).map(([phase, time]) => [phase, Math.min(time, answerSecondsMax * 1000)]);
  return Object.fromEntries(cut) as PhaseTimeouts;
}

function createConnect(addressesOf: FindAddresses, options: OutboundWorldOptions, tlsMemory: TlsMemory): Connect {
  const timeouts = timeoutsOf(options.answerSecondsMax);
  return async target => {
    // A route may name an address, and no name server knows one by its digits.
    const found: HostAddresses =
      isIP(target.host) === 0 ? await addressesOf(target.host) : { kind: 'addresses', addresses: [target.host] };
    if (found.kind !== 'addresses') return { kind: 'failed', error: found.reason };
    const { acceptsAddress } = options;
    if (acceptsAddress && !found.addresses.every(acceptsAddress))
      return { kind: 'failed', error: 'this address may not be connected to' };
    const { user, password } = target;
    const opened = await openSmtpConnection(
      { host: target.host, addresses: found.addresses, port: target.port },
      {
        localName: options.mailHostname,
        tls: {
          mode: target.mustVerifyTls ? 'required' : 'opportunistic',
          verify: target.mustVerifyTls,
          servername: target.host,
        },
        tlsMemory,
        timeouts,
        ...(options.sourceAddress === undefined ? {} : { localAddress: options.sourceAddress }),
        ...(user === undefined || password === undefined ? {} : { auth: { user, password } }),
      },
    );
    if (opened.kind === 'open') return { kind: 'open', connection: toDeliveryConnection(opened.connection) };
    return {
      kind: 'failed',
      ...(opened.reply === undefined ? {} : { reply: opened.reply }),
      ...(opened.error === undefined ? {} : { error: `${opened.phase}: ${opened.error}` }),
      ...(opened.address === undefined ? {} : { ip: opened.address }),
    };
  };
}

export function createOutboundWorld(options: OutboundWorldOptions): OutboundWorld {
  const { clock, random } = options;
  const resolver = createDnsResolver({ servers: options.dnsServers, clock });
  const stsPolicies = createStsPolicies({ resolver, clock, fetchPolicy: createStsPolicyFetcher({ resolver }) });
  const hosts = createMailHostFinder({
    resolver,
    random,
    ownHostNames: [options.mailHostname],
    stsPolicies,
    ...(options.acceptsAddress ? { acceptsAddress: options.acceptsAddress } : {}),
  });
  return {
    findMailHosts: async domain => {
      const found = await hosts.findMailHosts(domain);
      if (found.kind !== 'hosts') return found;
      return { kind: 'hosts', key: found.key, hosts: found.hosts, mustVerifyTls: found.securedBy !== undefined };
    },
    connect: createConnect(hosts.addressesOf, options, createTlsMemory(clock)),
  };
}
