// Records opens and clicks: rows, events and with them the calls of webhooks, all of a batch in one transaction. Hits of
// messages that are gone are counted and go no further.

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import { timeOfUuidV7 } from '@pennyblack/runtime/uuid-v7.ts';
import type { PlatformEvent } from '../events/event.ts';
import { findRecentDeliveries } from '../events/find-recent-deliveries.ts';
import type { RecordEvents } from '../events/record-events.ts';
import { lockTrackedRecipients, type TrackedRecipient } from '../messages/lock-tracked-recipients.ts';
import { findNetwork } from './find-network.ts';
import { type DecidedHit, decideHits, type KnownHits } from './hit-rules.ts';
import type { FindPlace } from './ports.ts';
import type { Hit, HitKind, ReaderClass, Reading } from './reading.ts';
import { findKnownHits, insertClicks, insertOpens, type NewHitRow } from './store.ts';
import { readUserAgent } from './user-agent-rules.ts';

export type RecordedHits = {
  recorded: { kind: HitKind; readerClass: ReaderClass }[];
  /** Their message, or the recipient's data, is not there any more. */
  gone: number;
  /** Beyond what is kept of one recipient. */
  surplus: number;
};

/** Deliveries longer ago make no difference to who is believed to read. */
const deliveriesSinceInMilliseconds = 60_000;

type Keyed = { serverId: number; messageId: string; recipientNumber: number };
const keyOf = (row: Keyed) => `${row.serverId} ${row.messageId} ${row.recipientNumber}`;

export async function recordHits(
  tx: Tx,
  deps: { recordEvents: RecordEvents; findPlace: FindPlace },
  hits: readonly Hit[],
  now: Date,
): Promise<RecordedHits> {
  const wanted = [...new Map(hits.map(hit => [keyOf(hit), hit])).values()];
  const locked = await lockTrackedRecipients(tx, wanted);
  const recipients = new Map(locked.map(recipient => [keyOf(recipient), recipient]));
  const alive = hits.filter(hit => recipients.has(keyOf(hit)));
  const gone = hits.length - alive.length;
  if (alive.length === 0) return { recorded: [], gone, surplus: 0 };

  const known = await findKnown(tx, alive);
  const earliest = Math.min(...alive.map(hit => hit.at.getTime()));
  const since = new Date(earliest - deliveriesSinceInMilliseconds);
  const deliveries = await findRecentDeliveries(tx, locked, since, now);
  const deliveredAt = new Map(deliveries.map(delivery => [keyOf(delivery), delivery.occurredAt]));
  const { recorded, surplus } = decideHits(alive, known, hit => ({
    network: findNetwork(hit.ip),
    deliveredAt: deliveredAt.get(keyOf(hit)),
    acceptedAt: timeOfUuidV7(hit.messageId),
  }));

  const rows = recorded.flatMap(decided => {
    const recipient = recipients.get(keyOf(decided.hit));
    return recipient ? [{ decided, recipient, reading: readingOf(decided.hit, deps.findPlace) }] : [];
  });
  const newRows = rows.map(({ decided, recipient, reading }) => ({
    ...decided,
    row: rowOf(decided, recipient, reading),
  }));
  await insertOpens(
    tx,
    newRows.filter(({ hit }) => !hit.link).map(({ row }) => row),
  );
  await insertClicks(
    tx,
    newRows.flatMap(({ hit: { link }, row }) =>
      link ? [{ ...row, originalLink: link.target, location: link.location }] : [],
    ),
  );
  await deps.recordEvents(
    tx,
    rows.map(({ decided, recipient, reading }) => eventOf(decided, recipient, reading)),
    now,
  );
  return { recorded: recorded.map(({ hit, readerClass }) => ({ kind: hit.kind, readerClass })), gone, surplus };
}

async function findKnown(tx: Tx, hits: readonly Hit[]): Promise<Map<string, KnownHits>> {
  const known = new Map<string, KnownHits>();
  for (const kind of ['open', 'click'] as const) {
    const ofKind = hits.filter(hit => hit.kind === kind);
    if (ofKind.length === 0) continue;
    const recipients = [...new Map(ofKind.map(hit => [keyOf(hit), hit])).values()];
    const rows = await findKnownHits(
      tx,
      kind,
      recipients,
      ofKind.map(hit => hit.hitId),
    );
    for (const { link, count, hasHuman, knownIds, ...recipient } of rows) {
      const key = link === null ? `${kind} ${keyOf(recipient)}` : `${kind} ${keyOf(recipient)} ${link}`;
      known.set(key, { count, hasHuman, knownIds: knownIds ?? [] });
    }
  }
  return known;
}

function readingOf(hit: Hit, findPlace: FindPlace): Reading {
  const { client, os, platform } = readUserAgent(hit.userAgent, hit.kind);
  return {
    userAgent: hit.userAgent,
    client,
    os,
    platform,
    geo: findPlace(hit.ip),
    ...(hit.readSeconds === undefined ? {} : { readSeconds: hit.readSeconds }),
  };
}

function rowOf({ hit, ...decided }: DecidedHit, recipient: TrackedRecipient, reading: Reading): NewHitRow {
  const { serverId, messageId, recipientNumber, hitId, at } = hit;
  const { streamId, tag } = recipient;
  return { serverId, messageId, recipientNumber, hitId, at, ...decided, streamId, tag, reading };
}

/** Everything that a webhook, the timeline and the counts will want to know. */
function eventOf(decided: DecidedHit, recipient: TrackedRecipient, reading: Reading): PlatformEvent {
  const { hit, readerClass, isFirst, isFirstHuman } = decided;
  return {
    kind: hit.kind === 'open' ? 'message_opened' : 'link_clicked',
    serverId: hit.serverId,
    messageId: hit.messageId,
    recipientNumber: hit.recipientNumber,
    streamId: recipient.streamId,
    recipient: recipient.address,
    occurredAt: hit.at,
    details: {
      isFirst,
      isFirstHuman,
      readerClass,
      ...reading,
      ...(hit.link ? { originalLink: hit.link.target, location: hit.link.location } : {}),
      ...(recipient.tag === null ? {} : { tag: recipient.tag }),
      ...(recipient.metadata === null ? {} : { metadata: recipient.metadata }),
    },
  };
}
