// Bounces for tests.

import type { Database } from '@pennyblack/runtime/database/database.ts';
import { makeTestId } from '../../../testing/test-world.ts';
import type { RecordEvents } from '../../events/record-events.ts';
import type { BounceToRecord } from '../bounce.ts';
import { recordBounces } from '../record-bounces.ts';

/** A refusal in the conversation. */
export function sampleBounce(serverId: number, changes: Partial<BounceToRecord> = {}): BounceToRecord {
  return {
    serverId,
    messageId: makeTestId(),
    recipientNumber: 0,
    streamId: 'outbound',
    type: 'HardBounce',
    emailAddress: 'Ana@buyer.test',
    addressKey: (changes.emailAddress ?? 'ana@buyer.test').toLowerCase(),
    fromAddress: 'desk@shop.test',
    subject: 'Order',
    tag: null,
    details: 'smtp;550 no such user',
    isFinal: true,
    ...changes,
  };
}

/** Answers the ids. */
export async function recordSamples(
  db: Database,
  recordEvents: RecordEvents,
  bounces: readonly BounceToRecord[],
  now = new Date(),
): Promise<number[]> {
  const recorded = await db.results.transaction(tx => recordBounces(tx, recordEvents, bounces, now));
  return recorded.map(({ bounceId }) => bounceId);
}
