// Says which call an event makes. Pure. Source: Postmark's pages on webhooks.

import type { StoredEvent } from '../../events/event.ts';
import type { CallTrigger } from '../webhook.ts';

/** Undefined: no webhook hears of it. */
export function triggersOf(event: Pick<StoredEvent, 'kind' | 'details' | 'recipient'>): CallTrigger | undefined {
  // A recipient whose message is gone has no address any more. A payload without one is what clients cannot read.
  if (!event.recipient) return undefined;
  switch (event.kind) {
    case 'recipient_delivered':
      return 'Delivery';
    case 'recipient_bounced':
    case 'bounce_reported':
      return event.details.type === 'SpamComplaint' ? 'SpamComplaint' : 'Bounce';
    case 'complaint_reported':
      return 'SpamComplaint';
    case 'suppression_created':
    case 'suppression_lifted':
      return 'SubscriptionChange';
    case 'message_opened':
      return 'Open';
    case 'link_clicked':
      // Only the first click of a recipient on a link is told.
      return event.details.isFirst === false ? undefined : 'Click';
    case 'inbound_received':
    case 'inbound_released':
      return 'Inbound';
    case 'message_accepted':
    case 'recipient_deferred':
    case 'recipient_suppressed':
    case 'recipient_uncertain':
    case 'domain_check_changed':
    case 'sender_confirmation_wanted':
    case 'webhook_paused':
    case 'webhook_resumed':
    case 'scheduled_message_refused':
    case 'scheduled_message_canceled':
    case 'inbound_blocked':
      return undefined;
  }
}
