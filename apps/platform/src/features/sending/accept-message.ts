// The one place that accepts a message, for HTTP and SMTP alike. An answer "accepted" means that it is on disk.

import { addressKey } from '@pennyblack/email/address/address-key.ts';
import { formatMailboxForDisplay } from '@pennyblack/email/address/format-mailbox.ts';
import type { Mailbox } from '@pennyblack/email/address/mailbox.ts';
import type { Clock } from '@pennyblack/runtime/clock.ts';
import { timeOfUuidV7, type UuidSource } from '@pennyblack/runtime/uuid-v7.ts';
import type { RefusalName } from '../../refusals.ts';
import type { NewMessage } from '../messages/message.ts';
import { type MessageContent, packContent } from '../messages/message-content.ts';
import { decideSender, type SenderStanding } from '../senders/sender-rules.ts';
import type { SendingServer } from '../servers/server.ts';
import { decideStream } from '../streams/sending-rules.ts';
import type { MessageStream } from '../streams/stream.ts';
import { allSuppressedText, someSuppressedText } from '../suppressions/suppression-texts.ts';
import { createGroupCommit } from './group-commit.ts';
import { type CheckedMessage, checkMessage } from './message-rules.ts';
import type { SendRequest } from './send-request.ts';
import { type GroupItem, type StoreGroupDeps, type StoreOutcome, storeGroup } from './store-group.ts';

export type SendResult =
  | { kind: 'accepted'; messageId: string; submittedAt: Date; text: string }
  | { kind: 'refused'; refusal: RefusalName; text: string };

export type AcceptDeps = StoreGroupDeps & {
  clock: Clock;
  makeMessageId: UuidSource;
  findStreams(serverId: number): Promise<ReadonlyMap<string, MessageStream>>;
  findSenderStanding(accountId: number, from: { address: string; domain: string }): Promise<SenderStanding>;
  /** Of the sender signature of a From address, for messages without a Reply-To. */
  findDefaultReplyTo(accountId: number, fromAddress: string): Promise<Mailbox | undefined>;
  settings: {
    mailHostname: string;
    requireVerifiedSenders: boolean;
    allowNonAsciiMailboxes: boolean;
  };
};

export type AcceptMessage = {
  /** Rejects with DatabaseUnavailable when the message could not be stored: nothing is accepted that is not on disk. */
  accept(server: SendingServer, request: SendRequest): Promise<SendResult>;
  /** Checks like `accept`, and stores nothing: what the token POSTMARK_API_TEST asks for. */
  rehearse(request: SendRequest): SendResult;
};

/** A body above this has a connection of its own, so that it does not hold up the small ones. */
const largeMessageBytes = 512 * 1024;
const groupRowsMax = 300;
const groupBytesMax = 4 * 1024 * 1024;

function refused(refusal: RefusalName, text: string): SendResult {
  return { kind: 'refused', refusal, text };
}

export function createAcceptMessage(deps: AcceptDeps): AcceptMessage {
  const { settings } = deps;
  const grouping = {
    rowsMax: groupRowsMax,
    bytesMax: groupBytesMax,
    rowsOf: (item: GroupItem) => item.message.recipients.length,
    bytesOf: (item: GroupItem) => item.message.packedContent.length,
    commit: (items: readonly GroupItem[]) => storeGroup(deps, items, deps.clock.now()),
  };
  const smallGroups = createGroupCommit<GroupItem, StoreOutcome>({ ...grouping, slots: 2 });
  const largeGroups = createGroupCommit<GroupItem, StoreOutcome>({ ...grouping, slots: 1 });

  function makeMessage(server: SendingServer, streamId: string, checked: CheckedMessage): NewMessage {
    const messageId = deps.makeMessageId();
    // The id's own time: searches by date go by the id, so both must say the same.
    const receivedAt = timeOfUuidV7(messageId);
    // The server's switch cannot be turned off by a message, only on, unless it says "never". Links go the message's way.
    const trackOpens = !checked.neverTracksOpens && (server.trackOpens || checked.trackOpens === true);
    const trackLinks = checked.trackLinks ?? server.trackLinks;
    const { from, to, cc, replyTo, subject, headers, attachments, text, html, tag, metadata, fakeBounceType } = checked;
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
      messageIdHeader: checked.keptMessageId ?? `<${messageId}@${settings.mailHostname}>`,
      isSandboxed: server.deliveryType === 'Sandbox',
      ...(text === undefined ? {} : { text }),
      ...(html === undefined ? {} : { html }),
      ...(tag === undefined ? {} : { tag }),
      ...(metadata === undefined ? {} : { metadata }),
      ...(fakeBounceType === undefined ? {} : { fakeBounceType }),
      ...(trackOpens || trackLinks !== 'None' ? { tracking: { opens: trackOpens, links: trackLinks } } : {}),
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

  function resultOf(message: NewMessage, outcome: StoreOutcome): SendResult {
    switch (outcome.kind) {
      case 'failed':
        throw outcome.error;
      case 'all_suppressed':
        return refused('recipients_inactive', allSuppressedText(outcome.suppressed));
      case 'stored': {
        const text = outcome.suppressed.length > 0 ? someSuppressedText(outcome.suppressed) : 'OK';
        return { kind: 'accepted', messageId: message.messageId, submittedAt: message.receivedAt, text };
      }
    }
  }

  /** A message's own Reply-To goes first, then that of its sender signature. */
  async function withReplyTo(server: SendingServer, checked: CheckedMessage): Promise<CheckedMessage> {
    if (checked.replyTo.length > 0) return checked;
    const replyTo = await deps.findDefaultReplyTo(server.accountId, checked.from.address);
    return replyTo ? { ...checked, replyTo: [replyTo] } : checked;
  }

  async function checkSender(server: SendingServer, checked: CheckedMessage): Promise<SendResult | undefined> {
    if (!settings.requireVerifiedSenders || server.deliveryType === 'Sandbox') return undefined;
    const standing = await deps.findSenderStanding(server.accountId, checked.from);
    const decision = decideSender(standing, checked.from.address);
    if (decision.kind === 'may_send') return undefined;
    return refused(decision.kind === 'unknown' ? 'sender_not_found' : 'sender_unconfirmed', decision.message);
  }

  return {
    accept: async (server, request) => {
      const stream = decideStream(await deps.findStreams(server.serverId), request.messageStream);
      if (stream.kind === 'unknown') return refused('stream_unknown', stream.message);
      if (stream.kind === 'cannot_send') return refused('stream_cannot_send', stream.message);

      const decision = checkMessage(request, settings);
      if (decision.kind === 'refused') return refused(decision.refusal, decision.message);

      const senderRefused = await checkSender(server, decision.message);
      if (senderRefused) return senderRefused;

      const message = makeMessage(server, stream.stream.streamId, await withReplyTo(server, decision.message));
      const groups = message.packedContent.length > largeMessageBytes ? largeGroups : smallGroups;
      const outcome = await groups.submit({ message, streamType: stream.stream.streamType });
      return resultOf(message, outcome);
    },
    rehearse: request => {
      const decision = checkMessage(request, settings);
      if (decision.kind === 'refused') return refused(decision.refusal, decision.message);
      return {
        kind: 'accepted',
        messageId: deps.makeMessageId(),
        submittedAt: deps.clock.now(),
        text: 'Test job accepted',
      };
    },
  };
}
