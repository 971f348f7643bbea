// Changes a stream's name, description or unsubscribe handling. Source: Postmark's message streams API.

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import { Refusal } from '../../refusals.ts';
import { announceDirectoryChange } from '../accounts/announce-change.ts';
import { readStream } from './read-streams.ts';
import { lockStream, updateStream } from './store.ts';
import type { StreamDetails } from './stream.ts';
import { readStreamChange, type StreamFields } from './stream-rules.ts';

/** What is left out stays; a request that changes nothing leaves the stream as it is. @throws Refusal 1223 to 1240. */
export async function editStream(
  tx: Tx,
  serverId: number,
  streamId: string,
  fields: StreamFields,
  now: Date,
): Promise<StreamDetails> {
  const stream = await lockStream(tx, serverId, streamId);
  if (!stream) throw new Refusal('stream_not_found');
  const change = readStreamChange(fields, stream.streamType);
  if (Object.keys(change).length === 0) return stream;
  await updateStream(tx, serverId, streamId, change, now);
  await announceDirectoryChange(tx);
  return readStream(tx, serverId, streamId);
}
