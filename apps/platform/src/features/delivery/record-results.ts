// Records what became of recipients: queue rows, final events, bounces and suppressions, all in one transaction.

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import type { BounceToRecord } from '../bounces/bounce.ts';
import { recordBounces } from '../bounces/record-bounces.ts';
import type { PlatformEvent } from '../events/event.ts';
import type { RecordEvents } from '../events/record-events.ts';
import type { DeliveryItem } from './delivery-item.ts';
import { labelsOf } from './message-labels.ts';
import type { Outcome } from './outcome.ts';
import { deleteFinishedRows, type ReturnedRow, returnRows } from './store.ts';

export type Result = { item: DeliveryItem; outcome: Outcome };

function keyOf(row: { messageId: string; recipientNumber: number }): string {
  return `${row.messageId}/${row.recipientNumber}`;
}

function rowOf({ item }: Result) {
  return {
    serverId: item.message.serverId,
    messageId: item.message.messageId,
    recipientNumber: item.recipientNumber,
    ownerNumber: item.ownerNumber,
    claimNumber: item.claimNumber,
  };
}

async function finishRows(tx: Tx, results: readonly Result[]): Promise<Result[]> {
  const finals = results.filter(({ outcome }) => outcome.kind !== 'deferred' && outcome.kind !== 'released');
  if (finals.length === 0) return [];
  const rows = finals.map(result => ({ ...rowOf(result), needsOwner: result.outcome.kind !== 'delivered' }));
  const gone = new Set((await deleteFinishedRows(tx, rows)).map(keyOf));
  // A row that was finished before (another process took it over and was quicker) keeps the final state it has.
  return finals.filter(result => gone.has(keyOf(rowOf(result))));
}

async function giveRowsBack(tx: Tx, results: readonly Result[]): Promise<Result[]> {
  const rows = results.flatMap((result): ReturnedRow[] => {
    const { item, outcome } = result;
    if (outcome.kind === 'released') {
      const unchanged = { attempts: item.attempts, isUncertain: false, isHeld: false, lastReply: null };
      return [{ ...rowOf(result), ...unchanged, dueAt: outcome.dueAt }];
    }
    if (outcome.kind === 'deferred') {
      const { dueAt, isUncertain, isHeld, reply } = outcome;
      return [{ ...rowOf(result), attempts: item.attempts + 1, dueAt, isUncertain, isHeld, lastReply: reply }];
    }
    return [];
  });
  if (rows.length === 0) return [];
  const back = new Set((await returnRows(tx, rows)).map(keyOf));
  return results.filter(result => back.has(keyOf(rowOf(result))));
}

function bounceOf({ item, outcome }: Result): BounceToRecord[] {
  if (outcome.kind !== 'bounced') return [];
  const { content } = item.message;
  const { tag, metadata } = labelsOf(content);
  return [
    {
      serverId: item.message.serverId,
      messageId: item.message.messageId,
      recipientNumber: item.recipientNumber,
      streamId: content.streamId,
      type: outcome.type,
      emailAddress: item.address,
      addressKey: item.addressKey,
      fromAddress: content.from.address,
      subject: content.subject,
      tag: tag ?? null,
      metadata,
      details: outcome.reply,
      ...outcome.by,
      isFinal: true,
    },
  ];
}

function eventOf({ item, outcome }: Result): PlatformEvent[] {
  const { content } = item.message;
  const labels = labelsOf(content);
  const about = {
    serverId: item.message.serverId,
    messageId: item.message.messageId,
    recipientNumber: item.recipientNumber,
    streamId: content.streamId,
    recipient: item.address,
  };
  switch (outcome.kind) {
    case 'delivered':
      return [{ ...about, kind: 'recipient_delivered', details: { reply: outcome.reply, ...outcome.by, ...labels } }];
    case 'deferred': {
      const details = { reply: outcome.reply, ...outcome.by, ...labels };
      const deferred: PlatformEvent = { ...about, kind: 'recipient_deferred', details };
      if (!outcome.isUncertain) return [deferred];
      return [
        deferred,
        { ...about, kind: 'recipient_uncertain', details: { why: 'no_answer_after_dot', isHeld: outcome.isHeld } },
      ];
    }
    case 'suppressed':
      return [{ ...about, kind: 'recipient_suppressed', details: labels }];
    // record-bounces.ts records its event together with the bounce.
    case 'bounced':
    case 'released':
      return [];
  }
}

export async function recordResults(
  tx: Tx,
  recordEvents: RecordEvents,
  results: readonly Result[],
  now: Date,
): Promise<void> {
  const finished = await finishRows(tx, results);
  const returned = await giveRowsBack(tx, results);

  const events = [...finished, ...returned].flatMap(eventOf);
  await recordEvents(tx, events, now);
  await recordBounces(tx, recordEvents, finished.flatMap(bounceOf), now);
}
