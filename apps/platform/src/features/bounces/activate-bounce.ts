// Lets the address of a bounce receive mail of its stream again. Source: Postmark's Bounce API.

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import { Refusal } from '../../refusals.ts';
import type { RecordEvents } from '../events/record-events.ts';
import { removeFromList } from '../suppressions/change-list.ts';
import { streamList } from '../suppressions/suppression-list.ts';
import type { StoredBounce } from './bounce.ts';
import { findBounceRows } from './store.ts';

/**
 * A bounce whose address is active already is a success. An address that the recipient himself stopped meanwhile, by a
 * complaint or an unsubscription, stays stopped. @throws Refusal bounce_not_found, bounce_cannot_be_activated.
 */
export async function activateBounce(
  tx: Tx,
  recordEvents: RecordEvents,
  serverId: number,
  bounceId: number,
  now: Date,
): Promise<StoredBounce> {
  const [bounce] = await findBounceRows(tx, [{ serverId, bounceId }]);
  if (!bounce) throw new Refusal('bounce_not_found');
  if (!bounce.canActivate) throw new Refusal('bounce_cannot_be_activated');
  if (!bounce.isInactive) return bounce;
  const list = streamList(serverId, bounce.streamId);
  const results = await removeFromList(tx, recordEvents, list, [bounce.emailAddress], now);
  if (results.some(result => result.failure !== undefined)) throw new Refusal('bounce_cannot_be_activated');
  return { ...bounce, isInactive: false };
}
