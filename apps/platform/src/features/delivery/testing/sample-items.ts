// For tests: recipients in hand, of messages that are right.

import type { MessageContent } from '../../messages/message-content.ts';
import { bytesOfContent, type DeliveryItem, type MessageInHand } from '../delivery-item.ts';

export const sampleTime = new Date('2026-11-21T12:00:00.000Z');

function mailbox(address: string) {
  const [localPart = '', domain = ''] = address.split('@');
  return { name: '', localPart, domain, address };
}

export function sampleContent(changes: Partial<MessageContent> = {}): MessageContent {
  return {
    accountId: 1,
    streamId: 'outbound',
    receivedAt: sampleTime.toISOString(),
    from: mailbox('desk@shop.test'),
    to: [mailbox('ana@buyer.test')],
    cc: [],
    replyTo: [],
    subject: 'Order 1187',
    headers: [],
    messageIdHeader: '<order-1187@mail.shop.test>',
    text: 'Thanks',
    attachments: [],
    isSandboxed: false,
    ...changes,
  };
}

export type ItemChanges = Partial<Omit<DeliveryItem, 'message'>> & {
  serverId?: number;
  messageId?: string;
  content?: Partial<MessageContent>;
};

export function sampleItem(changes: ItemChanges = {}): DeliveryItem {
  const { serverId = 1, messageId = '01900000-0000-7000-8000-000000000001', content: changed, ...rest } = changes;
  const content = sampleContent(changed);
  const message: MessageInHand = { serverId, messageId, content, bytes: bytesOfContent(content) };
  const address = rest.address ?? 'ana@buyer.test';
  return {
    message,
    recipientNumber: 0,
    address,
    addressKey: address.toLowerCase(),
    lane: 0,
    attempts: 0,
    receivedAt: sampleTime,
    ownerNumber: 7,
    claimNumber: 0,
    checkedAt: sampleTime,
    isSuppressed: false,
    ...rest,
  };
}
