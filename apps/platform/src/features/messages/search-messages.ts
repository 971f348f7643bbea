// Searches a server's outbound messages. Source: Postmark's Messages API.

import { addressKey } from '@pennyblack/email/address/address-key.ts';
import { readCountedPage } from '@pennyblack/runtime/database/counted-page.ts';
import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { firstUuidV7Of } from '@pennyblack/runtime/uuid-v7.ts';
import type { FoundMessage } from './message.ts';
import type { IsQueuedCondition } from './ports.ts';
import { countMessages, listRecipients, type MessageSearch, searchMessages } from './store.ts';

export type SearchFilters = {
  streamId: string;
  recipient?: string;
  fromEmail?: string;
  tag?: string;
  subject?: string;
  status?: 'queued' | 'sent';
  /** First moment that is in, first moment that is out. */
  from?: Date;
  to?: Date;
  metadata?: { key: string; value: string };
};

/** Paging ends here, so counting a filter that no index answers may end here too. */
const countedAtMost = 10_000;
const oneDayInMilliseconds = 86_400_000;

function toSearch(serverId: number, filters: SearchFilters, now: Date): MessageSearch {
  // Ids carry the time of acceptance; another machine's clock may be a little ahead.
  const tomorrow = new Date(now.getTime() + oneDayInMilliseconds);
  return {
    serverId,
    streamId: filters.streamId,
    lowerId: firstUuidV7Of(filters.from ?? new Date(0)),
    upperId: firstUuidV7Of(filters.to ?? tomorrow),
    ...(filters.recipient === undefined ? {} : { recipientKey: addressKey(filters.recipient) }),
    ...(filters.fromEmail === undefined ? {} : { fromKey: addressKey(filters.fromEmail) }),
    ...(filters.tag === undefined ? {} : { tag: filters.tag }),
    ...(filters.subject === undefined ? {} : { subjectPart: filters.subject }),
    ...(filters.status === undefined ? {} : { status: filters.status }),
    ...(filters.metadata === undefined ? {} : { metadata: filters.metadata }),
  };
}

/** Whether an index answers the count in time: then it is exact. */
function isCountedExactly(filters: SearchFilters): boolean {
  const { recipient, fromEmail, subject, status, metadata } = filters;
  return [recipient, fromEmail, subject, status, metadata].every(filter => filter === undefined);
}

/** Newest first. */
export async function searchOutbound(
  db: Queryable,
  serverId: number,
  filters: SearchFilters,
  page: { count: number; offset: number },
  isQueued: IsQueuedCondition,
  now: Date,
): Promise<{ totalCount: number; messages: FoundMessage[] }> {
  const search = toSearch(serverId, filters, now);
  const stopAt = isCountedExactly(filters) ? undefined : countedAtMost;
  const { totalCount, rows } = await readCountedPage(
    page.offset,
    () => countMessages(db, search, stopAt, isQueued),
    () => searchMessages(db, search, page, isQueued),
  );
  if (rows.length === 0) return { totalCount, messages: [] };
  const recipients = Map.groupBy(
    await listRecipients(
      db,
      serverId,
      rows.map(row => row.messageId),
    ),
    recipient => recipient.messageId,
  );
  return { totalCount, messages: rows.map(row => ({ ...row, recipients: recipients.get(row.messageId) ?? [] })) };
}
