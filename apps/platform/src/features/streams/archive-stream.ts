// Archives a stream, or takes it out of the archive. Source: Postmark's message streams API. An archived stream takes
// no mail any more; 45 days later its data is removed (retention/purge-streams.ts).

import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import { Refusal } from '../../refusals.ts';
import { announceDirectoryChange } from '../accounts/announce-change.ts';
import {
  countStreamsInUse,
  deleteStream,
  listStreamsArchivedBefore,
  lockStream,
  lockStreamsOfServer,
  updateArchivedAt,
} from './store.ts';
import type { StreamDetails } from './stream.ts';
import { isTooLateToUnarchive, latestArchivedToPurge, refuseArchivingDefault, streamsMax } from './stream-rules.ts';

/** One that is archived already keeps its first moment. @throws Refusal 1226, 1229. */
export async function archiveStream(
  tx: Tx,
  serverId: number,
  streamId: string,
  now: Date,
): Promise<StreamDetails & { archivedAt: Date }> {
  const stream = await lockStream(tx, serverId, streamId);
  if (!stream) throw new Refusal('stream_not_found');
  refuseArchivingDefault(stream);
  if (stream.archivedAt !== null) return { ...stream, archivedAt: stream.archivedAt };
  await updateArchivedAt(tx, serverId, streamId, now, now);
  await announceDirectoryChange(tx);
  return { ...stream, archivedAt: now, updatedAt: now };
}

/** One that is in use stays as it is. @throws Refusal 1225, 1226, 1232. */
export async function unarchiveStream(tx: Tx, serverId: number, streamId: string, now: Date): Promise<StreamDetails> {
  await lockStreamsOfServer(tx, serverId);
  const stream = await lockStream(tx, serverId, streamId);
  if (!stream) throw new Refusal('stream_not_found');
  if (stream.archivedAt === null) return stream;
  if (isTooLateToUnarchive(stream.archivedAt, now)) throw new Refusal('stream_too_late_to_unarchive');
  if ((await countStreamsInUse(tx, serverId)) >= streamsMax) throw new Refusal('stream_limit_reached');
  await updateArchivedAt(tx, serverId, streamId, null, now);
  await announceDirectoryChange(tx);
  return { ...stream, archivedAt: null, updatedAt: now };
}

/** Streams that have been archived so long that they can never be used again. */
export async function findStreamsToPurge(db: Queryable, now: Date): Promise<{ serverId: number; streamId: string }[]> {
  return listStreamsArchivedBefore(db, latestArchivedToPurge(now));
}

/** Nothing is left of the stream; its id is free again. */
export async function endStream(tx: Tx, serverId: number, streamId: string): Promise<void> {
  await deleteStream(tx, serverId, streamId);
  await announceDirectoryChange(tx);
}
