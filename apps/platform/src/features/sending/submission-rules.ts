// Decides whether a message that came by SMTP may be sent, and makes of it what is stored. The rules and their words are
// those of the API (message-rules.ts); here is only where else the facts stand. Pure.
// Source: Postmark's page "Send email with SMTP".

import { addressKey } from '@pennyblack/email/address/address-key.ts';
import { readAddress } from '@pennyblack/email/address/address-spec.ts';
import type { Mailbox } from '@pennyblack/email/address/mailbox.ts';
import { decodeEncodedWords } from '@pennyblack/email/headers/decode-encoded-words.ts';
import { readHeaderRecipients } from '@pennyblack/email/submission/header-recipients.ts';
import { decodedBytes, isBody, listedNameOf } from '@pennyblack/email/submission/read-bodies.ts';
import { readSourceParts, type SourcePart } from '@pennyblack/email/submission/source-parts.ts';
import {
  bodyTooLarge,
  type CheckedMessage,
  checkFileName,
  checkMetadata,
  checkRecipientCount,
  checkSubjectAndTag,
  distinctRecipients,
  invalid,
  limits,
  type MessageDecision,
  type Refused,
  readSender,
  readTrackLinks,
  tooLarge,
} from './message-rules.ts';
import { rawValuesOf, type SubmittedMessage, subjectOf } from './submitted-message.ts';

type Options = { allowNonAsciiMailboxes: boolean };

/** In the order of the rules for the API. */
export function checkSubmission(message: SubmittedMessage, options: Options): MessageDecision {
  if (message.streamConflict) return wrongStream(message.streamConflict);
  if (message.hasNulInHeader) return invalid('The header of the message holds a NUL character.');
  const from = readOnlySender(message, options);
  if (from.kind === 'refused') return from;
  const tooMany = checkRecipientCount(message.envelopeRecipients.length);
  if (tooMany) return tooMany;
  const lists = readRecipients(message, options);
  if (lists.kind === 'refused') return lists;

  const { controls } = message;
  const subject = subjectOf(message);
  const metadata = withDistinctNames(controls.metadata);
  const wrong =
    checkSubjectAndTag({ subject, ...(controls.tag === undefined ? {} : { tag: controls.tag }) }) ??
    checkMetadata(metadata) ??
    (message.sizeInBytes > limits.messageBytesMax ? tooLarge() : undefined);
  if (wrong) return wrong;
  const trackOpens = readTrackOpens(controls.trackOpens);
  if (trackOpens.kind === 'refused') return trackOpens;
  const trackLinks = readTrackLinks(controls.trackLinks);
  if (trackLinks.kind === 'refused') return trackLinks;
  const reading = readSourceParts(message.header, message.fields, message.body);
  if (reading.kind === 'too_complex') return invalid(reading.message);
  const wrongPart = checkBodySizes(message.body, reading.parts) ?? checkFileNames(reading.parts);
  if (wrongPart) return wrongPart;

  const keptMessageId = controls.keepsMessageId ? rawValuesOf(message, 'message-id')[0] : undefined;
  const checked: CheckedMessage = {
    from: from.mailbox,
    to: [],
    cc: [],
    replyTo: [],
    recipients: distinctRecipients(lists),
    subject,
    headers: [],
    attachments: [],
    hasOwnReplyTo: message.fields.some(field => field.lowerName === 'reply-to'),
    source: {
      header: message.header,
      body: message.body,
      attachmentNames: reading.parts.flatMap(part => listedNameOf(part) ?? []),
      isSmtpUtf8: message.isSmtpUtf8,
    },
    ...(keptMessageId ? { keptMessageId } : {}),
    ...(controls.fakeBounceType === undefined ? {} : { fakeBounceType: controls.fakeBounceType }),
    ...(controls.tag ? { tag: controls.tag } : {}),
    ...(metadata.length > 0 ? { metadata: Object.fromEntries(metadata) } : {}),
    ...(trackOpens.value === 'never' ? { neverTracksOpens: true as const } : {}),
    ...(typeof trackOpens.value === 'boolean' ? { trackOpens: trackOpens.value } : {}),
    ...(trackLinks.value === undefined ? {} : { trackLinks: trackLinks.value }),
  };
  return { kind: 'message', message: checked };
}

