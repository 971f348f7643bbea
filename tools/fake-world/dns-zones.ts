// What the fake world's DNS server knows: names and their records as plain data, and how one question is
// answered from them. Pure, so that the server beside it only moves bytes. Rules from RFC 1034 and RFC 2308.

import type { Answer } from 'dns-packet';

/** `timeout` never answers; `refuse` and `servfail` answer with that code; `nodata` knows the name but not the type. */
export type DnsBehaviour = 'nxdomain' | 'nodata' | 'servfail' | 'refuse' | 'timeout';
export type DnsQuestionType = 'MX' | 'A' | 'AAAA' | 'TXT' | 'CNAME' | 'PTR';

export type MxRecord = { exchange: string; preference: number };

export type DnsName = {
  MX?: readonly MxRecord[] | DnsBehaviour;
  A?: readonly string[] | DnsBehaviour;
  AAAA?: readonly string[] | DnsBehaviour;
  /** One string per record; longer than 255 bytes is cut into the pieces that the wire wants. */
  TXT?: readonly string[] | DnsBehaviour;
  CNAME?: string | DnsBehaviour;
  PTR?: readonly string[] | DnsBehaviour;
  /** Of every record of the name, in seconds. Default 300. */
  ttl?: number;
  /** Answers over UDP are cut short, so that the asker has to come back over TCP. */
  truncated?: boolean;
  /** The answer ends with the CNAME itself, although the server knows where it leads. */
  cnameOnly?: boolean;
  /** Before the true answer comes a forged one, as from an attacker: wrong id, wrong question, or no DNS at all. */
  forgedFirst?: 'id' | 'question' | 'garbage';
};

/** Names in lower case without the last dot; `*.example.com` answers for every name below that has no entry. */
export type DnsZones = Record<string, DnsName | DnsBehaviour>;

export type ZoneAnswer = {
  code: 'noerror' | 'nxdomain' | 'servfail' | 'refuse' | 'timeout';
  answers: Answer[];
  truncated: boolean;
  forgedFirst?: 'id' | 'question' | 'garbage';
};

/** Looks a name up, by itself or by the wildcard of one of its parents. */
export function findName(zones: DnsZones, name: string): DnsName | DnsBehaviour {
  const exact = zones[name];
  if (exact !== undefined) return exact;
  const labels = name.split('.');
  for (let skip = 1; skip < labels.length; skip += 1) {
    const wildcard = zones[`*.${labels.slice(skip).join('.')}`];
    if (wildcard !== undefined) return wildcard;
  }
  return 'nxdomain';
}

export function answerFromZones(zones: DnsZones, asked: string, type: string): ZoneAnswer {
  const answers: Answer[] = [];
  const first = findName(zones, asked.toLowerCase());
  const traits = typeof first === 'string' ? {} : first;
  const flags = {
    truncated: traits.truncated ?? false,
    ...(traits.forgedFirst ? { forgedFirst: traits.forgedFirst } : {}),
  };

  const visited = new Set<string>();
  let name = asked;
  while (!visited.has(name.toLowerCase())) {
    visited.add(name.toLowerCase());
    const entry = findName(zones, name.toLowerCase());
    if (typeof entry === 'string') return { code: codeOf(entry), answers, ...flags };

    const alias = entry.CNAME;
    if (alias !== undefined && type !== 'CNAME') {
      if (isBehaviour(alias)) return { code: codeOf(alias), answers, ...flags };
      answers.push({ type: 'CNAME', name, ttl: entry.ttl ?? 300, data: alias });
      if (entry.cnameOnly) return { code: 'noerror', answers, ...flags };
      name = alias;
      continue;
    }

    const records = recordsOf(entry, type, name);
    if (typeof records === 'string') return { code: codeOf(records), answers, ...flags };
    return { code: 'noerror', answers: [...answers, ...records], ...flags };
  }
  return { code: 'noerror', answers, ...flags };
}

function recordsOf(entry: DnsName, type: string, name: string): Answer[] | DnsBehaviour {
  const ttl = entry.ttl ?? 300;
  switch (type) {
    case 'MX':
      return typeof entry.MX === 'string' ? entry.MX : (entry.MX ?? []).map(data => ({ type, name, ttl, data }));
    case 'TXT':
      return typeof entry.TXT === 'string'
        ? entry.TXT
        : (entry.TXT ?? []).map(text => ({ type, name, ttl, data: cutIntoStrings(text) }));
    case 'CNAME': {
      if (entry.CNAME === undefined) return [];
      return isBehaviour(entry.CNAME) ? entry.CNAME : [{ type, name, ttl, data: entry.CNAME }];
    }
    case 'A':
    case 'AAAA':
    case 'PTR': {
      const records = entry[type];
      return typeof records === 'string' ? records : (records ?? []).map(data => ({ type, name, ttl, data }));
    }
    default:
      return [];
  }
}

/** A character-string of a TXT record holds at most 255 bytes (RFC 1035 3.3). */
function cutIntoStrings(text: string): Buffer[] {
  const bytes = Buffer.from(text);
  const pieces: Buffer[] = [];
  for (let start = 0; start < bytes.length || start === 0; start += 255) {
    pieces.push(bytes.subarray(start, start + 255));
  }
  return pieces;
}

function isBehaviour(value: string): value is DnsBehaviour {
  return ['nxdomain', 'nodata', 'servfail', 'refuse', 'timeout'].includes(value);
}

function codeOf(behaviour: DnsBehaviour): ZoneAnswer['code'] {
  return behaviour === 'nodata' ? 'noerror' : behaviour;
}
