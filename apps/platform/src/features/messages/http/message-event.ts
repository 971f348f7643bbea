// An entry of a message's timeline as the Messages API shows it. All values of Details are texts: two official clients
// fail on anything else.

import { toWireDate } from '../../../edges/http-api/dates.ts';
import { eventKinds } from '../../events/event.ts';
import type { MessageEventRow } from '../read-outbound-details.ts';

export type MessageEvent = { Recipient: string; Type: string; ReceivedAt: string; Details: Record<string, string> };

function text(value: unknown): string {
  return value === undefined || value === null ? '' : String(value);
}

function detailsOf(event: MessageEventRow): Record<string, string> {
  const { details } = event;
  switch (event.kind) {
    case 'recipient_bounced':
    case 'bounce_reported':
    case 'complaint_reported':
      return { Summary: text(details.reply ?? details.report), BounceID: text(details.bounceId) };
    case 'message_opened':
      return { Summary: `Email opened with ${text(details.userAgent)}` };
    case 'link_clicked':
      return {
        Summary: `Link clicked with ${text(details.userAgent)}`,
        Link: text(details.originalLink),
        ClickLocation: text(details.location),
      };
    case 'suppression_created':
      return { Origin: text(details.origin), SuppressSending: 'True' };
    default: {
      const ip = text(details.ip);
      const host = text(details.host);
      return {
        DeliveryMessage: text(details.reply),
        DestinationServer: ip === '' ? host : `${host} (${ip})`,
        DestinationIP: ip,
      };
    }
  }
}

/** Postmark shows a recipient's first open, and his first click on each link. */
function isRepeated({ kind, details }: MessageEventRow): boolean {
  return (kind === 'message_opened' || kind === 'link_clicked') && details.isFirst === false;
}

/** Kinds that Postmark's timeline does not know are left out: one official client refuses unknown types. */
export function toMessageEvents(events: readonly MessageEventRow[]): MessageEvent[] {
  return events.flatMap(event => {
    const type = eventKinds[event.kind].timeline;
    if (type === null || isRepeated(event)) return [];
    return [
      {
        Recipient: text(event.recipient),
        Type: type,
        ReceivedAt: toWireDate(event.occurredAt),
        Details: detailsOf(event),
      },
    ];
  });
}
