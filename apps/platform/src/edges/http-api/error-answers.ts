// What a caller is told when a request ends in anything but success. Every error leaves as Postmark's JSON shape, with
// its ErrorCode repeated in a header.

import { DatabaseUnavailable } from '@pennyblack/runtime/database/database.ts';
import { Refusal, type RefusalName, refusals } from '../../refusals.ts';

export type ErrorAnswer = {
  status: number;
  errorCode: number;
  body: Readonly<Record<string, unknown>>;
  headers: Readonly<Record<string, string>>;
  /** An error of ours, to be logged with its stack. */
  isBug: boolean;
};

const noHeaders = {};
const secondsUntilDatabaseIsTriedAgain = '5';

/** `requestId` is what a caller quotes and an operator finds in the log. Anything that is not expected becomes 500/101. */
export function answerForError(error: unknown, requestId: string): ErrorAnswer {
  if (error instanceof Refusal) return answerForRefusal(error);
  if (error instanceof DatabaseUnavailable) return databaseAnswer();
  const refusal = refusalOfFramework(error);
  if (refusal !== undefined) return answerForRefusal(new Refusal(refusal));
  const bug = new Refusal(
    'unexpected',
    `${refusals.unexpected.text} Please try again; if it happens again, tell the operator this error id: ${requestId}.`,
  );
  return { ...answerForRefusal(bug), isBug: true };
}

function answerForRefusal(refusal: Refusal): ErrorAnswer {
  const { code, status } = refusals[refusal.refusal];
  return {
    status,
    errorCode: code,
    body: { ErrorCode: code, Message: refusal.message, ...refusal.extra },
    headers: status === 503 ? { 'retry-after': secondsUntilDatabaseIsTriedAgain } : noHeaders,
    isBug: false,
  };
}

function databaseAnswer(): ErrorAnswer {
  return answerForRefusal(new Refusal('maintenance'));
}

/** Fastify's own errors while it reads a request. https://fastify.dev/docs/latest/Reference/Errors/ */
function refusalOfFramework(error: unknown): RefusalName | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return 'payload_too_large';
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return 'media_type_unsuitable';
    case 'FST_ERR_BAD_URL':
      return 'route_not_found';
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
    case 'ECONNRESET': // The caller left in the middle of its body.
      return 'json_invalid';
    default:
      return undefined;
  }
}
