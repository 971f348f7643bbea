// Says whether an address belongs to the world, so that a webhook may be called there. Pure.

import { isIPv4, isIPv6 } from 'node:net';
import {
  type AddressRange,
  embeddingRanges,
  forbiddenIpv4Ranges,
  forbiddenIpv6Ranges,
  globalIpv6Range,
  protocolRange,
} from './address-ranges.ts';

type Bits = { value: bigint; length: 32 | 128 };
type ReadRange = { value: bigint; shift: bigint; said: string };

const forbiddenIpv4 = forbiddenIpv4Ranges.map(readRange);
const forbiddenIpv6 = forbiddenIpv6Ranges.map(readRange);
const embedding = embeddingRanges.map(each => ({ ...readRange(each), at: each.at, what: each.what }));
const protocols = readRange(protocolRange);
const global = readRange(globalIpv6Range);

/** Why nothing may be sent to this address; undefined when it may. */
export function reasonToForbid(address: string): string | undefined {
  const bits = readAddress(address);
  if (!bits) return 'not an IP address';
  return bits.length === 32 ? reasonOfIpv4(bits.value) : reasonOfIpv6(bits.value);
}

function reasonOfIpv4(value: bigint): string | undefined {
  return forbiddenIpv4.find(range => isWithin(value, range))?.said;
}

function reasonOfIpv6(value: bigint): string | undefined {
  const forbidden = forbiddenIpv6.find(range => isWithin(value, range));
  if (forbidden) return forbidden.said;

  const holder = embedding.find(range => isWithin(value, range));
  if (holder) {
    for (const { bit, inverted } of holder.at) {
      const embedded = (value >> BigInt(96 - bit)) & 0xffffffffn;
      const reason = reasonOfIpv4(inverted ? embedded ^ 0xffffffffn : embedded);
      if (reason !== undefined) return `${holder.what} of an address that is ${reason}`;
    }
    return undefined;
  }
  if (isWithin(value, protocols)) return protocols.said;
  return isWithin(value, global) ? undefined : 'outside of what is given to networks (RFC 4291 2.4)';
}

function isWithin(value: bigint, range: ReadRange): boolean {
  return value >> range.shift === range.value;
}

function readRange({ range, what, source }: AddressRange): ReadRange {
  const [address = '', length = ''] = range.split('/');
  const bits = readAddress(address);
  if (!bits) throw new Error(`${range} is not a range of addresses.`);
  const shift = BigInt(bits.length - Number(length));
  return { value: bits.value >> shift, shift, said: `${what} (${source})` };
}

function readAddress(text: string): Bits | undefined {
  if (isIPv4(text)) return { value: bitsOf(text.split('.').map(Number), 8n), length: 32 };
  if (!isIPv6(text)) return undefined;
  return { value: bitsOf(groupsOf(text), 16n), length: 128 };
}

function bitsOf(parts: readonly number[], bitsOfPart: bigint): bigint {
  return parts.reduce((value, part) => (value << bitsOfPart) | BigInt(part), 0n);
}

/** The eight groups of an IPv6 address in any of its spellings (RFC 4291 2.2), its zone left out. */
function groupsOf(text: string): number[] {
  const bare = text.replace(/%.*$/, '').replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_all, ...parts: unknown[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = parts.slice(0, 4).map(Number);
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  });
  const [before = '', after] = bare.split('::');
  const head = readGroups(before);
  if (after === undefined) return head;
  const tail = readGroups(after);
  return [...head, ...new Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

function readGroups(text: string): number[] {
  return text === '' ? [] : text.split(':').map(group => Number.parseInt(group, 16));
}
