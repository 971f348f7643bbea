// Searches a server's inbound messages. Source: Postmark's Messages API.

import { addressKey } from '@pennyblack/email/address/address-key.ts';
import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { firstUuidV7Of } from '@pennyblack/runtime/uuid-v7.ts';
import type { InboundStatus, StoredInbound } from './inbound-message.ts';
import { countMessages, type InboundSearch, searchMessages } from './store.ts';

export type InboundFilters = {
  status: InboundStatus;
  /** Of the envelope, To, Cc. */
  recipient?: string | undefined;
  fromEmail?: string | undefined;
  /** A part of it, in any case. */
  subject?: string | undefined;
  mailboxHash?: string | undefined;
  tag?: string | undefined;
  /** First moment that is in, first moment that is out. */
  from?: Date | undefined;
  to?: Date | undefined;
};

/** Paging ends here, so counting a filter that no index answers may end here too. */
const countedAtMost = 10_000;
const oneDayInMilliseconds = 86_400_000;

function toSearch(serverId: number, filters: InboundFilters, now: Date): InboundSearch {
  // Ids carry the time of arrival; another machine's clock may be a little ahead.
  const tomorrow = new Date(now.getTime() + oneDayInMilliseconds);
  const { recipient, fromEmail } = filters;
  return {
    serverId,
    statuses: [filters.status],
    lowerId: firstUuidV7Of(filters.from ?? new Date(0)),
    upperId: firstUuidV7Of(filters.to ?? tomorrow),
    recipientKey: recipient === undefined ? undefined : addressKey(recipient.trim()),
    fromKey: fromEmail === undefined ? undefined : addressKey(fromEmail.trim()),
    subjectPart: filters.subject,
    mailboxHash: filters.mailboxHash,
    tag: filters.tag,
  };
}

/** Whether an index answers the count in time: then it is exact. */
function isCountedExactly({ recipient, fromEmail, subject, mailboxHash, tag }: InboundFilters): boolean {
  return [recipient, fromEmail, subject, mailboxHash, tag].every(filter => filter === undefined);
}

/** Newest first. */
export async function searchInbound(
  db: Queryable,
  serverId: number,
  filters: InboundFilters,
  page: { count: number; offset: number },
  now: Date,
): Promise<{ totalCount: number; messages: StoredInbound[] }> {
  const search = toSearch(serverId, filters, now);
  const stopAt = isCountedExactly(filters) ? undefined : countedAtMost;
  const [totalCount, messages] = await Promise.all([
    countMessages(db, search, stopAt),
    searchMessages(db, search, page),
  ]);
  return { totalCount, messages };
}
