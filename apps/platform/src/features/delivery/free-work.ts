// Frees what dead processes had in hand. A recipient whose final dot was marked may have been sent: it is marked as
// uncertain, and sent again or held as its stream wants.

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import type { PlatformEvent } from '../events/event.ts';
import type { RecordEvents } from '../events/record-events.ts';
import type { FreeWorkOf } from '../processes/end-dead-processes.ts';
import { findStreams } from '../streams/find-streams.ts';
import { restAfterReclaims } from './retry-rules.ts';
import { deleteDotMarks, freeRows, holdRows, markUncertainRows, type QueueKey } from './store.ts';

type UncertainRow = QueueKey & { streamId: string };

async function rowsToHold(tx: Tx, rows: readonly UncertainRow[]): Promise<UncertainRow[]> {
  const held: UncertainRow[] = [];
  for (const serverId of new Set(rows.map(row => row.serverId))) {
    const streams = await findStreams(tx, serverId);
    held.push(
      ...rows.filter(row => row.serverId === serverId && streams.get(row.streamId)?.uncertainRecipients === 'hold'),
    );
  }
  return held;
}

export function createWorkFreer(recordEvents: RecordEvents): FreeWorkOf {
  return async (tx, processNumbers, now) => {
    const uncertain = await markUncertainRows(tx, processNumbers);
    const held = await rowsToHold(tx, uncertain);
    if (held.length > 0) await holdRows(tx, held);
    const restsInSeconds = Array.from({ length: 10 }, (_, reclaims) => restAfterReclaims(reclaims + 1));
    await freeRows(tx, processNumbers, restsInSeconds);
    await deleteDotMarks(tx, processNumbers);
    await recordEvents(
      tx,
      uncertain.map(
        (row): PlatformEvent => ({
          kind: 'recipient_uncertain',
          serverId: row.serverId,
          messageId: row.messageId,
          recipientNumber: row.recipientNumber,
          streamId: row.streamId,
          details: { why: 'process_died_after_dot', isHeld: held.includes(row) },
        }),
      ),
      now,
    );
  };
}
