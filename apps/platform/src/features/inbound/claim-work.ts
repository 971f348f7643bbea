// Takes mail out of the open work for this process, gives back what failed, gives up what fails each time, and frees what dead
// processes had.

import type { Pool, Queryable } from '@pennyblack/runtime/database/database.ts';
import type { RecordEvents } from '../events/record-events.ts';
import type { FreeWorkOf } from '../processes/end-dead-processes.ts';
import type { ClaimedSource } from './inbound-message.ts';
import { recordPosts } from './record-posts.ts';
import { claimSources, countSources, deleteFingerprints, deleteSource, freeSources, returnSource } from './store.ts';

/** How often a mail is tried that makes us fail, or that ended the process each time. */
export const attemptsMax = 8;
const fingerprintsKeptHours = 24;
const batchMax = 1000;

/** For this process; what it has in hand is left alone. */
export const claimMails = claimSources;

/** It is due again after a while that doubles with each attempt: 10 s, 20 s, 40 s … */
export function giveBack(db: Queryable, claimed: ClaimedSource, now: Date): Promise<void> {
  return returnSource(db, claimed, new Date(now.getTime() + 5000 * 2 ** claimed.attempts));
}

/** Its messages have failed; their source stays, and they may be tried again by hand. Answers how many there are. */
export function giveUp(db: Pool, recordEvents: RecordEvents, claimed: ClaimedSource, now: Date): Promise<number> {
  return db.transaction(async tx => {
    if (!(await deleteSource(tx, claimed))) return 0;
    const { serverId, messageIds } = claimed;
    const details = 'The message could not be read.';
    await recordPosts(
      tx,
      recordEvents,
      messageIds.map(messageId => ({ serverId, messageId, end: 'failed', details })),
      now,
    );
    return messageIds.length;
  });
}

/** Nothing is left to be read. */
export async function drop(db: Pool, claimed: ClaimedSource): Promise<void> {
  await db.transaction(tx => deleteSource(tx, claimed));
}

export const freeMailsOfDead: FreeWorkOf = (tx, processNumbers) => freeSources(tx, processNumbers);

export const countOpenMails = countSources;

export async function deleteOldFingerprints(db: Queryable, now: Date): Promise<void> {
  const before = new Date(now.getTime() - fingerprintsKeptHours * 3_600_000);
  while ((await deleteFingerprints(db, before, batchMax)) === batchMax);
}
