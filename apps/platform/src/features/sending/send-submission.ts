// Sends what came by SMTP: the same steps as for the API, and an answer that SMTP has words for.

import type { RefusalName } from '../../refusals.ts';
import type { SubmissionCaller } from '../streams/submission-caller.ts';
import type { AcceptMessage } from './accept-message.ts';
import { type RecordSubmissionErrorDeps, recordSubmissionError } from './record-submission-error.ts';
import { readSubmittedMessage } from './submitted-message.ts';

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
  return {
    async send(caller, { recipients, isSmtpUtf8, source }) {
      const message = readSubmittedMessage({ source, recipients, isSmtpUtf8, boundStreamId: caller.streamId });
      const result = caller.isTest
        ? deps.acceptMessage.rehearseSubmission(message)
        : await deps.acceptMessage.acceptSubmission(caller.server, message);
      if (result.kind === 'accepted') return { kind: 'taken', messageId: result.messageId };
      if (caller.isTest || deps.refusals === 'in-session') return result;

      const messageId = deps.makeMessageId();
      const { refusal, text } = result;
      const { serverId } = caller;
      await recordSubmissionError(deps, { serverId, messageId, message, source, refusal, text }, deps.now());
      return { kind: 'taken', messageId };
    },
  };
}
