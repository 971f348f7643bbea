// Decides what becomes of hits: which are a recipient's first, which are too many, which are known already. Pure.

import type { ReaderNetwork } from './reader-networks.ts';
import { classifyReader } from './reader-rules.ts';
import type { Hit, ReaderClass } from './reading.ts';

/** What is recorded of a recipient's opens, or of his clicks on one link. */
export type KnownHits = {
  count: number;
  hasHuman: boolean;
  /** Of the hits that are asked about, those that are recorded already: their commit was not answered. */
  knownIds: readonly string[];
};

export type HitContext = { network: ReaderNetwork | undefined; deliveredAt: Date | undefined; acceptedAt: Date };

export type DecidedHit = { hit: Hit; readerClass: ReaderClass; isFirst: boolean; isFirstHuman: boolean };

export type HitDecisions = { recorded: DecidedHit[] /** Beyond what is kept of one recipient. */; surplus: number };

/**
 * Who repeats a request for ever must not fill the database. People do not come near it: a mail that is looked at every
 * day for a year has 365 opens.
 */
export const hitsOfRecipientMax = 1000;

/** Hits with the same key are counted together. */
export function keyOfHit({ kind, serverId, messageId, recipientNumber, link }: Hit): string {
  const recipient = `${kind} ${serverId} ${messageId} ${recipientNumber}`;
  return link ? `${recipient} ${link.target}` : recipient;
}

/** `known` by `keyOfHit`; absent means that nothing is recorded. */
export function decideHits(
  hits: readonly Hit[],
  known: ReadonlyMap<string, KnownHits>,
  contextOf: (hit: Hit) => HitContext,
): HitDecisions {
  const states = new Map<string, { count: number; hasHuman: boolean }>();
  const recorded: DecidedHit[] = [];
  let surplus = 0;
  for (const hit of hits.toSorted((a, b) => a.at.getTime() - b.at.getTime())) {
    const key = keyOfHit(hit);
    const before = known.get(key);
    if (before?.knownIds.includes(hit.hitId)) continue;
    const state = states.get(key) ?? { count: before?.count ?? 0, hasHuman: before?.hasHuman ?? false };
    states.set(key, state);
    if (state.count >= hitsOfRecipientMax) {
      surplus += 1;
      continue;
    }
    const readerClass = classify(hit, contextOf(hit));
    const isHuman = readerClass === 'human';
    recorded.push({ hit, readerClass, isFirst: state.count === 0, isFirstHuman: isHuman && !state.hasHuman });
    state.count += 1;
    state.hasHuman ||= isHuman;
  }
  return { recorded, surplus };
}

function classify(hit: Hit, { network, deliveredAt, acceptedAt }: HitContext): ReaderClass {
  const secondsSince = (time: Date) => (hit.at.getTime() - time.getTime()) / 1000;
  return classifyReader({
    kind: hit.kind,
    userAgent: hit.userAgent,
    network,
    isPrefetch: hit.isPrefetch,
    secondsSinceDelivery: deliveredAt && secondsSince(deliveredAt),
    secondsSinceAcceptance: secondsSince(acceptedAt),
  });
}
