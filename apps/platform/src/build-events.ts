// Who hears of events, in the order of the features. The platform and the command line record through the same recorder,
// so that nothing that an operator does by hand passes a subscriber by.

import type { Clock } from '@pennyblack/runtime/clock.ts';
import type { Random } from '@pennyblack/runtime/random.ts';
import { createUuidV7Source } from '@pennyblack/runtime/uuid-v7.ts';
import { createEventRecorder, type RecordEvents } from './features/events/record-events.ts';
import { queueNotices } from './features/notices/queue-notices.ts';
import { countEvents } from './features/stats/count-events.ts';
import type { EndpointKey } from './features/webhook-calls/call.ts';
import { createCallMaker } from './features/webhook-calls/make-calls.ts';
import { createCallResumer } from './features/webhook-calls/resume-calls.ts';

/** `onCalls` hears, after each commit, which webhooks got something to do; who does not tell them leaves it to their poll. */
export function buildEventRecorder(
  clock: Clock,
  random: Random,
  onCalls: (endpoints: readonly EndpointKey[]) => void = () => {},
): RecordEvents {
  const subscribers = [
    createCallMaker(createUuidV7Source(clock, random), onCalls),
    createCallResumer(onCalls),
    countEvents,
    queueNotices,
  ];
  return createEventRecorder(createUuidV7Source(clock, random), subscribers);
}
