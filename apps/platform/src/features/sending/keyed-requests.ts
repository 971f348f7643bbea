// Requests that come with a key are done once, however often they are repeated. The messages of a request are accepted
// each in its group's transaction, which writes the result under the key; so a request that a crash cut short is taken up
// by the next one where it stands. What was refused is stored only beside something accepted: where nothing was accepted,
// a repetition is a new try.

import type { Pool } from '@pennyblack/runtime/database/database.ts';
import { Refusal } from '../../refusals.ts';
import { claimKeys, readStored } from './claim-keys.ts';
import { type KeyedItem, type KeyedRequest, keyedItemsOf } from './idempotency-key.ts';
import type { SendResult } from './send-result.ts';
import { readKeysOfRequest } from './store.ts';

/** Accepts one message; hands `keyed` on to `accept`, or to `claimKey` in a transaction of its own. */
export type KeyedWork = (keyed: KeyedItem | undefined) => Promise<SendResult>;

export type KeyedAnswer = {
  /** One for each piece of work, in their order. */
  settled: PromiseSettledResult<SendResult>[];
  /** Nothing was done now: everything was stored already. */
  isReplayed: boolean;
};

export type KeyedRequests = {
  /**
   * Without a request all works are simply done. Rejects with a Refusal when the key was used for another request, or
   * when the same request has been under way for too long; with DatabaseUnavailable when nobody can say.
   */
  run(request: KeyedRequest | undefined, works: readonly KeyedWork[]): Promise<KeyedAnswer>;
};

export type KeyedRequestsDeps = {
  db: { accept: Pool; reads: Pool };
  now: () => Date;
  /** How long a repetition waits for the first one. Default 30 s. */
  waitMillisecondsMax?: number;
};

const waitMillisecondsMaxByDefault = 30_000;

type UnderWay = { requestHash: Buffer; ended: Promise<void> };

export function createKeyedRequests(deps: KeyedRequestsDeps): KeyedRequests {
  const underWay = new Map<string, UnderWay>();
  const waitMax = deps.waitMillisecondsMax ?? waitMillisecondsMaxByDefault;

  /** Answers when nobody else is at it, and nobody can have come between; call the answer when it is done. */
  async function takeTurn(name: string, requestHash: Buffer): Promise<() => void> {
    const giveUpAt = performance.now() + waitMax;
    for (let other = underWay.get(name); other; other = underWay.get(name)) {
      if (!other.requestHash.equals(requestHash)) throw new Refusal('idempotency_key_reused');
      const hasEnded = await endsWithin(other.ended, giveUpAt - performance.now());
      if (!hasEnded) throw new Refusal('idempotency_under_way');
    }
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    underWay.set(name, { requestHash, ended });
    return () => {
      underWay.delete(name);
      resolve();
    };
  }

  return {
    run: async (request, works) => {
      if (!request) return { settled: await Promise.allSettled(works.map(work => work(undefined))), isReplayed: false };
      const itemOf = keyedItemsOf(request);
      const { keyHash, storedHash } = itemOf(0);
      const endTurn = await takeTurn(`${request.serverId} ${keyHash.toString('hex')}`, storedHash);
      try {
        return await runFirst(deps, request.serverId, works.map(withItem(itemOf)));
      } finally {
        endTurn();
      }
    },
  };
}

type Item = { keyed: KeyedItem; work: KeyedWork };

function withItem(itemOf: (itemNumber: number) => KeyedItem): (work: KeyedWork, itemNumber: number) => Item {
  return (work, itemNumber) => ({ keyed: itemOf(itemNumber), work });
}

async function runFirst(deps: KeyedRequestsDeps, serverId: number, items: readonly Item[]): Promise<KeyedAnswer> {
  const [first] = items;
  if (!first) return { settled: [], isReplayed: false };
  const stored = await readResults(deps.db.reads, serverId, items, first.keyed.keyHash);
  const settled = await Promise.allSettled(items.map((item, number) => stored.get(number) ?? item.work(item.keyed)));
  if (items.length > 1) await keepRefusals(deps, serverId, items, settled, stored);
  return { settled, isReplayed: stored.size === items.length };
}

async function readResults(
  db: Pool,
  serverId: number,
  items: readonly Item[],
  keyHash: Buffer,
): Promise<Map<number, SendResult>> {
  const results = new Map<number, SendResult>();
  for (const row of await readKeysOfRequest(db, serverId, keyHash)) {
    const item = items[row.itemNumber];
    const stored = item && readStored(row, item.keyed);
    if (stored?.kind !== 'stored') throw new Refusal('idempotency_key_reused');
    results.set(row.itemNumber, stored.result);
  }
  return results;
}

/**
 * Where something was accepted, what was refused is stored before the answer leaves, so that the repetition hears the same
 * of all of them. Another process may have been faster with the same request: then its results count.
 */
async function keepRefusals(
  { db, now }: KeyedRequestsDeps,
  serverId: number,
  items: readonly Item[],
  settled: PromiseSettledResult<SendResult>[],
  stored: ReadonlyMap<number, SendResult>,
): Promise<void> {
  if (!settled.some(one => one.status === 'fulfilled' && one.value.kind === 'accepted')) return;
  const refusals = items.flatMap(({ keyed }, position) => {
    const one = settled[position];
    if (stored.has(position) || one?.status !== 'fulfilled' || one.value.kind !== 'refused') return [];
    return [{ serverId, keyed, result: one.value, position }];
  });
  if (refusals.length === 0) return;
  const before = await db.accept.transaction(tx => claimKeys(tx, refusals, now()));
  refusals.forEach(({ position }, place) => {
    const earlier = before[place];
    if (earlier?.kind === 'stored') settled[position] = { status: 'fulfilled', value: earlier.result };
  });
}

async function endsWithin(ended: Promise<void>, milliseconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<boolean>(resolve => {
    timer = setTimeout(resolve, Math.max(0, milliseconds), false);
  });
  try {
    return await Promise.race([ended.then(() => true), tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