function wrongStream({ bound, named }: { bound: string; named: string }): Refused {
  return invalid(`The SMTP token belongs to the stream '${bound}', and the message names the stream '${named}'.`);
}

/** Two fields would let one reader see another sender than the one that was checked. */
function readOnlySender(message: SubmittedMessage, options: Options) {
  const values = rawValuesOf(message, 'from');
  if (values.length > 1) return invalid("The message has more than one 'From' header.");
  const [from = ''] = values;
  return readSender(from, options, decodeEncodedWords(from).length);
}

type Lists = { kind: 'lists'; to: Mailbox[]; cc: Mailbox[]; bcc: Mailbox[] };

/** The envelope says who; the fields To and Cc say as what, and under which name. */
function readRecipients(message: SubmittedMessage, options: Options): Refused | Lists {
  const to = readHeaderRecipients(rawValuesOf(message, 'to').join(','));
  const cc = readHeaderRecipients(rawValuesOf(message, 'cc').join(','));
  const lists: Lists = { kind: 'lists', to: [], cc: [], bcc: [] };
  for (const written of message.envelopeRecipients) {
    const reading = readAddress(withoutQuotes(written), options);
    if (reading.kind === 'invalid') return invalid(`Invalid 'To' address: '${written.slice(0, 320)}'.`);
    const { localPart, domain, address } = reading;
    const key = addressKey(address);
    const named = to.get(key) ?? cc.get(key);
    const list = to.has(key) ? lists.to : cc.has(key) ? lists.cc : lists.bcc;
    list.push({ name: named?.name ?? '', localPart, domain, address });
  }
  return lists;
}

/** `"a..b"@buyer.test`: the quotes are the envelope's (RFC 5321 4.1.2), not the mailbox's. */
function withoutQuotes(address: string): string {
  const end = address.lastIndexOf('"@');
  if (!address.startsWith('"') || end < 1) return address;
  return `${address.slice(1, end).replace(/\\(.)/g, '$1')}${address.slice(end + 1)}`;
}

/** Postmark gives a name that stands there again a number. */
function withDistinctNames(metadata: readonly { name: string; value: string }[]): [name: string, value: string][] {
  const times = new Map<string, number>();
  return metadata.map(({ name, value }) => {
    const key = name.toLowerCase();
    const time = (times.get(key) ?? 0) + 1;
    times.set(key, time);
    return [time === 1 ? name : `${name}-${time}`, value];
  });
}

function readTrackOpens(
  text: string | undefined,
): Refused | { kind: 'track_opens'; value: boolean | 'never' | undefined } {
  if (!text) return { kind: 'track_opens', value: undefined };
  const value = text.toLowerCase();
  // Ours: it counts against the switch of the server, which "false" does not.
  if (value === 'never') return { kind: 'track_opens', value };
  if (value !== 'true' && value !== 'false') {
    return invalid(`The 'TrackOpens' value '${text.slice(0, 100)}' is neither true nor false.`);
  }
  return { kind: 'track_opens', value: value === 'true' };
}

function checkBodySizes(body: Buffer, parts: readonly SourcePart[]): Refused | undefined {
  const bytes = { 'text/plain': 0, 'text/html': 0 };
  for (const part of parts) {
    // An encoding never makes a text smaller.
    if (!isBody(part) || part.end - part.start <= limits.bodyBytesMax) continue;
    bytes[part.type as keyof typeof bytes] += decodedBytes(body, part).length;
  }
  if (bytes['text/html'] > limits.bodyBytesMax) return bodyTooLarge('HtmlBody');
  return bytes['text/plain'] > limits.bodyBytesMax ? bodyTooLarge('TextBody') : undefined;
}

/** By any of its names: readers differ in which one they take. */
function checkFileNames(parts: readonly SourcePart[]): Refused | undefined {
  for (const part of parts) {
    for (const name of part.fileNames) {
      const forbidden = checkFileName(name);
      if (forbidden) return forbidden;
    }
  }
  return undefined;
}
