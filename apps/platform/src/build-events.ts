// Who hears of events, in the order of the features. The platform and the command line record through the same recorder,
// so that nothing that an operator does by hand passes a subscriber by.

import type { Clock } from '@pennyblack/runtime/clock.ts';
import type { Random } from '@pennyblack/runtime/random.ts';
import { createUuidV7Source } from '@pennyblack/runtime/uuid-v7.ts';
import { createEventRecorder, type EventSubscriber, type RecordEvents } from './features/events/record-events.ts';
import { queueNotices } from './features/notices/queue-notices.ts';

const subscribers: readonly EventSubscriber[] = [queueNotices];

export function buildEventRecorder(clock: Clock, random: Random): RecordEvents {
  return createEventRecorder(createUuidV7Source(clock, random), subscribers);
}
