// Sets what a stream does, after a crash, with recipients whose final dot may have been sent: send again, or hold.

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import { Refusal } from '../../refusals.ts';
import { updateUncertainRecipients } from './store.ts';
import type { MessageStream } from './stream.ts';

export async function chooseUncertainRecipients(
  tx: Tx,
  serverId: number,
  streamId: string,
  choice: MessageStream['uncertainRecipients'],
  now: Date,
): Promise<void> {
  const isFound = await updateUncertainRecipients(tx, serverId, streamId, choice, now);
  if (!isFound) throw new Refusal('stream_not_found');
}
