// Recipients that a stream holds because nobody knows whether they got their mail: shown, sent again, or left alone.

import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import type { RecordEvents } from '../events/record-events.ts';
import { loadForDelivery } from '../messages/load-for-delivery.ts';
import { labelsOf } from './message-labels.ts';
import { deleteHeldRows, type HeldRow, listHeldRows, releaseHeldRows } from './store.ts';

export type { HeldRow } from './store.ts';

const listedAtMost = 1000;

/** Oldest first, at most a thousand. */
export async function listHeld(db: Queryable): Promise<HeldRow[]> {
  return listHeldRows(db, listedAtMost);
}

/** They are sent again: a second copy is possible. Answers how many. */
export async function sendHeldAgain(tx: Tx, serverId: number, messageId: string): Promise<number> {
  return releaseHeldRows(tx, serverId, messageId);
}

/** They are taken for delivered, on the operator's word. Answers how many. */
export async function takeHeldForDelivered(
  tx: Tx,
  recordEvents: RecordEvents,
  serverId: number,
  messageId: string,
  now: Date,
): Promise<number> {
  const rows = await deleteHeldRows(tx, serverId, messageId);
  if (rows.length === 0) return 0;
  const held = rows.map(row => ({ ...row, serverId, messageId }));
  const { recipients, contents } = await loadForDelivery(tx, held);
  const content = contents.get(messageId);
  const details = {
    reply: 'smtp;250 2.0.0 taken for delivered by the operator; the answer was lost',
    host: '',
    ip: '',
    ...(content ? labelsOf(content) : {}),
  };
  const events = held.map(row => {
    const recipient = recipients.find(({ recipientNumber }) => recipientNumber === row.recipientNumber);
    const address = recipient ? { recipient: recipient.address } : {};
    return { kind: 'recipient_delivered' as const, ...row, ...address, details };
  });
  await recordEvents(tx, events, now);
  return rows.length;
}
