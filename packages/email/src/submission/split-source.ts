// Cuts a submitted message into what is passed on and what is for the platform alone. The kept fields stay as they are, to
// the byte and in their order; the body is not touched.
// Sources: Postmark's page "Send email with SMTP" (X-PM-* fields), RFC 5322 3.6, RFC 9477 (CFBL-*).

import { rawValueOf, readSourceFields, type SourceField, textOf } from './source-fields.ts';

/** What the message asks of the platform. Texts as they were written, not checked. */
export type SubmissionControls = {
  messageStream?: string;
  tag?: string;
  trackOpens?: string;
  trackLinks?: string;
  /** In their order; a name may stand there twice. */
  metadata: { name: string; value: string }[];
  keepsMessageId: boolean;
  fakeBounceType?: string;
  /** As it was written, also where it is not passed on. */
  messageId?: string;
  idempotencyKey?: string;
  sendAt?: string;
};

export type SplitSource = {
  /** The kept fields, each with its line end, without the empty line. */
  header: Buffer;
  /** Their places within `header`. */
  fields: SourceField[];
  /** What follows the empty line. */
  body: Buffer;
  controls: SubmissionControls;
  hasNulInHeader: boolean;
};

// Written on the way by others, or never to be shown: the envelope says who gets the message, we sign it, and the way it
// took before it came to us is nobody's business.
const removedNames: ReadonlySet<string> = new Set([
  'bcc',
  'resent-bcc',
  'return-path',
  'received',
  'delivered-to',
  'x-original-to',
  'dkim-signature',
  'domainkey-signature',
  'idempotency-key',
]);
/** Postmark's own space; X-PM-Message-Id and X-PM-Tag are written anew. */
const controlPrefix = 'x-pm-';
const metadataPrefix = 'x-pm-metadata-';
/** The last field of a Feedback-ID of ours names us, so nobody else may use it. */
const ourFeedbackId = /:pennyblack$/i;

export function splitSource(source: Buffer): SplitSource {
  const { fields, bodyStart } = readSourceFields(source);
  const takesComplaints = fields.some(field => field.lowerName === 'cfbl-address');
  const controls: SubmissionControls = { metadata: [], keepsMessageId: false };
  for (const field of fields) readControl(source, field, controls);

  const isKept = (field: SourceField) => {
    if (field.lowerName === 'message-id') return controls.keepsMessageId;
    if (field.lowerName === 'cfbl-feedback-id') return takesComplaints;
    if (field.lowerName === 'feedback-id') return !ourFeedbackId.test(rawValueOf(source, field));
    return !removedNames.has(field.lowerName) && !field.lowerName.startsWith(controlPrefix);
  };
  const kept = fields.filter(isKept);
  const header = Buffer.concat(kept.map(field => withLineEnd(source.subarray(field.start, field.end))));
  return {
    header,
    fields: readSourceFields(header, 0, false).fields,
    body: source.subarray(bodyStart),
    controls,
    hasNulInHeader: source.subarray(0, bodyStart).includes(0),
  };
}

/** A message may end in the middle of its header. */
function withLineEnd(field: Buffer): Buffer {
  return field.at(-1) === 0x0a ? field : Buffer.concat([field, Buffer.from('\r\n')]);
}

/** Of several fields with one name the last one counts. Both spellings of the tracking fields are in use. */
function readControl(source: Buffer, field: SourceField, controls: SubmissionControls): void {
  const { name, lowerName } = field;
  if (lowerName === 'message-id') controls.messageId = rawValueOf(source, field);
  if (lowerName === 'idempotency-key') controls.idempotencyKey = textOf(source, field);
  if (!lowerName.startsWith(controlPrefix)) return;
  const value = textOf(source, field);
  if (lowerName.startsWith(metadataPrefix)) {
    controls.metadata.push({ name: name.slice(metadataPrefix.length), value });
    return;
  }
  switch (lowerName.slice(controlPrefix.length)) {
    case 'message-stream':
      controls.messageStream = value;
      break;
    case 'tag':
      controls.tag = value;
      break;
    case 'trackopens':
    case 'track-opens':
      controls.trackOpens = value;
      break;
    case 'tracklinks':
    case 'track-links':
      controls.trackLinks = value;
      break;
    case 'keepid':
    case 'keep-id':
      controls.keepsMessageId = value.toLowerCase() === 'true';
      break;
    case 'bounce-type':
      controls.fakeBounceType = value;
      break;
    case 'send-at':
      controls.sendAt = value;
      break;
  }
}
