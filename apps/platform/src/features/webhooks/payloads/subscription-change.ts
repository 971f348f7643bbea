// The payload of a subscription change: an address of a stream was suppressed, or may receive again. Source: Postmark's
// page "Subscription change webhook".

import type { SuppressionOrigin, SuppressionReason } from '../../suppressions/suppression.ts';
import type { EventFacts, Labels } from './event-facts.ts';
import { choiceOf, type Details, labelsIn, textIn } from './read-details.ts';
import { wireMetadata, wireTag, wireTime } from './wire-values.ts';

/** The `details` of `suppression_created`. Tag and metadata are those of the message that caused it. */
export type SuppressionDetails = Labels & { reason: SuppressionReason; origin: SuppressionOrigin };

/** The `details` of `suppression_lifted`. */
export type ReactivationDetails = { origin: SuppressionOrigin };

export type SubscriptionChangePayload = {
  RecordType: 'SubscriptionChange';
  MessageID: string | null;
  ServerID: number;
  MessageStream: string;
  ChangedAt: string;
  Recipient: string;
  Origin: string;
  SuppressSending: boolean;
  SuppressionReason: string | null;
  Tag: string | null;
  Metadata: Record<string, string>;
};

/** `messageId` is undefined when no message caused it: somebody suppressed the address by hand. */
export function suppressionPayload(
  facts: EventFacts & { messageId: string | undefined },
  suppression: SuppressionDetails,
): SubscriptionChangePayload {
  const { messageId } = facts;
  const ofMessage =
    messageId === undefined
      ? { messageId: null, tag: null, metadata: {} }
      : { messageId, tag: wireTag(suppression.tag), metadata: wireMetadata(suppression.metadata) };
  const { origin, reason } = suppression;
  return subscriptionChange(facts, { ...ofMessage, origin, isSuppressed: true, reason });
}

/** No message, reason, tag or metadata, whatever the suppression had. */
export function reactivationPayload(facts: EventFacts, { origin }: ReactivationDetails): SubscriptionChangePayload {
  const nothing = { messageId: null, reason: null, tag: null, metadata: {} };
  return subscriptionChange(facts, { ...nothing, origin, isSuppressed: false });
}

function subscriptionChange(
  facts: EventFacts,
  change: {
    messageId: string | null;
    origin: SuppressionOrigin;
    isSuppressed: boolean;
    reason: SuppressionReason | null;
    tag: string | null;
    metadata: Record<string, string>;
  },
): SubscriptionChangePayload {
  return {
    RecordType: 'SubscriptionChange',
    MessageID: change.messageId,
    ServerID: facts.serverId,
    MessageStream: facts.streamId,
    ChangedAt: wireTime(facts.occurredAt),
    Recipient: facts.recipient,
    Origin: change.origin,
    SuppressSending: change.isSuppressed,
    SuppressionReason: change.reason,
    Tag: change.tag,
    Metadata: change.metadata,
  };
}

export function readSuppression(details: Details): SuppressionDetails {
  const reason = choiceOf(textIn(details, 'reason'), ['HardBounce', 'SpamComplaint', 'ManualSuppression']);
  return { reason: reason ?? 'ManualSuppression', ...readReactivation(details), ...labelsIn(details) };
}

export function readReactivation(details: Details): ReactivationDetails {
  return { origin: choiceOf(textIn(details, 'origin'), ['Recipient', 'Customer', 'Admin']) ?? 'Customer' };
}
