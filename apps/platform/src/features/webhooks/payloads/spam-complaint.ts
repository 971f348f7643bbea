// The payload of a spam complaint: a bounce under a name of its own. Source: Postmark's page "Spam complaint webhook".

import { type BounceDetails, type BouncePayload, bouncePayload } from './bounce.ts';
import type { MessageFacts } from './event-facts.ts';

/** The `details` of `complaint_reported`, or of `recipient_bounced` whose type is SpamComplaint. */
export type SpamComplaintDetails = Omit<BounceDetails, 'type'>;

export type SpamComplaintPayload = Omit<BouncePayload, 'RecordType'> & { RecordType: 'SpamComplaint' };

export function spamComplaintPayload(
  facts: MessageFacts,
  complaint: SpamComplaintDetails,
  options: { includesContent: boolean },
): SpamComplaintPayload {
  const bounce = bouncePayload(facts, { ...complaint, type: 'SpamComplaint' }, options);
  return { ...bounce, RecordType: 'SpamComplaint' };
}
