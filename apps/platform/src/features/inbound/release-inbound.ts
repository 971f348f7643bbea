// Posts, at the customer's wish, what was blocked or has failed. Source: Postmark's Messages API (bypass, retry); the texts of
// the refusals are those of recorded answers.

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import { isUuid } from '@pennyblack/runtime/uuid-v7.ts';
import { Refusal, type RefusalName } from '../../refusals.ts';
import type { RecordEvents } from '../events/record-events.ts';
import type { InboundStatus } from './inbound-message.ts';
import { releaseMessage } from './release-message.ts';
import { lockMessage } from './store.ts';

export type Release = { why: 'bypass' | 'retry'; from: InboundStatus; wrongStatus: string; sourceIsGone: RefusalName };

export const bypass: Release = {
  why: 'bypass',
  from: 'Blocked',
  wrongStatus: 'This message was not found or cannot be bypassed.',
  sourceIsGone: 'inbound_cannot_be_bypassed',
};
export const retry: Release = {
  why: 'retry',
  from: 'Failed',
  wrongStatus: 'This message was not found or cannot be retried.',
  sourceIsGone: 'inbound_cannot_be_retried',
};

/** Of two calls at once, one finds another status. Answers the id. @throws Refusal 701, 702, 703. */
export async function releaseInbound(
  tx: Tx,
  recordEvents: RecordEvents,
  { why, from, wrongStatus, sourceIsGone }: Release,
  serverId: number,
  messageId: string,
  now: Date,
): Promise<string> {
  const id = messageId.trim().toLowerCase();
  const message = isUuid(id) ? await lockMessage(tx, { serverId, messageId: id }) : undefined;
  if (message?.status !== from) throw new Refusal('message_not_found', wrongStatus);
  if (!(await releaseMessage(tx, recordEvents, message, why, now))) throw new Refusal(sourceIsGone);
  return id;
}
