// The payload of a delivery: a mail server took the message for a recipient. Source: Postmark's page "Delivery webhook";
// the order of the keys is that of posted bodies.

import type { Labels, MessageFacts } from './event-facts.ts';
import { type Details, labelsIn, textIn } from './read-details.ts';
import { wireMetadata, wireReply, wireTag, wireTime } from './wire-values.ts';

/** The `details` of `recipient_delivered`. */
export type DeliveryDetails = Labels & {
  /** The server's last answer. */
  reply: string;
};

export type DeliveryPayload = {
  MessageID: string;
  Recipient: string;
  DeliveredAt: string;
  Details: string;
  Tag: string;
  ServerID: number;
  Metadata: Record<string, string>;
  RecordType: 'Delivery';
  MessageStream: string;
};

export function deliveryPayload(facts: MessageFacts, delivery: DeliveryDetails): DeliveryPayload {
  return {
    MessageID: facts.messageId,
    Recipient: facts.recipient,
    DeliveredAt: wireTime(facts.occurredAt),
    Details: wireReply(delivery.reply),
    Tag: wireTag(delivery.tag),
    ServerID: facts.serverId,
    Metadata: wireMetadata(delivery.metadata),
    RecordType: 'Delivery',
    MessageStream: facts.streamId,
  };
}

export function readDelivery(details: Details): DeliveryDetails {
  return { reply: textIn(details, 'reply') ?? '', ...labelsIn(details) };
}
