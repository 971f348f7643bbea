// Makes the MIME source of a message from its content. The same content gives the same bytes, always: the boundary is
// made from the message id and the date is the date of acceptance. So the dump can be made again at any time.

import {
  type ComposedMessage,
  composeMessage,
  type MessageAttachment,
} from '@pennyblack/email/mime/compose-message.ts';
import { encodeFeedbackId } from '@pennyblack/email/return-path/feedback-id.ts';
import type { MessageContent } from './message-content.ts';
import type { ComplaintLoop } from './ports.ts';

/** Google's Feedback-ID: up to four fields, the last of them names the sender of the whole stream of mail. */
function feedbackId(content: MessageContent, serverId: number): string {
  return `${content.streamId}:${serverId}:${content.accountId}:pennyblack`;
}

function hasHeader(content: MessageContent, lowerCaseName: string): boolean {
  return content.headers.some(header => header.name.toLowerCase() === lowerCaseName);
}

/** Where a provider may send complaints about this message, and the id by which they name it (RFC 9477). */
function complaintHeaders(content: MessageContent, loop: ComplaintLoop, serverId: number, messageId: string) {
  // A customer who takes complaints himself has said where.
  if (hasHeader(content, 'cfbl-address')) return [];
  return [
    { name: 'CFBL-Address', value: `${loop.address}; report=arf` },
    { name: 'CFBL-Feedback-ID', value: encodeFeedbackId({ serverId, messageId }, loop.key) },
  ];
}

/** `loop` undefined: nothing says where complaints go. `wrap` as in `composeMessage`. */
export function composeOutgoing(
  serverId: number,
  messageId: string,
  content: MessageContent,
  loop?: ComplaintLoop,
  wrap?: (attachment: MessageAttachment) => Buffer,
): ComposedMessage {
  const headers = [
    ...content.headers,
    { name: 'X-PM-Message-Id', value: messageId },
    ...(content.tag ? [{ name: 'X-PM-Tag', value: content.tag }] : []),
    // A customer's own goes first: receivers read one only.
    ...(hasHeader(content, 'feedback-id') ? [] : [{ name: 'Feedback-ID', value: feedbackId(content, serverId) }]),
    ...(loop ? complaintHeaders(content, loop, serverId, messageId) : []),
  ];
  const parts = {
    from: content.from,
    to: content.to,
    cc: content.cc,
    replyTo: content.replyTo,
    subject: content.subject,
    date: new Date(content.receivedAt),
    messageId: content.messageIdHeader,
    headers,
    ...(content.text === undefined ? {} : { text: content.text }),
    ...(content.html === undefined ? {} : { html: content.html }),
    attachments: content.attachments,
    boundarySeed: messageId,
  };
  return composeMessage(parts, wrap);
}
