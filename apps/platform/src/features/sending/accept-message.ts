// The one place that accepts a message, for HTTP and SMTP alike. An answer "accepted" means that it is on disk.

import type { Clock } from '@pennyblack/runtime/clock.ts';
import { refusals } from '../../refusals.ts';
import type { NewMessage } from '../messages/message.ts';
import type { SendingServer } from '../servers/server.ts';
import { decideStream } from '../streams/sending-rules.ts';
import type { MessageStream } from '../streams/stream.ts';
import { allSuppressedText } from '../suppressions/suppression-texts.ts';
import { createGroupCommit } from './group-commit.ts';
import type { KeyedItem } from './idempotency-key.ts';
import { checkSender, findReplyTo, type MakeMessageDeps, makeMessage, withReplyTo } from './make-message.ts';
import { checkMessage } from './message-rules.ts';
import type { SendRequest } from './send-request.ts';
import { acceptedResult, refused, type SendResult } from './send-result.ts';
import { type GroupItem, type StoreGroupDeps, type StoreOutcome, storeGroup } from './store-group.ts';

export type AcceptDeps = StoreGroupDeps &
  MakeMessageDeps & {
    clock: Clock;
    findStreams(serverId: number): Promise<ReadonlyMap<string, MessageStream>>;
  };

export type AcceptOptions = {
  /** Of a request that came with a key: a message that was accepted under it is not accepted again. See keyed-requests.ts. */
  keyed?: KeyedItem | undefined;
};

export type AcceptMessage = {
  /** Rejects with DatabaseUnavailable when the message could not be stored: nothing is accepted that is not on disk. */
  accept(server: SendingServer, request: SendRequest, options?: AcceptOptions): Promise<SendResult>;
  /** Checks like `accept`, and stores nothing: what the token POSTMARK_API_TEST asks for. */
  rehearse(request: SendRequest): SendResult;
};

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

  return {
    accept: async (server, request, { keyed } = {}) => {
      const stream = decideStream(await deps.findStreams(server.serverId), request.messageStream);
      if (stream.kind === 'unknown') return refused('stream_unknown', stream.message);
      if (stream.kind === 'cannot_send') return refused('stream_cannot_send', stream.message);

      const decision = checkMessage(request, settings);
      if (decision.kind === 'refused') return refused(decision.refusal, decision.message);

      const sender = await checkSender(deps, server, decision.message.from);
      if (sender.kind === 'refused') return sender;

      const checked = withReplyTo(decision.message, await findReplyTo(deps, server, decision.message));
      const message = makeMessage(deps, server, stream.stream.streamId, checked);
      const groups = message.packedContent.length > largeMessageBytes ? largeGroups : smallGroups;
      const outcome = await groups.submit({ message, streamType: stream.stream.streamType, keyed });
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
