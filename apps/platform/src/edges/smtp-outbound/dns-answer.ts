// Reads what a DNS message says about one name and type, with the aliases that it holds followed. Pure.
// Sources: RFC 1034 3.6.2 and 4.3.2 (CNAME), RFC 2308 (negative answers), RFC 7505 (null MX is a record like others).

import type { Answer, DecodedPacket } from 'dns-packet';
import { responseCode } from './dns-exchange.ts';

export type MxRecord = { exchange: string; preference: number };

/** Names come in lower case without a last dot (the root is `.`); a TXT record is its strings joined. */
export type DnsRecords = { MX: MxRecord; A: string; AAAA: string; TXT: string; CNAME: string; PTR: string };
export type DnsType = keyof DnsRecords;

export type Reading<T> =
  | { kind: 'records'; records: T[]; ttlInSeconds: number }
  /** The aliases lead to a name about which this message says nothing. */
  | { kind: 'alias'; target: string; aliases: number; ttlInSeconds: number }
  | { kind: 'no_such_domain' | 'no_records'; ttlInSeconds: number }
  | { kind: 'too_many_aliases' }
  | { kind: 'failed'; reason: string };

/** How many aliases may stand between a name and its records. A loop ends here too. */
export const aliasesMax = 8;

const negativeTtlInSecondsMax = 300;
const codeNames: Record<number, string> = { 1: 'FORMERR', 2: 'SERVFAIL', 4: 'NOTIMP', 5: 'REFUSED' };

/** `aliasesBefore` were followed in earlier messages on the way to `name`. */
export function readDnsMessage<T extends DnsType>(
  message: DecodedPacket,
  name: string,
  type: T,
  aliasesBefore: number,
): Reading<DnsRecords[T]> {
  const code = responseCode(message);
  if (code !== 0 && code !== 3) return { kind: 'failed', reason: codeNames[code] ?? `response code ${code}` };

  const answers = message.answers ?? [];
  let current = name.toLowerCase();
  let aliases = aliasesBefore;
  let ttlInSeconds = Number.POSITIVE_INFINITY;
  for (;;) {
    const owned = answers.filter(answer => answer.name.toLowerCase() === current);
    const found = owned.filter(answer => answer.type === type);
    if (found.length > 0) {
      for (const answer of found) ttlInSeconds = Math.min(ttlInSeconds, ttlOf(answer));
      return { kind: 'records', records: found.map(answer => recordOf<T>(answer)), ttlInSeconds };
    }
    const alias = owned.find(answer => answer.type === 'CNAME');
    if (alias?.type !== 'CNAME') break;
    aliases += 1;
    if (aliases > aliasesMax) return { kind: 'too_many_aliases' };
    ttlInSeconds = Math.min(ttlInSeconds, ttlOf(alias));
    current = alias.data.toLowerCase();
  }

  // NXDOMAIN speaks about the last name of the chain (RFC 6604 2), so it ends the search either way.
  if (code === 3) return { kind: 'no_such_domain', ttlInSeconds: negativeTtl(message) };
  if (aliases > aliasesBefore) return { kind: 'alias', target: current, aliases, ttlInSeconds };
  return { kind: 'no_records', ttlInSeconds: negativeTtl(message) };
}

/** The smaller of the SOA's own TTL and its minimum (RFC 2308 5); a server that sends no SOA wants no caching. */
function negativeTtl(message: DecodedPacket): number {
  for (const authority of message.authorities ?? []) {
    if (authority.type === 'SOA') {
      return Math.min(ttlOf(authority), authority.data.minimum ?? 0, negativeTtlInSecondsMax);
    }
  }
  return 0;
}

function ttlOf(answer: Answer): number {
  if (answer.type === 'OPT') return 0;
  const ttl = answer.ttl ?? 0;
  // The highest bit set is to be read as zero (RFC 2181 8).
  return ttl > 0x7fffffff ? 0 : ttl;
}

function recordOf<T extends DnsType>(answer: Answer): DnsRecords[T] {
  let record: unknown;
  if (answer.type === 'MX') {
    record = { exchange: answer.data.exchange.toLowerCase(), preference: answer.data.preference ?? 0 };
  } else if (answer.type === 'TXT') {
    const strings = Array.isArray(answer.data) ? answer.data : [answer.data];
    record = Buffer.concat(strings.map(each => Buffer.from(each))).toString('utf8');
  } else if (answer.type === 'CNAME' || answer.type === 'PTR') {
    record = answer.data.toLowerCase();
  } else if (answer.type === 'A' || answer.type === 'AAAA') {
    record = answer.data;
  }
  // The caller picked answers of type T only, and each branch above makes what DnsRecords says for its type.
  return record as DnsRecords[T];
}
