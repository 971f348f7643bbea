// Makes of a checked request the message that is stored, and asks whether its sender may send. For everything that is
// accepted, whether it goes at once or later.

import { addressKey } from '@pennyblack/email/address/address-key.ts';
import { formatMailboxForDisplay } from '@pennyblack/email/address/format-mailbox.ts';
import type { Mailbox } from '@pennyblack/email/address/mailbox.ts';
import { mayHoldPlaceholders, sourceMayHoldPlaceholders } from '@pennyblack/email/unsubscribe/find-placeholders.ts';
import { timeOfUuidV7, type UuidSource } from '@pennyblack/runtime/uuid-v7.ts';
import type { RefusalName } from '../../refusals.ts';
import type { NewMessage } from '../messages/message.ts';
import { type MessageContent, packContent } from '../messages/message-content.ts';
import { decideSender, type SenderStanding } from '../senders/sender-rules.ts';
import type { SendingServer } from '../servers/server.ts';
import type { MessageStream, UnsubscribeHandling } from '../streams/stream.ts';
import type { CheckedMessage } from './message-rules.ts';

export type MakeMessageDeps = {
  makeMessageId: UuidSource;
  findSenderStanding(accountId: number, from: { address: string; domain: string }): Promise<SenderStanding>;
  /** Of the sender signature of a From address, for messages without a Reply-To. */
  findDefaultReplyTo(accountId: number, fromAddress: string): Promise<Mailbox | undefined>;
  settings: {
    mailHostname: string;
    requireVerifiedSenders: boolean;
    allowNonAsciiMailboxes: boolean;
  };
};

export function makeMessage(
  deps: Pick<MakeMessageDeps, 'makeMessageId' | 'settings'>,
  server: SendingServer,
  { streamId, unsubscribeHandling }: Pick<MessageStream, 'streamId' | 'unsubscribeHandling'>,
  checked: CheckedMessage,
): NewMessage {
  const messageId = deps.makeMessageId();
  // The id's own time: searches by date go by the id, so both must say the same.
  const receivedAt = timeOfUuidV7(messageId);
  // The server's switch cannot be turned off by a message, only on, unless it says "never". Links go the message's way.
  const trackOpens = !checked.neverTracksOpens && (server.trackOpens || checked.trackOpens === true);
  const trackLinks = checked.trackLinks ?? server.trackLinks;
  const { from, to, cc, replyTo, subject, headers, attachments, text, html, tag, metadata, fakeBounceType, source } =
    checked;
  const content: MessageContent = {
    accountId: server.accountId,
    streamId,
    receivedAt: receivedAt.toISOString(),
    from,
    to,
    cc,
    replyTo,
    subject,
    headers,
    attachments,
    messageIdHeader: checked.keptMessageId ?? `<${messageId}@${deps.settings.mailHostname}>`,
    isSandboxed: server.deliveryType === 'Sandbox',
    ...(text === undefined ? {} : { text }),
    ...(html === undefined ? {} : { html }),
    ...(tag === undefined ? {} : { tag }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(fakeBounceType === undefined ? {} : { fakeBounceType }),
    ...(trackOpens || trackLinks !== 'None' ? { tracking: { opens: trackOpens, links: trackLinks } } : {}),
    ...unsubscribeOf(unsubscribeHandling, checked),
    ...(source === undefined ? {} : { source }),
  };
  return {
    serverId: server.serverId,
    messageId,
    streamId,
    receivedAt,
    fromDisplay: formatMailboxForDisplay(from),
    fromKey: addressKey(from.address),
    trackOpens,
    trackLinks,
    recipients: checked.recipients,
    content,
    packedContent: packContent(content),
  };
}

/** As the stream is now: a later change of it is for later messages. */
function unsubscribeOf(
  handling: UnsubscribeHandling,
  { text, html, source }: CheckedMessage,
): Pick<MessageContent, 'unsubscribe'> {
  if (handling === 'Postmark') return { unsubscribe: { adds: true } };
  const bodies = { ...(text === undefined ? {} : { text }), ...(html === undefined ? {} : { html }) };
  const mayHold = source ? sourceMayHoldPlaceholders(source) : mayHoldPlaceholders(bodies);
  return mayHold ? { unsubscribe: { adds: false } } : {};
}

/** For a message without a Reply-To of its own: that of its sender signature. */
export async function findReplyTo(
  deps: Pick<MakeMessageDeps, 'findDefaultReplyTo'>,
  server: SendingServer,
  checked: Pick<CheckedMessage, 'replyTo' | 'hasOwnReplyTo' | 'from'>,
): Promise<Mailbox | undefined> {
  if (checked.replyTo.length > 0 || checked.hasOwnReplyTo) return undefined;
  return deps.findDefaultReplyTo(server.accountId, checked.from.address);
}

export function withReplyTo(checked: CheckedMessage, replyTo: Mailbox | undefined): CheckedMessage {
  return replyTo && checked.replyTo.length === 0 ? { ...checked, replyTo: [replyTo] } : checked;
}

export type SenderCheck = { kind: 'may_send' } | { kind: 'refused'; refusal: RefusalName; text: string };

export async function checkSender(
  deps: Pick<MakeMessageDeps, 'findSenderStanding' | 'settings'>,
  server: SendingServer,
  from: Mailbox,
): Promise<SenderCheck> {
  if (!deps.settings.requireVerifiedSenders || server.deliveryType === 'Sandbox') return { kind: 'may_send' };
  const standing = await deps.findSenderStanding(server.accountId, from);
  const decision = decideSender(standing, from.address);
  if (decision.kind === 'may_send') return { kind: 'may_send' };
  const refusal = decision.kind === 'unknown' ? 'sender_not_found' : 'sender_unconfirmed';
  return { kind: 'refused', refusal, text: decision.message };
}
