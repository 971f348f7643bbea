// Finds out what became of a group whose COMMIT was not answered: all of it is stored, or nothing. A new connection
// knows; as long as there is none, nobody does.

import type { Pool } from '@pennyblack/runtime/database/database.ts';
import { isMessageStored } from '../messages/store-messages.ts';

type MessageKey = { serverId: number; messageId: string };

const askAgainAfterMilliseconds = 200;
const askAgainLaterAfterMilliseconds = 1000;

function pause(milliseconds: number): Promise<void> {
  // A process that ends does not wait for the answer: its rows become free with its lease.
  return new Promise(resolve => setTimeout(resolve, milliseconds).unref());
}

/** `first` is any message of the group; `isStored` waits for transactions under way, and says whether it is there. 'unknown' when the database does not say within `milliseconds`. */
export async function settleCommit(
  db: Pool,
  first: MessageKey,
  milliseconds: number,
  isStored: (db: Pool, first: MessageKey) => Promise<boolean> = isMessageStored,
): Promise<'stored' | 'not_stored' | 'unknown'> {
  const giveUpAt = performance.now() + milliseconds;
  for (;;) {
    try {
      return (await isStored(db, first)) ? 'stored' : 'not_stored';
    } catch {
      // Whatever the reason: the question was not answered, and a guess could lose mail or send it twice.
      if (performance.now() >= giveUpAt) return 'unknown';
      await pause(askAgainAfterMilliseconds);
    }
  }
}

/** Calls `whenStored` when the group turns out to be stored, as late as it may be, until that succeeds. Never rejects. */
export async function settleLater(db: Pool, first: MessageKey, whenStored: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      if (await isMessageStored(db, first)) await whenStored();
      return;
    } catch {
      await pause(askAgainLaterAfterMilliseconds);
    }
  }
}
