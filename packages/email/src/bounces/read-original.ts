// Finds what a report tells of the message that it is about: in the message it returns, in the header alone, or in lines
// that a program pasted or quoted into its text.

import { decodeEncodedWords } from '../headers/decode-encoded-words.ts';
import { fieldOf, type MailField } from '../mime/read-fields.ts';
import { holdsMessage, type MailPart } from '../mime/read-parts.ts';
import { cleanRemoteText } from '../smtp/clean-remote-text.ts';
import { addressesIn, addressOfField } from './addresses-in-text.ts';
import type { OriginalMessage } from './mail-report.ts';

const recipientsMax = 100;
const valueLengthMaxInBytes = 1000;

/** Fields of addressees, and those in which servers note the envelope recipient. */
const recipientFields: ReadonlySet<string> = new Set([
  'to',
  'cc',
  'x-original-to',
  'delivered-to',
  'envelope-to',
  'x-envelope-to',
  'x-rcpt-to',
  'x-hmxmroriginalrecipient',
  'original-rcpt-to',
  'removal-recipient',
]);

const uuidForm = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;

/** `parts` may hold the message or its header; `text` is a notice with the message, or a part of it, written into it. */
export function readOriginal(parts: readonly MailPart[], text: string): OriginalMessage {
  const embedded = parts.find(holdsMessage)?.children[0];
  const inText = fieldsInText(text);
  return describe([...(embedded?.fields ?? []), ...inText]);
}

/** A field that comes first outranks the later ones of its name. */
export function describe(fields: readonly MailField[]): OriginalMessage {
  const recipients = fields.filter(field => recipientFields.has(field.name)).flatMap(field => addressesIn(field.value));
  const about: OriginalMessage = { recipients: [...new Set(recipients)].slice(0, recipientsMax) };

  const messageId = messageIdIn(fieldOf(fields, 'message-id'));
  const pmMessageId = uuidForm.exec(fieldOf(fields, 'x-pm-message-id'))?.[0]?.toLowerCase();
  const returnPath = addressOfField(fieldOf(fields, 'original-mail-from') || fieldOf(fields, 'return-path'));
  const feedbackId = clean(fieldOf(fields, 'feedback-id'));
  const cfblFeedbackId = clean(fieldOf(fields, 'cfbl-feedback-id'));
  const subject = clean(decodeEncodedWords(fieldOf(fields, 'subject')));
  if (messageId) about.messageId = messageId;
  if (pmMessageId) about.pmMessageId = pmMessageId;
  if (returnPath) about.returnPath = returnPath;
  if (feedbackId) about.feedbackId = feedbackId;
  if (cfblFeedbackId) about.cfblFeedbackId = cfblFeedbackId;
  if (subject) about.subject = subject;
  return about;
}

/** The first id of a `Message-ID`, `In-Reply-To` or `References`, without angle brackets. */
export function messageIdIn(value: string): string | undefined {
  const inBrackets = /<([^<>\s]{1,500})>/.exec(value.slice(0, valueLengthMaxInBytes))?.[1];
  return inBrackets ?? /^[^<>\s@]{1,250}@[^<>\s@]{1,250}$/.exec(value.trim().slice(0, valueLengthMaxInBytes))?.[0];
}

function clean(value: string): string {
  return cleanRemoteText(value, valueLengthMaxInBytes).trim();
}

const knownFields =
  /^(message-id|x-pm-message-id|feedback-id|cfbl-feedback-id|return-path|subject|to|cc)[ \t]{0,3}:(.*)$/i;
/** Quoting (`> `), indenting and list marks before a field that was pasted into text. */
const decoration = /^[\s>|*#=-]{1,20}/;

/** Header lines within text. A field that is not preceded or followed by another one is prose ("To: the owner"). */
export function fieldsInText(text: string): MailField[] {
  const lines = text.split('\n');
  const fields: MailField[] = [];
  for (const [index, line] of lines.entries()) {
    const match = knownFields.exec(withoutDecoration(line));
    if (!match) continue;
    const name = (match[1] ?? '').toLowerCase();
    const isUnmistakable = name.endsWith('-id');
    if (!isUnmistakable && !isFieldLine(lines[index - 1]) && !isFieldLine(lines[index + 1])) continue;
    let value = (match[2] ?? '').trim();
    // A long id stands on a line of its own (RFC 5322 2.2.3).
    if (value === '') value = withoutDecoration(lines[index + 1] ?? '').trim();
    fields.push({ name, value });
    if (fields.length === recipientsMax) break;
  }
  return fields;
}

export function isFieldLine(line: string | undefined): boolean {
  return line !== undefined && /^[A-Za-z][A-Za-z0-9-]{1,60}:[ \t]/.test(withoutDecoration(line).slice(0, 100));
}

function withoutDecoration(line: string): string {
  return line.replace(decoration, '');
}
