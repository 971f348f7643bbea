// Takes a message that a client has handed over by SMTP. 250 means that it is on disk: the message, or what became of it.

import { DatabaseUnavailable } from '@pennyblack/runtime/database/database.ts';
import type { Submission, SubmissionAnswer, Submit } from '../../../edges/smtp-submission/contract.ts';
import { type RefusalName, refusals } from '../../../refusals.ts';
import type { SubmissionCaller } from '../../streams/submission-caller.ts';
import type { SubmissionSender } from '../send-submission.ts';

/** `sender` decides and stores; here is only what the client is told. */
export function createSubmissionTaker(sender: SubmissionSender): Submit<SubmissionCaller> {
  return async submission => {
    try {
      return answerOf(await sender.send(submission.caller, requestOf(submission)));
    } catch (error) {
      // Also when nobody knows whether it is stored: a second try is recognized by its Message-ID.
      if (error instanceof DatabaseUnavailable) return { kind: 'try_later' };
      throw error;
    }
  };
}

function requestOf({ envelope, source }: Submission<SubmissionCaller>) {
  const { mailFrom, recipients, isSmtpUtf8 } = envelope;
  return { mailFrom, recipients: recipients.map(recipient => recipient.address), isSmtpUtf8, source };
}

function answerOf(result: Awaited<ReturnType<SubmissionSender['send']>>): SubmissionAnswer {
  if (result.kind === 'taken') return { kind: 'stored', messageId: result.messageId };
  const { code } = refusals[result.refusal];
  const enhanced = enhancedCodes[result.refusal] ?? '5.7.1';
  return { kind: 'refused', code: 550, enhanced, text: `ErrorCode ${code}: ${inOneLine(result.text)}` };
}

/** RFC 3463; what is not here is against a rule of ours, which is 5.7.1. */
const enhancedCodes: Partial<Record<RefusalName, string>> = {
  email_invalid: '5.6.0',
  sender_not_found: '5.1.8',
  sender_unconfirmed: '5.1.8',
};

/** RFC 5321 4.5.3.1.5 allows 512 octets for a reply line, and only ASCII. */
const replyLengthMax = 400;

function inOneLine(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, '?').slice(0, replyLengthMax);
}
