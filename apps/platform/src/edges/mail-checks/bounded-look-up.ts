// Gives mailauth answers of our own resolver in the form of node:dns, and only so many and only so long: what a stranger
// writes into his records and signatures decides how many questions there are.

import type { DnsAnswer, DnsResolver } from '../smtp-outbound/dns-resolver.ts';

/** As `dns.promises.resolve`: rejects with an error whose `code` is ENOTFOUND, ENODATA, ETIMEOUT or ESERVFAIL. */
export type LookUp = (name: string, type: string) => Promise<string[][] | string[]>;

export type BoundedLookUp = {
  ask: LookUp;
  /** A question had no answer in its time. */
  hasHung(): boolean;
  /** Lets go of the timer. Questions afterwards fail. */
  end(): void;
};

export function createBoundedLookUp(
  resolver: DnsResolver,
  limits: {
    /** For all questions together, and for each of them. */
    timeoutInMilliseconds: number;
    questionInMilliseconds: number;
    lookUpsMax: number;
  },
): BoundedLookUp {
  let asked = 0;
  let hasHung = false;
  let giveUp: () => void = () => {};
  const timeIsOver = new Promise<'time_is_over'>(resolve => {
    giveUp = () => resolve('time_is_over');
  });
  const timer = setTimeout(giveUp, limits.timeoutInMilliseconds);

  return {
    async ask(name, type) {
      asked += 1;
      if (asked > limits.lookUpsMax)
        throw dnsError('ETIMEOUT', `more than ${limits.lookUpsMax} questions about one mail`);
      const own = Promise.withResolvers<'time_is_over'>();
      const ownTimer = setTimeout(() => own.resolve('time_is_over'), limits.questionInMilliseconds);
      try {
        const answer = await Promise.race([timeIsOver, own.promise, look(resolver, name, type)]);
        if (answer === 'time_is_over') throw dnsError('ETIMEOUT', `no answer about ${name} in time`);
        return answer;
      } catch (error) {
        hasHung ||= isTimeout(error);
        throw error;
      } finally {
        clearTimeout(ownTimer);
      }
    },
    hasHung: () => hasHung,
    end() {
      clearTimeout(timer);
      giveUp();
    },
  };
}

async function look(resolver: DnsResolver, name: string, type: string): Promise<string[][] | string[]> {
  switch (type) {
    case 'TXT':
      return recordsOf(await resolver.lookUp(name, type), name).map(text => [text]);
    case 'A':
    case 'AAAA':
    case 'PTR':
    case 'CNAME':
      return recordsOf(await resolver.lookUp(name, type), name);
    case 'MX': {
      const records = recordsOf(await resolver.lookUp(name, type), name);
      const hosts = records.map(({ exchange, preference }) => ({ exchange, priority: preference }));
      // The declared type of a resolver leaves MX out, and asks for it all the same.
      return hosts as unknown as string[];
    }
    default:
      throw dnsError('ENODATA', `no records of type ${type} are looked up`);
  }
}

function recordsOf<T>(answer: DnsAnswer<T>, name: string): T[] {
  switch (answer.kind) {
    case 'records':
      return answer.records;
    case 'no_such_domain':
      throw dnsError('ENOTFOUND', `${name} does not exist`);
    case 'no_records':
      throw dnsError('ENODATA', `${name} has no such record`);
    case 'temporary':
      throw dnsError(answer.reason.includes('timeout') ? 'ETIMEOUT' : 'ESERVFAIL', answer.reason);
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ETIMEOUT';
}

function dnsError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
