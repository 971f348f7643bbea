// Decides whether a bulk request may be taken, and names every mistake with the field that it is in. Pure. What a single
// message may be is decided by sending's own rules: they are asked about the message that an entry would become.
// Source: Postmark's Bulk API; the keys of Errors follow the way in which its documentation writes them.

import type { RefusalName } from '../../../refusals.ts';
import { findReservedName } from '../../templates/render-for-sending.ts';
import { checkMessage } from '../message-rules.ts';
import type { SendRequest } from '../send-request.ts';
import type { BulkEntry, SharedFields } from './bulk-request.ts';
import { mergeHeaders, mergeMetadata } from './merge-rules.ts';

/** `field` as the caller knows it: `From`, `Messages[3].To`. */
export type FieldError = { field: string; refusal: RefusalName; text: string };

type Options = { allowNonAsciiMailboxes: boolean };

/** Stands where a message must have something, so that the rules speak about the rest. Nothing is sent to or from it. */
const blank: SendRequest = {
  from: 'sender@pennyblack.invalid',
  to: 'recipient@pennyblack.invalid',
  cc: '',
  bcc: '',
  subject: '',
  replyTo: '',
  headers: [],
  metadata: {},
  attachments: [],
  textBody: 'x',
};

function askAbout(field: string, part: Partial<SendRequest>, options: Options): FieldError[] {
  const decision = checkMessage({ ...blank, ...part }, options);
  return decision.kind === 'refused' ? [{ field, refusal: decision.refusal, text: decision.message }] : [];
}

export type GivenContent = { subject: string; htmlBody: string | undefined; textBody: string | undefined };

/** Everything but the entries. Of contents only their size is looked at: they are templates. */
export function checkShared(shared: SharedFields, content: GivenContent, options: Options): FieldError[] {
  const { from, replyTo, tag, metadata, headers, attachments, trackLinks } = shared;
  return [
    ...askAbout('From', { from }, options),
    ...askAbout('ReplyTo', { replyTo }, options),
    ...askAbout('Subject', { subject: content.subject }, options),
    ...askAbout('HtmlBody', content.htmlBody ? { htmlBody: content.htmlBody } : {}, options),
    ...askAbout('TextBody', content.textBody ? { textBody: content.textBody } : {}, options),
    ...askAbout('Tag', tag === undefined ? {} : { tag }, options),
    ...askAbout('Metadata', { metadata }, options),
    ...askAbout('Headers', { headers }, options),
    ...askAbout('Attachments', { attachments }, options),
    ...askAbout('TrackLinks', trackLinks === undefined ? {} : { trackLinks }, options),
  ];
}

/** What of the shared fields an entry is looked at together with. Fields that are wrong by themselves are left out. */
export type SharedLabels = Pick<SharedFields, 'metadata' | 'headers'>;

export function checkEntry(shared: SharedLabels, entry: BulkEntry, position: number, options: Options): FieldError[] {
  const { to, cc, bcc } = entry;
  const metadata = mergeMetadata(shared.metadata, entry.metadata);
  const headers = mergeHeaders(shared.headers, entry.headers);
  const whole = { to, cc, bcc, metadata, headers };
  const reserved = findReservedName(entry.model);
  if (reserved === undefined && checkMessage({ ...blank, ...whole }, options).kind === 'message') return [];

  const fieldOf = (name: string) => `Messages[${position}].${name}`;
  const found = [
    ...askAbout(fieldOf('To'), to === '' && (cc !== '' || bcc !== '') ? {} : { to }, options),
    ...askAbout(fieldOf('Cc'), { cc }, options),
    ...askAbout(fieldOf('Bcc'), { bcc }, options),
    ...askAbout(fieldOf('Metadata'), { metadata }, options),
    ...askAbout(fieldOf('Headers'), { headers }, options),
  ];
  if (reserved !== undefined) {
    const text = `The name '${reserved}' is reserved and cannot be used in a 'TemplateModel'.`;
    found.push({ field: fieldOf('TemplateModel'), refusal: 'template_field_invalid', text });
  }
  // Each list is right, and they are too many together.
  return found.length > 0 ? found : askAbout(fieldOf('To'), whole, options);
}
