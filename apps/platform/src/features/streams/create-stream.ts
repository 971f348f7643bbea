// Adds a stream to a server. Source: Postmark's message streams API.

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import { Refusal } from '../../refusals.ts';
import { announceDirectoryChange } from '../accounts/announce-change.ts';
import { readStream } from './read-streams.ts';
import { countStreamsInUse, findStreamDetails, insertStream, lockStreamsOfServer } from './store.ts';
import type { NewStream, StreamDetails } from './stream.ts';
import { streamsMax } from './stream-rules.ts';

/** @throws Refusal 1225, 1230. */
export async function createStream(tx: Tx, serverId: number, stream: NewStream, now: Date): Promise<StreamDetails> {
  await lockStreamsOfServer(tx, serverId);
  if (await findStreamDetails(tx, serverId, stream.streamId)) throw new Refusal('stream_id_exists');
  if ((await countStreamsInUse(tx, serverId)) >= streamsMax) throw new Refusal('stream_limit_reached');
  if (!(await insertStream(tx, serverId, stream, now))) throw new Refusal('stream_id_exists');
  await announceDirectoryChange(tx);
  return readStream(tx, serverId, stream.streamId);
}
