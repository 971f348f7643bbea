// Reads what waits, and what became of what waited.

import type { Pool, Queryable } from '@pennyblack/runtime/database/database.ts';
import { isUuid, tailOfUuidV7 } from '@pennyblack/runtime/uuid-v7.ts';
import { Refusal } from '../../../refusals.ts';
import { type MessageContent, unpackContent } from '../../messages/message-content.ts';
import type { EndStatus, ScheduledKey, ScheduledResult, WaitingMessage } from './scheduled-message.ts';
import {
  countWaiting,
  deleteResultsBefore,
  findResult,
  findWaiting,
  listResults,
  listWaiting,
  type ScheduledFilters,
} from './store.ts';

export type { ScheduledFilters } from './store.ts';

export type ScheduledEntry =
  | { kind: 'waiting'; message: WaitingMessage; content: MessageContent }
  | { kind: 'ended'; result: ScheduledResult };

/** @throws Refusal 701. */
export async function readScheduled(db: Queryable, key: ScheduledKey): Promise<ScheduledEntry> {
  const waiting = await findWaiting(db, key);
  if (waiting) {
    const { content, ...message } = waiting;
    return { kind: 'waiting', message, content: unpackContent(content) };
  }
  const result = await findResult(db, key);
  if (!result) throw new Refusal('scheduled_message_not_found');
  return { kind: 'ended', result };
}

type Page = { count: number; offset: number };

export async function listWaitingMessages(db: Queryable, serverId: number, filters: ScheduledFilters, page: Page) {
  return listWaiting(db, serverId, filters, page);
}

export async function listEndedMessages(
  db: Queryable,
  serverId: number,
  status: EndStatus,
  filters: Omit<ScheduledFilters, 'tag'>,
  page: Page,
) {
  return listResults(db, serverId, status, filters, page);
}

/** The id under which a message was sent, by any that it had while it waited. */
export async function findSentId(db: Queryable, serverId: number, id: string): Promise<string | undefined> {
  if (!isUuid(id)) return undefined;
  const result = await findResult(db, { serverId, idTail: tailOfUuidV7(id) });
  return result?.status === 'sent' ? result.messageId : undefined;
}

export async function countWaitingMessages(db: Queryable): Promise<number> {
  return countWaiting(db);
}

const rowsTogether = 5000;

/** What became of them is forgotten when messages of that time are. */
export async function forgetOldResults(db: Pool, before: Date): Promise<void> {
  while ((await deleteResultsBefore(db, before, rowsTogether)) === rowsTogether);
}
