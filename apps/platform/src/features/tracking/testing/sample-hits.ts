// For tests of other features: an open and a click of a message's first recipient, recorded as from the world.

import type { Pool } from '@pennyblack/runtime/database/database.ts';
import type { RecordEvents } from '../../events/record-events.ts';
import type { Hit } from '../reading.ts';
import { recordHits } from '../record-hits.ts';

export async function recordSampleHits(
  db: Pool,
  recordEvents: RecordEvents,
  message: { serverId: number; messageId: string },
  makeHitId: () => string,
  changes: { userAgent?: string; ip?: string; target?: string } = {},
): Promise<void> {
  const { userAgent = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Firefox/128.0', ip = '198.51.100.24' } = changes;
  const { target = 'https://shop.test/' } = changes;
  const about = { ...message, recipientNumber: 0, at: new Date(), ip, userAgent, isPrefetch: false };
  const hits: Hit[] = [
    { ...about, hitId: makeHitId(), kind: 'open' },
    { ...about, hitId: makeHitId(), kind: 'click', link: { target, location: 'HTML' } },
  ];
  const deps = { recordEvents, findPlace: () => ({ ip, city: 'Bergen' }) };
  await db.transaction(tx => recordHits(tx, deps, hits, new Date()));
}
