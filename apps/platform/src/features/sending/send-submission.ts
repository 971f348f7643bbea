// Sends what came by SMTP: the same steps as for the API, and an answer that SMTP has words for.

import { type RefusalName, refusals } from '../../refusals.ts';
import type { SubmissionCaller } from '../streams/submission-caller.ts';
import type { AcceptMessage } from './accept-message.ts';
import { findStored } from './claim-keys.ts';
import type { KeyedItem } from './idempotency-key.ts';
import { type RecordSubmissionErrorDeps, recordSubmissionError } from './record-submission-error.ts';
import { refused } from './send-result.ts';
import { keyOfSubmission } from './submission-key.ts';
import { readSubmittedMessage, type SubmittedMessage } from './submitted-message.ts';

export type SubmissionRequest = {
  mailFrom: string;
  /** As the client wrote them. */
  recipients: readonly string[];
  isSmtpUtf8: boolean;
  source: Buffer;
};

export type SubmissionResult =
  /** On disk: as a message, or as the bounce of a message that may not be sent. */
  { kind: 'taken'; messageId: string } | { kind: 'refused'; refusal: RefusalName; text: string };

export type SubmissionSender = {
  /** Rejects with DatabaseUnavailable when it could not be stored. */
  send(caller: SubmissionCaller, request: SubmissionRequest): Promise<SubmissionResult>;
};

export type SubmissionSenderDeps = RecordSubmissionErrorDeps & {
  acceptMessage: AcceptMessage;
  makeMessageId: () => string;
  now: () => Date;
  /** `later`: what may not be sent is taken and becomes a bounce, as Postmark does; `in-session`: it is refused. */
  refusals: 'later' | 'in-session';
};

export function createSubmissionSender(deps: SubmissionSenderDeps): SubmissionSender {
  /** A message that was taken before it would be refused: its recipients may be suppressed since. */
  async function repeated(serverId: number, keyed: KeyedItem): Promise<SubmissionResult | undefined> {
    const before = await findStored(deps.db.reads, serverId, keyed);
    if (before?.kind !== 'stored' || before.result.kind !== 'accepted') return undefined;
    return { kind: 'taken', messageId: before.result.messageId };
  }

  return {
    async send(caller, { mailFrom, recipients, isSmtpUtf8, source }) {
      const { serverId, credential, streamId } = caller;
      const message = readSubmittedMessage({ source, recipients, isSmtpUtf8, boundStreamId: streamId });
      const key = keyOfSubmission({ serverId, credential, mailFrom }, message);
      const keyed = key.kind === 'key' ? key.keyed : undefined;
      const result = key.kind === 'invalid' ? keyIsInvalid : await accept(caller, message, keyed);
      if (result.kind === 'accepted') return { kind: 'taken', messageId: result.messageId };
      if (caller.isTest) return result;
      const before = keyed && (await repeated(serverId, keyed));
      if (before || deps.refusals === 'in-session') return before ?? result;

      const { refusal, text } = result;
      const error = { serverId, messageId: deps.makeMessageId(), message, source, refusal, text, keyed };
      return { kind: 'taken', messageId: await recordSubmissionError(deps, error, deps.now()) };
    },
  };

  function accept(caller: SubmissionCaller, message: SubmittedMessage, keyed: KeyedItem | undefined) {
    if (caller.isTest) return deps.acceptMessage.rehearseSubmission(message);
    return deps.acceptMessage.acceptSubmission(caller.server, message, { keyed });
  }
}

const keyIsInvalid = refused('idempotency_key_invalid', refusals.idempotency_key_invalid.text);
