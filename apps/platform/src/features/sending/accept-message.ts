// The one place that accepts a message, for HTTP and SMTP alike. An answer "accepted" means that it is on disk.

import { addressKey } from '@pennyblack/email/address/address-key.ts';
import { formatMailboxForDisplay } from '@pennyblack/email/address/format-mailbox.ts';
import type { Mailbox } from '@pennyblack/email/address/mailbox.ts';
import type { Clock } from '@pennyblack/runtime/clock.ts';
import { moveUuidV7, timeOfUuidV7, type UuidSource } from '@pennyblack/runtime/uuid-v7.ts';
import { refusals } from '../../refusals.ts';
import type { NewMessage } from '../messages/message.ts';
import { type MessageContent, packContent } from '../messages/message-content.ts';
import { decideSender, type SenderStanding } from '../senders/sender-rules.ts';
import type { SendingServer } from '../servers/server.ts';
import { decideStream } from '../streams/sending-rules.ts';
import type { MessageStream, StreamType } from '../streams/stream.ts';
import { allSuppressedText } from '../suppressions/suppression-texts.ts';
import { createGroupCommit } from './group-commit.ts';
import type { KeyedItem } from './idempotency-key.ts';
import { type CheckedMessage, checkMessage, type MessageDecision } from './message-rules.ts';
import { scheduleGroup } from './scheduled/schedule-group.ts';
import { decideSendAt } from './scheduled/send-at-rules.ts';
import type { SendRequest } from './send-request.ts';
import { acceptedResult, refused, type SendResult } from './send-result.ts';
import { type GroupItem, type StoreGroupDeps, type StoreOutcome, storeGroup } from './store-group.ts';
import { checkSubmission } from './submission-rules.ts';
import type { SubmittedMessage } from './submitted-message.ts';

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

export type AcceptOptions = {
  /** Of a request that came with a key: a message that was accepted under it is not accepted again. See keyed-requests.ts. */
  keyed?: KeyedItem | undefined;
};

export type AcceptMessage = {
  /** Rejects with DatabaseUnavailable when the message could not be stored: nothing is accepted that is not on disk. */
  accept(server: SendingServer, request: SendRequest, options?: AcceptOptions): Promise<SendResult>;
  /** The same for a message that came by SMTP. */
  acceptSubmission(server: SendingServer, message: SubmittedMessage, options?: AcceptOptions): Promise<SendResult>;
  /** Both check like the two above, and store nothing: what the token POSTMARK_API_TEST asks for. */
  rehearse(request: SendRequest): SendResult;
  rehearseSubmission(message: SubmittedMessage): SendResult;
};

/** What the steps of accepting must know of a message before they read it. `check` is asked once the stream is known. */
type Incoming = { streamId: string | undefined; sendAt: string | undefined; check(): MessageDecision };

/** A body above this has a connection of its own, so that it does not hold up the small ones. */
const largeMessageBytes = 512 * 1024;
const groupRowsMax = 300;
const groupBytesMax = 4 * 1024 * 1024;

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

  const scheduledGroups = createGroupCommit<GroupItem, StoreOutcome>({
    ...grouping,
    commit: items => scheduleGroup(deps, items, deps.clock.now()),
    slots: 1,
  });

  /** The answer is that of a message which goes at once; only its id is that of the time at which it will go. */
  async function schedule(
    message: NewMessage,
    streamType: StreamType,
    at: Date,
    keyed: KeyedItem | undefined,
  ): Promise<SendResult> {
    const later = { ...message, messageId: moveUuidV7(message.messageId, at) };
    return resultOf(later, await scheduledGroups.submit({ message: later, streamType, keyed }));
  }

  function makeMessage(server: SendingServer, streamId: string, checked: CheckedMessage): NewMessage {
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
      messageIdHeader: checked.keptMessageId ?? `<${messageId}@${settings.mailHostname}>`,
      isSandboxed: server.deliveryType === 'Sandbox',
      ...(text === undefined ? {} : { text }),
      ...(html === undefined ? {} : { html }),
      ...(tag === undefined ? {} : { tag }),
      ...(metadata === undefined ? {} : { metadata }),
      ...(fakeBounceType === undefined ? {} : { fakeBounceType }),
      ...(trackOpens || trackLinks !== 'None' ? { tracking: { opens: trackOpens, links: trackLinks } } : {}),
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

  function resultOf(message: NewMessage, outcome: StoreOutcome): SendResult {
    switch (outcome.kind) {
      case 'failed':
        throw outcome.error;
      case 'all_suppressed':
        return refused('recipients_inactive', allSuppressedText(outcome.suppressed));
      case 'repeated':
        return outcome.result;
      case 'key_of_other_request':
        return refused('idempotency_key_reused', refusals.idempotency_key_reused.text);
      case 'stored':
        return acceptedResult(message, outcome.suppressed);
    }
  }

  /** A message's own Reply-To goes first, then that of its sender signature. */
  async function withReplyTo(server: SendingServer, checked: CheckedMessage): Promise<CheckedMessage> {
    if (checked.replyTo.length > 0 || checked.hasOwnReplyTo) return checked;
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

  /** The steps of every message, whichever way it came. */
  async function take(server: SendingServer, incoming: Incoming, { keyed }: AcceptOptions): Promise<SendResult> {
    const stream = decideStream(await deps.findStreams(server.serverId), incoming.streamId);
    if (stream.kind === 'unknown') return refused('stream_unknown', stream.message);
    if (stream.kind === 'cannot_send') return refused('stream_cannot_send', stream.message);

    const decision = incoming.check();
    if (decision.kind === 'refused') return refused(decision.refusal, decision.message);

    const sendAt = decideSendAt(incoming.sendAt, deps.clock.now());
    if (sendAt.kind === 'refused') return refused(sendAt.refusal, sendAt.message);

    const senderRefused = await checkSender(server, decision.message);
    if (senderRefused) return senderRefused;

    const message = makeMessage(server, stream.stream.streamId, await withReplyTo(server, decision.message));
    if (sendAt.kind === 'later') return schedule(message, stream.stream.streamType, sendAt.at, keyed);
    const groups = message.packedContent.length > largeMessageBytes ? largeGroups : smallGroups;
    const outcome = await groups.submit({ message, streamType: stream.stream.streamType, keyed });
    return resultOf(message, outcome);
  }

  function rehearse({ check, sendAt: wanted }: Incoming): SendResult {
    const decision = check();
    if (decision.kind === 'refused') return refused(decision.refusal, decision.message);
    const sendAt = decideSendAt(wanted, deps.clock.now());
    if (sendAt.kind === 'refused') return refused(sendAt.refusal, sendAt.message);
    const messageId = deps.makeMessageId();
    return { kind: 'accepted', messageId, submittedAt: deps.clock.now(), text: 'Test job accepted' };
  }

  const ofRequest = (request: SendRequest): Incoming => ({
    streamId: request.messageStream,
    sendAt: request.sendAt,
    check: () => checkMessage(request, settings),
  });
  const ofSubmission = (message: SubmittedMessage): Incoming => ({
    streamId: message.streamId,
    sendAt: message.controls.sendAt,
    check: () => checkSubmission(message, settings),
  });

  return {
    accept: (server, request, options = {}) => take(server, ofRequest(request), options),
    acceptSubmission: (server, message, options = {}) => take(server, ofSubmission(message), options),
    rehearse: request => rehearse(ofRequest(request)),
    rehearseSubmission: message => rehearse(ofSubmission(message)),
  };
}
