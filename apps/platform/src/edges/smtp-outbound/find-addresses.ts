// Finds the addresses of a host, of both families.

import type { DnsAnswer, DnsResolver } from './dns-resolver.ts';

export type HostAddresses =
  /** IPv6 and IPv4 in turns, so that one broken family costs one connection and not many. */
  | { kind: 'addresses'; addresses: string[] }
  | { kind: 'not_found'; reason: string }
  | { kind: 'temporary'; reason: string };

export type FindAddresses = (host: string) => Promise<HostAddresses>;

/** `acceptsAddress` says which addresses may be connected to at all. Default: every one. */
export function createAddressFinder(
  resolver: DnsResolver,
  acceptsAddress: (address: string) => boolean = () => true,
): FindAddresses {
  return async host => {
    const [six, four] = await Promise.all([resolver.lookUp(host, 'AAAA'), resolver.lookUp(host, 'A')]);
    const found = interleave(recordsOf(six), recordsOf(four));
    const accepted = found.filter(acceptsAddress);
    if (accepted.length > 0) return { kind: 'addresses', addresses: accepted };
    if (found.length > 0) return { kind: 'not_found', reason: `${host} has only addresses that are not allowed` };
    for (const answer of [four, six]) {
      if (answer.kind === 'temporary') return { kind: 'temporary', reason: answer.reason };
    }
    return { kind: 'not_found', reason: `${host} has no address` };
  };
}

function recordsOf(answer: DnsAnswer<string>): string[] {
  return answer.kind === 'records' ? answer.records : [];
}

function interleave(first: readonly string[], second: readonly string[]): string[] {
  const mixed: string[] = [];
  for (let index = 0; index < Math.max(first.length, second.length); index += 1) {
    for (const value of [first[index], second[index]]) {
      if (value !== undefined) mixed.push(value);
    }
  }
  return mixed;
}
