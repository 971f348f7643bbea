// Counts events in the transaction that records them: one insert for a batch, and none for a batch that counts nothing.

import type { EventSubscriber } from '../events/record-events.ts';
import { deltasOf } from './counting-rules.ts';
import { insertDeltas } from './store.ts';

export const countEvents: EventSubscriber = async (tx, events) => {
  const deltas = deltasOf(events);
  if (deltas.length > 0) await insertDeltas(tx, deltas);
};
