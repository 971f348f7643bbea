// Builds the body of a call from the row of its event and from nothing else, so that every attempt, the history and the
// pull feed show the same bytes. Only that of inbound mail is made of the mail itself (features/inbound/read-post.ts).

import type { StoredEvent } from '../../events/event.ts';
import type { TriggerName } from '../webhook.ts';
import { bouncePayload, readBounce } from './bounce.ts';
import { clickPayload, readClick } from './click.ts';
import { deliveryPayload, readDelivery } from './delivery.ts';
import { openPayload, readOpen } from './open.ts';
import { spamComplaintPayload } from './spam-complaint.ts';
import { reactivationPayload, readReactivation, readSuppression, suppressionPayload } from './subscription-change.ts';

/** What clients that read a MessageID as a UUID take when there is no message; Postmark's test buttons send it. */
export const noMessageId = '00000000-0000-0000-0000-000000000000';

/**
 * `trigger` is what `triggersOf` says of the event. Never throws, whatever the event's `details` lack.
 * `includesContent` counts for bounces and complaints.
 */
export function buildPayload(
  trigger: TriggerName,
  event: StoredEvent,
  options: { includesContent: boolean },
): Readonly<Record<string, unknown>> {
  const { details } = event;
  const { serverId, streamId = '', recipient = '', occurredAt } = event;
  const about = { serverId, streamId, recipient, occurredAt };
  const facts = { ...about, messageId: event.messageId ?? noMessageId };
  switch (trigger) {
    case 'Delivery':
      return deliveryPayload(facts, readDelivery(details));
    case 'Bounce':
      return bouncePayload(facts, readBounce(details), options);
    case 'SpamComplaint':
      return spamComplaintPayload(facts, readBounce(details), options);
    case 'Open':
      return openPayload(facts, readOpen(details));
    case 'Click':
      return clickPayload(facts, readClick(details));
    case 'SubscriptionChange':
      return event.kind === 'suppression_lifted'
        ? reactivationPayload(about, readReactivation(details))
        : suppressionPayload({ ...about, messageId: event.messageId ?? undefined }, readSuppression(details));
  }
}
