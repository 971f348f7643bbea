// Reads the streams of a server.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { listStreams } from './store.ts';
import type { MessageStream } from './stream.ts';

export async function findStreams(db: Queryable, serverId: number): Promise<ReadonlyMap<string, MessageStream>> {
  const streams = await listStreams(db, serverId);
  return new Map(streams.map(stream => [stream.streamId, stream]));
}
