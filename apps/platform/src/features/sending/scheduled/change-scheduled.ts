// Cancels a message that waits, or gives it another time. Releasing takes the same row out, so exactly one of them wins.

import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import { isUuid, moveUuidV7, tailOfUuidV7 } from '@pennyblack/runtime/uuid-v7.ts';
import { Refusal } from '../../../refusals.ts';
import type { RecordEvents } from '../../events/record-events.ts';
import { endOf } from './release-due.ts';
import type { ScheduledKey, ScheduledResult, WaitingMessage } from './scheduled-message.ts';
import { decideSendAt } from './send-at-rules.ts';
import { findResult, insertResults, moveScheduled, takeScheduled } from './store.ts';

/** `id`: any that the message ever had. @throws Refusal 701. */
export function scheduledKey(serverId: number, id: string): ScheduledKey {
  if (!isUuid(id)) throw new Refusal('scheduled_message_not_found');
  return { serverId, idTail: tailOfUuidV7(id) };
}

/** It is never sent. @throws Refusal 701 when it does not wait. */
export async function cancelScheduled(
  tx: Tx,
  recordEvents: RecordEvents,
  key: ScheduledKey,
  now: Date,
): Promise<ScheduledResult> {
  const [taken] = await takeScheduled(tx, [key]);
  if (!taken) throw await whyNotWaiting(tx, key);
  const result = endOf(taken, 'canceled', null, now);
  await insertResults(tx, [result]);
  const { serverId, messageId, streamId } = result;
  await recordEvents(tx, [{ kind: 'scheduled_message_canceled', serverId, messageId, streamId, details: {} }], now);
  return result;
}

/** A time that has come, or nearly, means at once. The message gets the id of its new time. @throws Refusal 300, 701. */
export async function rescheduleMessage(
  tx: Tx,
  key: ScheduledKey,
  sendAt: string | undefined,
  now: Date,
): Promise<WaitingMessage> {
  if (!sendAt?.trim()) throw new Refusal('email_invalid', "A 'SendAt' is required.");
  const decision = decideSendAt(sendAt, now);
  if (decision.kind === 'refused') throw new Refusal(decision.refusal, decision.message);
  const dueAt = decision.kind === 'later' ? decision.at : now;
  // The time of this one is never seen.
  const messageId = moveUuidV7(`00000000-0000-${key.idTail}`, dueAt);
  const moved = await moveScheduled(tx, key, { dueAt, messageId });
  if (!moved) throw await whyNotWaiting(tx, key);
  return moved;
}

async function whyNotWaiting(tx: Queryable, key: ScheduledKey): Promise<Refusal> {
  const result = await findResult(tx, key);
  if (!result) return new Refusal('scheduled_message_not_found');
  return new Refusal('scheduled_message_ended', `This message does not wait any more: it was ${result.status}.`);
}
