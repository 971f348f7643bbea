// Searches opens and clicks, newest first. Postmark shows a recipient's first open of a message, and his first click on
// each link; what is repeated is there for those who ask.

import { addressKey } from '@pennyblack/email/address/address-key.ts';
import { readCountedPage } from '@pennyblack/runtime/database/counted-page.ts';
import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { firstUuidV7Of, isUuid } from '@pennyblack/runtime/uuid-v7.ts';
import { Refusal } from '../../refusals.ts';
import type { HitKind } from './reading.ts';
import { countHits, type FoundHit, type HitSearch, searchHits } from './store.ts';

export type { FoundHit } from './store.ts';

export type HitFilters = Omit<
  HitSearch,
  'serverId' | 'messageId' | 'recipientKey' | 'lowerId' | 'upperId' | 'includesRepeated'
> & { recipient?: string; includesRepeated?: boolean };

export type FoundHits = { totalCount: number; humanCount: number; hits: FoundHit[] };

/** Paging ends here, so counting may end here too. */
const countedAtMost = 10_000;
const oneDayInMilliseconds = 86_400_000;

export async function searchReadings(
  db: Queryable,
  kind: HitKind,
  serverId: number,
  filters: HitFilters,
  page: { count: number; offset: number },
  now: Date,
): Promise<FoundHits> {
  const { recipient, includesRepeated = false, ...rest } = filters;
  // Nobody reads a message before it was accepted; another machine's clock may be a little ahead.
  const latest = filters.to ?? new Date(now.getTime() + oneDayInMilliseconds);
  const search: HitSearch = {
    ...rest,
    serverId,
    includesRepeated,
    lowerId: firstUuidV7Of(new Date(0)),
    upperId: firstUuidV7Of(new Date(latest.getTime() + oneDayInMilliseconds)),
    ...(recipient === undefined ? {} : { recipientKey: addressKey(recipient) }),
  };
  return find(db, kind, search, page);
}

/** @throws Refusal 701 when nobody has opened it, or clicked in it, or when it is another server's. */
export async function readReadingsOf(
  db: Queryable,
  kind: HitKind,
  serverId: number,
  messageId: string,
  page: { count: number; offset: number },
): Promise<FoundHits> {
  if (!isUuid(messageId)) throw new Refusal('message_not_found');
  const id = messageId.toLowerCase();
  const search = { serverId, messageId: id, lowerId: id, upperId: id, includesRepeated: false };
  const found = await find(db, kind, search, page);
  if (found.totalCount === 0) throw new Refusal('message_not_found');
  return found;
}

async function find(
  db: Queryable,
  kind: HitKind,
  search: HitSearch,
  page: { count: number; offset: number },
): Promise<FoundHits> {
  let humanCount = 0;
  const { totalCount, rows } = await readCountedPage(
    page.offset,
    async () => {
      const { total, humans } = await countHits(db, kind, search, countedAtMost);
      humanCount = humans;
      return total;
    },
    () => searchHits(db, kind, search, page),
  );
  return { totalCount, humanCount, hits: rows };
}
