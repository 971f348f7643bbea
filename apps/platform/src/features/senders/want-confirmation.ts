// Says that the owner of an address has to be asked. `notices` hears of it in the same transaction and sends the mail.

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import { withoutServer } from '../events/event.ts';
import type { RecordEvents } from '../events/record-events.ts';
import type { SenderSignature } from './sender.ts';

export async function wantConfirmation(
  tx: Tx,
  recordEvents: RecordEvents,
  { senderId, accountId }: SenderSignature,
  now: Date,
): Promise<void> {
  const details = { senderId, accountId };
  await recordEvents(tx, [{ kind: 'sender_confirmation_wanted', serverId: withoutServer, details }], now);
}
