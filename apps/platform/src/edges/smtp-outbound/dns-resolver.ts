// Looks names up in the DNS for delivery, with a cache that honours TTLs. Our own, because node:dns keeps the
// TTL of MX and TXT records to itself, and because dns.lookup would block the thread pool that signs mail.

import type { Clock } from '@pennyblack/runtime/clock.ts';
import { createBoundedCache } from './bounded-cache.ts';
import { type DnsRecords, type DnsType, type Reading, readDnsMessage } from './dns-answer.ts';
import { askDnsServer } from './dns-exchange.ts';
import { chooseDnsServers } from './dns-servers.ts';

export type DnsAnswer<T> =
  /** `ttl` in seconds, as far as it is left. */
  | { kind: 'records'; records: T[]; ttl: number }
  | { kind: 'no_such_domain' }
  /** The name exists and has no record of this type. */
  | { kind: 'no_records' }
  | { kind: 'temporary'; reason: string };

export type DnsResolver = {
  lookUp<T extends DnsType>(name: string, type: T): Promise<DnsAnswer<DnsRecords[T]>>;
};

export type DnsResolverOptions = {
  /** `ip:port`; empty or missing: the system's. */
  servers?: readonly string[];
  clock: Clock;
  /** For one question to one server. Default 3 s. */
  timeoutInMilliseconds?: number;
  /** Rounds through all servers. Default 2. */
  tries?: number;
  cacheEntriesMax?: number;
  /** Questions on the wire at the same time; further ones wait for their turn. */
  questionsInFlightMax?: number;
};

const secondInMilliseconds = 1000;
const ttlInSecondsMin = 5;
const ttlInSecondsMax = 3600;
/** A failure is remembered just long enough that a thousand waiting messages do not repeat it. */
const failureLifeInSeconds = 5;

export function createDnsResolver(options: DnsResolverOptions): DnsResolver {
  const servers = chooseDnsServers(options.servers ?? []);
  const timeoutInMilliseconds = options.timeoutInMilliseconds ?? 3000;
  const tries = options.tries ?? 2;
  const turns = createTurns(options.questionsInFlightMax ?? 200);
  const cache = createBoundedCache<DnsAnswer<unknown>>(options.clock, options.cacheEntriesMax ?? 50_000);
  const inFlight = new Map<string, Promise<DnsAnswer<unknown>>>();
  // The server that answered last is asked first, so a dead one costs one timeout and not one per look-up.
  let preferredServer = 0;

  async function ask<T extends DnsType>(name: string, type: T, aliasesBefore: number): Promise<Reading<DnsRecords[T]>> {
    let reason = 'no DNS server is known';
    for (let attempt = 0; attempt < tries * servers.length; attempt += 1) {
      const index = (preferredServer + attempt) % servers.length;
      const server = servers[index];
      if (!server) break;
      const exchange = await turns(() => askDnsServer(server, { name, type }, timeoutInMilliseconds));
      const reading =
        exchange.kind === 'failed' ? exchange : readDnsMessage(exchange.message, name, type, aliasesBefore);
      if (reading.kind !== 'failed') {
        preferredServer = index;
        return reading;
      }
      reason = reading.reason;
    }
    return { kind: 'failed', reason };
  }

  async function follow<T extends DnsType>(name: string, type: T): Promise<Reading<DnsRecords[T]>> {
    let reading = await ask(name, type, 0);
    let ttlInSeconds = Number.POSITIVE_INFINITY;
    while (reading.kind === 'alias') {
      ttlInSeconds = Math.min(ttlInSeconds, reading.ttlInSeconds);
      const target = readQueryName(reading.target);
      if (target === undefined) return { kind: 'failed', reason: 'an alias that leads to no name' };
      reading = await ask(target, type, reading.aliases);
    }
    return reading.kind === 'records'
      ? { ...reading, ttlInSeconds: Math.min(reading.ttlInSeconds, ttlInSeconds) }
      : reading;
  }

  async function lookUpAndKeep<T extends DnsType>(key: string, name: string, type: T): Promise<DnsAnswer<unknown>> {
    try {
      const reading = await follow(name, type);
      const ttl = lifeInSeconds(reading);
      const answer = answerFrom(reading, ttl, name);
      cache.set(key, answer, ttl * secondInMilliseconds);
      return answer;
    } finally {
      inFlight.delete(key);
    }
  }

  return {
    async lookUp<T extends DnsType>(rawName: string, type: T): Promise<DnsAnswer<DnsRecords[T]>> {
      const name = readQueryName(rawName);
      // A name that cannot be put into a question cannot exist either.
      if (name === undefined) return { kind: 'no_such_domain' };

      const key = `${type} ${name}`;
      const kept = cache.get(key);
      let answer = kept?.value;
      if (kept && answer?.kind === 'records') {
        answer = { ...answer, ttl: Math.ceil(kept.millisecondsLeft / secondInMilliseconds) };
      }
      if (!answer) {
        const pending = inFlight.get(key) ?? lookUpAndKeep(key, name, type);
        inFlight.set(key, pending);
        answer = await pending;
      }
      // The key holds the type, so what is kept under it has the records of that type.
      return answer as DnsAnswer<DnsRecords[T]>;
    },
  };
}

function answerFrom(reading: Reading<unknown>, ttl: number, name: string): DnsAnswer<unknown> {
  switch (reading.kind) {
    case 'records':
      return { kind: 'records', records: reading.records, ttl };
    case 'no_such_domain':
    case 'no_records':
      return { kind: reading.kind };
    case 'failed':
      return { kind: 'temporary', reason: `DNS look-up of ${name} failed: ${reading.reason}` };
    case 'too_many_aliases':
    case 'alias':
      return { kind: 'temporary', reason: `DNS look-up of ${name} failed: too many CNAMEs, or a loop of them` };
  }
}

function lifeInSeconds(reading: Reading<unknown>): number {
  if (!('ttlInSeconds' in reading)) return failureLifeInSeconds;
  return Math.min(Math.max(reading.ttlInSeconds, ttlInSecondsMin), ttlInSecondsMax);
}

/** Lower case, no last dot; undefined when a label or the whole is too long for a question (RFC 1035 2.3.4). */
function readQueryName(text: string): string | undefined {
  const name = text.toLowerCase().replace(/\.$/, '');
  if (name.length === 0 || Buffer.byteLength(name) > 253) return undefined;
  const fits = name.split('.').every(label => label.length > 0 && Buffer.byteLength(label) <= 63);
  return fits ? name : undefined;
}

/** Lets at most `max` works run at once; the others wait in order. */
function createTurns(max: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async work => {
    if (running >= max) await new Promise<void>(go => waiting.push(go));
    else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
