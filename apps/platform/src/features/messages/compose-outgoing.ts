// Makes the MIME source of a message from its content. The same content gives the same bytes, always: the boundary is
// made from the message id and the date is the date of acceptance. So the dump can be made again at any time.

import {
  type ComposedMessage,
  composeMessage,
  type MessageAttachment,
} from '@pennyblack/email/mime/compose-message.ts';
import { encodeFeedbackId } from '@pennyblack/email/return-path/feedback-id.ts';
import { completeHeader, fieldLinesOf, hasEightBit } from '@pennyblack/email/submission/complete-header.ts';
import { hasLongLine, shortenLines } from '@pennyblack/email/submission/shorten-lines.ts';
import type { ContentSource, MessageContent } from './message-content.ts';
import type { ComplaintLoop } from './ports.ts';

/** Google's Feedback-ID: up to four fields, the last of them names the sender of the whole stream of mail. */
function feedbackId(content: MessageContent, serverId: number): string {
  return `${content.streamId}:${serverId}:${content.accountId}:pennyblack`;
}

/** Names in lower case. */
function namesIn(headers: readonly { name: string }[]): ReadonlySet<string> {
  return new Set(headers.map(header => header.name.toLowerCase()));
}

/** Where a provider may send complaints about this message, and the id by which they name it (RFC 9477). */
function complaintHeaders(loop: ComplaintLoop, serverId: number, messageId: string) {
  return [
    { name: 'CFBL-Address', value: `${loop.address}; report=arf` },
    { name: 'CFBL-Feedback-ID', value: encodeFeedbackId({ serverId, messageId }, loop.key) },
  ];
}

/** What the platform says about a message of its own. `names` are those of the customer's fields. */
function platformHeaders(
  serverId: number,
  messageId: string,
  content: MessageContent,
  names: ReadonlySet<string>,
  loop: ComplaintLoop | undefined,
): { name: string; value: string }[] {
  return [
    { name: 'X-PM-Message-Id', value: messageId },
    ...(content.tag ? [{ name: 'X-PM-Tag', value: content.tag }] : []),
    // A customer's own goes first: receivers read one only.
    ...(names.has('feedback-id') ? [] : [{ name: 'Feedback-ID', value: feedbackId(content, serverId) }]),
    // A customer who takes complaints himself has said where.
    ...(loop && !names.has('cfbl-address') ? complaintHeaders(loop, serverId, messageId) : []),
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
  if (content.source) return composeFromSource(serverId, messageId, content, content.source, loop);
  const names = namesIn(content.headers);
  const parts = {
    from: content.from,
    to: content.to,
    cc: content.cc,
    replyTo: content.replyTo,
    subject: content.subject,
    date: new Date(content.receivedAt),
    messageId: content.messageIdHeader,
    headers: [...content.headers, ...platformHeaders(serverId, messageId, content, names, loop)],
    ...(content.text === undefined ? {} : { text: content.text }),
    ...(content.html === undefined ? {} : { html: content.html }),
    attachments: content.attachments,
    boundarySeed: messageId,
  };
  return composeMessage(parts, wrap);
}

/** The customer's fields as they came, then what is missing, then ours; the body as it came, but for lines too long. */
function composeFromSource(
  serverId: number,
  messageId: string,
  content: MessageContent,
  source: ContentSource,
  loop: ComplaintLoop | undefined,
): ComposedMessage {
  const { header, body } = hasLongLine(source.body) ? shortenLines(source) : source;
  const kept = fieldLinesOf(header);
  const names = namesIn(kept);
  const eightBit = hasEightBit(body);
  const added = completeHeader({
    names,
    date: new Date(content.receivedAt),
    messageId: content.messageIdHeader,
    replyTo: content.replyTo,
    isAsciiBody: !eightBit,
    headers: platformHeaders(serverId, messageId, content, names, loop),
  });
  return {
    headers: [...kept, ...added],
    body,
    needsSmtpUtf8: source.isSmtpUtf8 && hasEightBit(header),
    eightBit,
    headerEncoding: 'latin1',
  };
}
