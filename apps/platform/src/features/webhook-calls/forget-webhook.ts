// Forgets the open calls of a webhook that was deleted, in batches that lock little and end soon. Its history goes with
// its partitions.

import type { Pool } from '@pennyblack/runtime/database/database.ts';
import type { EndpointKey } from './call.ts';
import { deleteCallsOf, deleteEndpoint } from './store.ts';

const batchMax = 1000;
const batchesMax = 1000;

/** Leaves the rest to the next time when it is told to stop, or there are very many. */
export async function forgetWebhook(db: Pool, endpoint: EndpointKey, isStopping: () => boolean): Promise<void> {
  for (let batch = 0; batch < batchesMax && !isStopping(); batch += 1) {
    if ((await deleteCallsOf(db, endpoint, batchMax)) === batchMax) continue;
    return db.transaction(tx => deleteEndpoint(tx, endpoint));
  }
}
