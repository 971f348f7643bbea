// Forgets the open calls of a webhook that was deleted, in batches that lock little and end soon. Its history goes with
// its partitions.

import type { Pool } from '@pennyblack/runtime/database/database.ts';
import type { RecordEvents } from '../events/record-events.ts';
import { recordPosts } from '../inbound/record-posts.ts';
import type { EndpointKey } from './call.ts';
import { deleteCallsOf, deleteEndpoint } from './store.ts';

/** Its owner may have them posted to another one (`PUT /messages/inbound/{id}/retry`). */
const hookIsGone = 'The inbound hook was taken away before the message was posted.';
const batchMax = 1000;
const batchesMax = 1000;

/** Leaves the rest to the next time when it is told to stop, or there are very many. */
export async function forgetWebhook(
  db: Pool,
  recordEvents: RecordEvents,
  endpoint: EndpointKey,
  isStopping: () => boolean,
  now: () => Date,
): Promise<void> {
  for (let batch = 0; batch < batchesMax && !isStopping(); batch += 1) {
    const count = await db.transaction(async tx => {
      const gone = await deleteCallsOf(tx, endpoint, batchMax);
      const posts = gone.filter(({ trigger }) => trigger === 'Inbound');
      await recordPosts(
        tx,
        recordEvents,
        posts.map(({ orderKey }) => ({
          serverId: endpoint.serverId,
          messageId: orderKey,
          end: 'failed',
          details: hookIsGone,
        })),
        now(),
      );
      return gone.length;
    });
    if (count === batchMax) continue;
    return db.transaction(tx => deleteEndpoint(tx, endpoint));
  }
}
