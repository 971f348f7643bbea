// Reads streams with everything that the API shows of them. Sending reads less: find-streams.ts.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { Refusal } from '../../refusals.ts';
import { findStreamDetails, listStreamDetails } from './store.ts';
import type { StreamDetails, StreamType } from './stream.ts';

/** Oldest first. A server has a handful, so they are read together. */
export async function readStreams(
  db: Queryable,
  serverId: number,
  filter: { streamType: StreamType | undefined; includesArchived: boolean },
): Promise<StreamDetails[]> {
  const streams = await listStreamDetails(db, serverId);
  return streams.filter(
    stream =>
      (filter.includesArchived || stream.archivedAt === null) &&
      (filter.streamType === undefined || filter.streamType === stream.streamType),
  );
}

/** Archived ones too. @throws Refusal stream_not_found. */
export async function readStream(db: Queryable, serverId: number, streamId: string): Promise<StreamDetails> {
  const stream = await findStreamDetails(db, serverId, streamId);
  if (!stream) throw new Refusal('stream_not_found');
  return stream;
}
