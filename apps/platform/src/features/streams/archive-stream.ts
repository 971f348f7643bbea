// Archives a stream, or takes it out of the archive. Source: Postmark's message streams API.

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import { Refusal } from '../../refusals.ts';
import { updateArchivedAt } from './store.ts';

/** One that is archived already keeps its first moment. @throws Refusal stream_not_found. */
export async function archiveStream(tx: Tx, serverId: number, streamId: string, now: Date): Promise<void> {
  if (!(await updateArchivedAt(tx, serverId, streamId, now, now))) throw new Refusal('stream_not_found');
}

export async function unarchiveStream(tx: Tx, serverId: number, streamId: string, now: Date): Promise<void> {
  if (!(await updateArchivedAt(tx, serverId, streamId, null, now))) throw new Refusal('stream_not_found');
}
