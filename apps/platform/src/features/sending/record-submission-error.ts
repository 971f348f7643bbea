// Records a message that was taken by SMTP and that the rules of sending refuse: a bounce of the type SMTPApiError with the
// message in its dump. Source: Postmark's pages "Send email with SMTP" and "SMTP API errors".

import { addressKey } from '@pennyblack/email/address/address-key.ts';
import { composeApiError } from '@pennyblack/email/bounces/compose-api-error.ts';
import { readHeaderRecipients } from '@pennyblack/email/submission/header-recipients.ts';
import { cleanText } from '@pennyblack/email/submission/source-fields.ts';
import type { Database } from '@pennyblack/runtime/database/database.ts';
import { type RefusalName, refusals } from '../../refusals.ts';
import type { BounceToRecord } from '../bounces/bounce.ts';
import { recordBounces } from '../bounces/record-bounces.ts';
import type { RecordEvents } from '../events/record-events.ts';
import { decideStream, defaultSendingStreamId } from '../streams/sending-rules.ts';
import type { MessageStream } from '../streams/stream.ts';
import { claimKey } from './claim-keys.ts';
import { type KeyedItem, keyedRefusalOf } from './idempotency-key.ts';
import { limits } from './message-rules.ts';
import { acceptedResult } from './send-result.ts';
import { rawValuesOf, type SubmittedMessage, subjectOf } from './submitted-message.ts';

export type SubmissionError = {
  serverId: number;
  messageId: string;
  message: SubmittedMessage;
  source: Buffer;
  refusal: RefusalName;
  text: string;
  /** The key of the message, where it has one. */
  keyed: KeyedItem | undefined;
};

export type RecordSubmissionErrorDeps = {
  db: Database;
  recordEvents: RecordEvents;
  findStreams(serverId: number): Promise<ReadonlyMap<string, MessageStream>>;
  mailHostname: string;
};

const detailsLengthMax = 2000;
const addressLengthMax = 320;

/**
 * Resolves when the bounce is on disk, with the id under which it is: that of the first time, when a client that lost our
 * answer sends the same message again and it is refused for the same reason. Once the reason is gone, it is sent.
 */
export async function recordSubmissionError(
  deps: RecordSubmissionErrorDeps,
  error: SubmissionError,
  now: Date,
): Promise<string> {
  const { serverId, messageId, refusal } = error;
  const streams = await deps.findStreams(serverId);
  const bounce = bounceOf(error, streamFor(error.message, streams), deps.mailHostname, now);
  const keyed = error.keyed && keyedRefusalOf(error.keyed, serverId, refusal);
  return deps.db.accept.transaction(async tx => {
    const result = acceptedResult({ messageId, receivedAt: now }, []);
    const earlier = keyed && (await claimKey(tx, serverId, keyed, result, now));
    if (earlier?.kind === 'stored' && earlier.result.kind === 'accepted') return earlier.result.messageId;
    await recordBounces(tx, deps.recordEvents, [bounce], now);
    return messageId;
  });
}

/** What may not be sent in its stream is shown in the default one, where somebody looks. */
function streamFor({ streamId }: SubmittedMessage, streams: ReadonlyMap<string, MessageStream>): string {
  const decision = decideStream(streams, streamId);
  return decision.kind === 'sends' ? decision.stream.streamId : defaultSendingStreamId;
}

/** One for the whole message, under its first recipient: nobody got it. */
function bounceOf(error: SubmissionError, streamId: string, mailHostname: string, now: Date): BounceToRecord {
  const { serverId, messageId, message, refusal, text } = error;
  const { code } = refusals[refusal];
  const recipient = cleanText(message.envelopeRecipients[0] ?? '').slice(0, addressLengthMax);
  const { tag } = message.controls;
  return {
    serverId,
    messageId,
    recipientNumber: 0,
    streamId,
    type: 'SMTPApiError',
    emailAddress: recipient,
    addressKey: addressKey(recipient),
    fromAddress: senderOf(message),
    subject: subjectOf(message).slice(0, limits.subjectLengthMax),
    tag: tag ? tag.slice(0, limits.tagLengthMax) : null,
    metadata: metadataOf(message),
    details: `ErrorCode ${code}: ${text}`.slice(0, detailsLengthMax).toWellFormed(),
    isFinal: true,
    source: composeApiError({
      reportingHost: mailHostname,
      messageId,
      errorCode: code,
      errorText: text,
      recipients: message.envelopeRecipients,
      at: now,
      source: error.source,
    }),
  };
}

/** Empty when nobody can say who sent it. */
function senderOf(message: SubmittedMessage): string {
  const [first] = readHeaderRecipients(rawValuesOf(message, 'from')[0] ?? '').values();
  return first?.address ?? '';
}

/** As far as it keeps to the limits: what is wrong with it may be the reason. */
function metadataOf({ controls }: SubmittedMessage): Record<string, string> | undefined {
  const { metadataFieldsMax, metadataNameLengthMax, metadataValueLengthMax } = limits;
  const entries = controls.metadata
    .filter(({ name, value }) => name.length <= metadataNameLengthMax && value.length <= metadataValueLengthMax)
    .slice(0, metadataFieldsMax);
  return entries.length === 0 ? undefined : Object.fromEntries(entries.map(({ name, value }) => [name, value]));
}
