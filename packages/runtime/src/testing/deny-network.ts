// Preloaded before every test file (`node --import`): whatever would reach beyond this machine's loopback throws, and
// says from where. A test that needs the world brings its own on 127.0.0.1.

import dgram from 'node:dgram';
import dns from 'node:dns';
import net from 'node:net';

export class NetworkDenied extends Error {
  override readonly name = 'NetworkDenied';
}

/** Names that mean this machine without asking anyone. */
const localNames: ReadonlySet<string> = new Set(['localhost', 'ip6-localhost', '']);

export function isLoopback(address: string): boolean {
  const bare = address.replace(/^\[|\]$/g, '').replace(/^::ffff:/i, '');
  if (net.isIPv4(bare)) return bare.startsWith('127.') || bare === '0.0.0.0';
  return bare === '::1' || bare === '::' || localNames.has(bare.toLowerCase());
}

function deny(what: string): never {
  throw new NetworkDenied(`Tests do not reach beyond 127.0.0.1: ${what}`);
}

type AnyFunction = (...values: unknown[]) => unknown;

/** Replaces a method by one that looks at the arguments first. */
function guard(owner: object, name: string, check: (self: unknown, values: unknown[]) => void): void {
  const methods = owner as Record<string, AnyFunction>;
  const original = methods[name];
  if (!original) return;
  methods[name] = function guarded(this: unknown, ...values: unknown[]) {
    check(this, values);
    return original.apply(this, values);
  };
}

function guardSockets(): void {
  // net.connect, tls.connect, http and undici all end here.
  guard(net.Socket.prototype, 'connect', (_self, values) => {
    const [first, second] = Array.isArray(values[0]) ? (values[0] as unknown[]) : values;
    if (typeof first === 'object' && first !== null) {
      const { host, path } = first as { host?: unknown; path?: unknown };
      if (typeof path !== 'string' && typeof host === 'string' && !isLoopback(host)) deny(`connect to ${host}`);
    } else if (typeof first === 'number' && typeof second === 'string' && !isLoopback(second)) {
      deny(`connect to ${second}`);
    }
  });
  guard(dgram.Socket.prototype, 'send', (_self, values) => {
    const host = values.find(value => typeof value === 'string' && value !== values[0]);
    if (typeof host === 'string' && !isLoopback(host)) deny(`a datagram to ${host}`);
  });
  guard(dgram.Socket.prototype, 'connect', (_self, values) => {
    const host = values[1];
    if (typeof host === 'string' && !isLoopback(host)) deny(`a datagram socket to ${host}`);
  });
}

const resolverMethods: readonly string[] = [
  'resolve',
  'resolve4',
  'resolve6',
  'resolveAny',
  'resolveCaa',
  'resolveCname',
  'resolveMx',
  'resolveNaptr',
  'resolveNs',
  'resolvePtr',
  'resolveSoa',
  'resolveSrv',
  'resolveTlsa',
  'resolveTxt',
  'reverse',
];

function guardNames(): void {
  for (const owner of [dns, dns.promises]) {
    guard(owner, 'lookup', (_self, values) => {
      const name = String(values[0]);
      if (!isLoopback(name)) deny(`look-up of ${name}`);
    });
    guard(owner, 'lookupService', (_self, values) => {
      if (!isLoopback(String(values[0]))) deny(`look-up of the address ${values[0]}`);
    });
    // The shared resolver asks the machine's own name servers.
    for (const method of resolverMethods) guard(owner, method, (_self, values) => deny(`${method} of ${values[0]}`));
  }
  // A resolver of its own may ask a name server on loopback, which is how the tests play the world's DNS.
  for (const prototype of [dns.Resolver.prototype, dns.promises.Resolver.prototype]) {
    for (const method of resolverMethods) {
      guard(prototype, method, (self, values) => {
        const servers = (self as { getServers(): string[] }).getServers();
        const beyond = servers.find(server => !isLoopback(hostOf(server)));
        if (beyond !== undefined) deny(`${method} of ${values[0]} at ${beyond}`);
      });
    }
  }
}

function hostOf(server: string): string {
  if (net.isIP(server)) return server;
  return server.slice(0, server.lastIndexOf(':'));
}

guardSockets();
guardNames();
