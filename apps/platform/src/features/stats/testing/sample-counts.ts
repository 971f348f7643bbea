// For tests of other features: one event of each kind that counts, counted for a server.

import type { Pool } from '@pennyblack/runtime/database/database.ts';
import type { UuidSource } from '@pennyblack/runtime/uuid-v7.ts';
import type { PlatformEvent } from '../../events/event.ts';
import { createEventRecorder } from '../../events/record-events.ts';
import { countEvents } from '../count-events.ts';

const reading = { isFirst: true, isFirstHuman: true, platform: 'Desktop', client: { family: 'Thunderbird' } };

export function sampleEvents(serverId: number, tag?: string): PlatformEvent[] {
  const about = { serverId, streamId: 'outbound' };
  const labels = tag === undefined ? {} : { tag };
  return [
    {
      ...about,
      kind: 'message_accepted',
      details: { recipients: 2, tracked: { opens: true, links: true, linkCount: 3 }, ...labels },
    },
    { ...about, kind: 'recipient_bounced', details: { type: 'HardBounce', ...labels } },
    { ...about, kind: 'complaint_reported', details: { type: 'SpamComplaint', ...labels } },
    { ...about, kind: 'message_opened', details: { ...reading, readSeconds: 4.2, ...labels } },
    { ...about, kind: 'link_clicked', details: { ...reading, location: 'HTML', ...labels } },
  ];
}

export async function recordSampleCounts(
  db: Pool,
  makeEventId: UuidSource,
  serverId: number,
  tag?: string,
): Promise<void> {
  const record = createEventRecorder(makeEventId, [countEvents]);
  await db.transaction(tx => record(tx, sampleEvents(serverId, tag), new Date()));
}
