// A message that was handed over by SMTP, taken apart as far as sending has to know it.

import { rawValueOf, textOf } from '@pennyblack/email/submission/source-fields.ts';
import { type SplitSource, splitSource } from '@pennyblack/email/submission/split-source.ts';

export type SubmittedMessage = SplitSource & {
  /** Those of the envelope, as the client wrote them. They get the message, whatever its fields say. */
  envelopeRecipients: readonly string[];
  isSmtpUtf8: boolean;
  /** The stream that the credential is bound to, else the one that the message names. */
  streamId: string | undefined;
  /** The message names another stream than the credential is bound to: both, for the refusal. */
  streamConflict: { bound: string; named: string } | undefined;
  sizeInBytes: number;
};

export function readSubmittedMessage(submission: {
  source: Buffer;
  recipients: readonly string[];
  isSmtpUtf8: boolean;
  boundStreamId: string | undefined;
}): SubmittedMessage {
  const { source, recipients, isSmtpUtf8, boundStreamId: bound } = submission;
  const split = splitSource(source);
  const named = split.controls.messageStream || undefined;
  return {
    ...split,
    envelopeRecipients: recipients,
    isSmtpUtf8,
    streamId: bound ?? named,
    streamConflict: bound !== undefined && named !== undefined && bound !== named ? { bound, named } : undefined,
    sizeInBytes: source.length,
  };
}

/** Every field of this name (in lower case), not decoded. */
export function rawValuesOf({ header, fields }: SubmittedMessage, lowerName: string): string[] {
  return fields.filter(field => field.lowerName === lowerName).map(field => rawValueOf(header, field));
}

/** As a reader sees it; empty when there is none. */
export function subjectOf({ header, fields }: SubmittedMessage): string {
  const field = fields.find(each => each.lowerName === 'subject');
  return field ? textOf(header, field) : '';
}
