// Lets a suppressed address receive mail of a stream again.

import { addressKey } from '@pennyblack/email/address/address-key.ts';
import type { Tx } from '@pennyblack/runtime/database/database.ts';
import type { RecordEvents } from '../events/record-events.ts';
import { deleteSuppressions } from './store.ts';
import type { SuppressionOrigin } from './suppression.ts';

/** `origin` is who asks for it. False when the address was not suppressed. */
export async function liftSuppression(
  tx: Tx,
  recordEvents: RecordEvents,
  lift: { serverId: number; streamId: string; emailAddress: string; origin: SuppressionOrigin },
  now: Date,
): Promise<boolean> {
  const { serverId, streamId, emailAddress, origin } = lift;
  const isLifted = await deleteSuppressions(tx, { serverId, streamId }, [addressKey(emailAddress)]);
  if (!isLifted) return false;
  await recordEvents(
    tx,
    [{ kind: 'suppression_lifted', serverId, streamId, recipient: emailAddress, details: { origin } }],
    now,
  );
  return true;
}
