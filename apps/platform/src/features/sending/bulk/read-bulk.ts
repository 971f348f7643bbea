// Shows bulk requests to their owner: one, or a page of them, newest first.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { isUuid, timeOfUuidV7 } from '@pennyblack/runtime/uuid-v7.ts';
import { Refusal } from '../../../refusals.ts';
import type { BulkProgress } from './bulk-request.ts';
import { decideStatus } from './progress-rules.ts';
import { type RequestRow, readRequests } from './store.ts';

export async function readBulk(db: Queryable, serverId: number, bulkId: string): Promise<BulkProgress> {
  const [row] = isUuid(bulkId) ? await readRequests(db, serverId, { bulkId: bulkId.toLowerCase() }) : [];
  if (!row) throw new Refusal('bulk_request_not_found', `The bulk request '${bulkId}' was not found.`);
  return toProgress(row);
}

export type BulkPage = { requests: BulkProgress[]; nextKey: string | undefined };

/** `key` is the `nextKey` of the page before. */
export async function readBulkPage(
  db: Queryable,
  serverId: number,
  { count, key }: { count: number; key: string | undefined },
): Promise<BulkPage> {
  const before = key === undefined ? undefined : readKey(key);
  const rows = await readRequests(db, serverId, { before, limit: count + 1 });
  const shown = rows.slice(0, count);
  const last = shown.at(-1);
  return {
    requests: shown.map(toProgress),
    nextKey: rows.length > count && last ? makeKey(last.bulkId) : undefined,
  };
}

/** Says nothing that the page did not say: the id of its last request. Nobody should build one, so it does not look like it. */
function makeKey(bulkId: string): string {
  return Buffer.from(`before ${bulkId}`).toString('base64url');
}

function readKey(key: string): string {
  const bulkId = /^before (\S+)$/.exec(Buffer.from(key, 'base64url').toString('latin1'))?.[1];
  if (bulkId === undefined || !isUuid(bulkId)) throw new Refusal('pagination_key_invalid');
  return bulkId;
}

function toProgress(row: RequestRow): BulkProgress {
  const { bulkId, subject, entriesTotal, releasedCount, failedCount } = row;
  const submittedAt = timeOfUuidV7(bulkId);
  return { bulkId, submittedAt, subject, entriesTotal, status: decideStatus(row), releasedCount, failedCount };
}
