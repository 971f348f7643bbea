// Decides whether a request is a message that may be sent, and makes of it what is stored. Pure.
// Source of limits and texts: Postmark's Email API and recorded answers; clients parse some of the texts.

import { addressKey } from '@pennyblack/email/address/address-key.ts';
import type { Mailbox } from '@pennyblack/email/address/mailbox.ts';
import { parseMailboxList } from '@pennyblack/email/address/parse-mailbox-list.ts';
import { checkBase64Content } from '@pennyblack/email/attachments/base64-content.ts';
import { isForbiddenFileName } from '@pennyblack/email/attachments/forbidden-file-types.ts';
import { type CustomHeader, checkCustomHeaders } from '@pennyblack/email/headers/custom-header-rules.ts';
import type { Recipient, RecipientField } from '../messages/message.ts';
import type { ContentAttachment, ContentSource } from '../messages/message-content.ts';
import type { TrackLinks } from '../servers/server.ts';
import type { SendRequest } from './send-request.ts';

export const limits = {
  recipientsMax: 50,
  fromLengthMax: 255,
  subjectLengthMax: 2000,
  tagLengthMax: 1000,
  bodyBytesMax: 5 * 1024 * 1024,
  messageBytesMax: 10 * 1024 * 1024,
  metadataFieldsMax: 10,
  metadataNameLengthMax: 20,
  metadataValueLengthMax: 80,
  batchMessagesMax: 500,
  batchBytesMax: 50 * 1024 * 1024,
} as const;

export type CheckedMessage = {
  from: Mailbox;
  to: Mailbox[];
  cc: Mailbox[];
  replyTo: Mailbox[];
  /** Each address once, in the order To, Cc, Bcc. */
  recipients: Recipient[];
  subject: string;
  headers: CustomHeader[];
  keptMessageId?: string;
  fakeBounceType?: string;
  text?: string;
  html?: string;
  tag?: string;
  metadata?: Record<string, string>;
  attachments: ContentAttachment[];
  trackOpens?: boolean;
  /** By the header `X-PM-TrackOpens: never`, ours: no switch of the server counts then. */
  neverTracksOpens?: true;
  trackLinks?: TrackLinks;
  /** True for a message that came by SMTP with a Reply-To among its fields. */
  hasOwnReplyTo?: boolean;
  /** Of a message that came by SMTP, which has no text, html, headers and attachments of its own. */
  source?: ContentSource;
};

export type MessageDecision =
  | { kind: 'message'; message: CheckedMessage }
  | { kind: 'refused'; refusal: 'email_invalid' | 'attachment_forbidden'; message: string };

export type Refused = Extract<MessageDecision, { kind: 'refused' }>;

export function invalid(message: string): Refused {
  return { kind: 'refused', refusal: 'email_invalid', message };
}

const trackLinksValues: readonly TrackLinks[] = ['None', 'HtmlAndText', 'HtmlOnly', 'TextOnly'];

/** Rules in the order in which Postmark is believed to check them: sender, recipients, bodies, limits, headers, attachments. */
export function checkMessage(request: SendRequest, options: { allowNonAsciiMailboxes: boolean }): MessageDecision {
  const from = readSender(request.from, options);
  if (from.kind === 'refused') return from;
  const lists = readRecipientLists(request, options);
  if (lists.kind === 'refused') return lists;
  const recipients = distinctRecipients(lists);
  const wrong =
    checkRecipientCount(lists.to.length + lists.cc.length + lists.bcc.length) ??
    checkBodies(request) ??
    checkSubjectAndTag(request) ??
    checkMetadata(Object.entries(request.metadata)) ??
    checkSize(request);
  if (wrong) return wrong;
  const trackLinks = readTrackLinks(request.trackLinks);
  if (trackLinks.kind === 'refused') return trackLinks;
  const headers = checkCustomHeaders(request.headers);
  if (headers.kind === 'invalid') return invalid(headers.message);
  const attachments = checkAttachments(request.attachments);
  if (attachments) return attachments;

  return {
    kind: 'message',
    message: {
      from: from.mailbox,
      to: lists.to,
      cc: lists.cc,
      replyTo: lists.replyTo,
      recipients,
      subject: request.subject,
      headers: headers.headers,
      attachments: request.attachments,
      ...(headers.keptMessageId === undefined ? {} : { keptMessageId: headers.keptMessageId }),
      ...(headers.fakeBounceType === undefined ? {} : { fakeBounceType: headers.fakeBounceType }),
      ...(request.textBody ? { text: request.textBody } : {}),
      ...(request.htmlBody ? { html: request.htmlBody } : {}),
      ...(request.tag ? { tag: request.tag } : {}),
      ...(Object.keys(request.metadata).length > 0 ? { metadata: { ...request.metadata } } : {}),
      ...(headers.neverTracksOpens ? { neverTracksOpens: true as const } : {}),
      ...(request.trackOpens === undefined ? {} : { trackOpens: request.trackOpens }),
      ...(trackLinks.value === undefined ? {} : { trackLinks: trackLinks.value }),
    },
  };
}

type Options = { allowNonAsciiMailboxes: boolean };

/** `shownLength`: that of the text without encoded-words, where it has some. */
export function readSender(
  from: string,
  options: Options,
  shownLength: number = from.length,
): Refused | { kind: 'sender'; mailbox: Mailbox } {
  if (shownLength > limits.fromLengthMax) {
    return invalid(`The 'From' address is longer than ${limits.fromLengthMax} characters.`);
  }
  const reading = parseMailboxList('From', from, options);
  if (reading.kind === 'invalid') return invalid(reading.message);
  // A list is taken and cut to its first address, as clients have seen it done for years.
  const [mailbox] = reading.mailboxes;
  if (!mailbox) return invalid("Invalid 'From' address: ''.");
  return { kind: 'sender', mailbox };
}

type RecipientLists = { kind: 'lists'; to: Mailbox[]; cc: Mailbox[]; bcc: Mailbox[]; replyTo: Mailbox[] };

function readRecipientLists(request: SendRequest, options: Options): Refused | RecipientLists {
  const to = parseMailboxList('To', request.to, options);
  if (to.kind === 'invalid') return invalid(to.message);
  const cc = parseMailboxList('Cc', request.cc, options);
  if (cc.kind === 'invalid') return invalid(cc.message);
  const bcc = parseMailboxList('Bcc', request.bcc, options);
  if (bcc.kind === 'invalid') return invalid(bcc.message);
  const replyTo = parseMailboxList('Reply-To', request.replyTo, { ...options, allowLongMailboxes: true });
  if (replyTo.kind === 'invalid') return invalid(replyTo.message);
  return { kind: 'lists', to: to.mailboxes, cc: cc.mailboxes, bcc: bcc.mailboxes, replyTo: replyTo.mailboxes };
}

/** Somebody who stands in To and in Cc gets one copy. */
export function distinctRecipients(lists: Pick<RecipientLists, 'to' | 'cc' | 'bcc'>): Recipient[] {
  const byKey = new Map<string, Recipient>();
  const fields: [RecipientField, Mailbox[]][] = [
    ['To', lists.to],
    ['Cc', lists.cc],
    ['Bcc', lists.bcc],
  ];
  for (const [field, mailboxes] of fields) {
    for (const mailbox of mailboxes) {
      const key = addressKey(mailbox.address);
      if (!byKey.has(key)) byKey.set(key, { recipientNumber: byKey.size, field, mailbox, addressKey: key });
    }
  }
  return [...byKey.values()];
}

export function checkRecipientCount(count: number): Refused | undefined {
  if (count === 0) return invalid('Zero recipients specified');
  if (count > limits.recipientsMax) {
    return invalid(
      `You may only specify up to ${limits.recipientsMax} recipients in 'To', 'Cc' and 'Bcc' together; this message has ${count}.`,
    );
  }
  return undefined;
}

function checkBodies(request: SendRequest): Refused | undefined {
  if (!request.htmlBody && !request.textBody) return invalid("Provide either email 'TextBody' or 'HtmlBody' or both.");
  const bodies: ['TextBody' | 'HtmlBody', string | undefined][] = [
    ['HtmlBody', request.htmlBody],
    ['TextBody', request.textBody],
  ];
  for (const [field, body] of bodies) {
    if (body && isLarger([body], limits.bodyBytesMax)) return bodyTooLarge(field);
  }
  return undefined;
}

export function checkSubjectAndTag(request: Pick<SendRequest, 'subject' | 'tag'>): Refused | undefined {
  if (request.subject.length > limits.subjectLengthMax) {
    return invalid(`The 'Subject' is longer than ${limits.subjectLengthMax} characters.`);
  }
  if ((request.tag?.length ?? 0) > limits.tagLengthMax)
    return invalid(`The 'Tag' is longer than ${limits.tagLengthMax} characters.`);
  return undefined;
}

export function checkMetadata(entries: readonly (readonly [name: string, value: string])[]): Refused | undefined {
  if (entries.length > limits.metadataFieldsMax) {
    return invalid(`Invalid metadata content. A message may have at most ${limits.metadataFieldsMax} metadata fields.`);
  }
  const names = new Set<string>();
  for (const [name, value] of entries) {
    if (name.length > limits.metadataNameLengthMax || value.length > limits.metadataValueLengthMax) {
      return invalid(
        `Invalid metadata content. Field names are limited to ${limits.metadataNameLengthMax} characters and field values are limited to ` +
          `${limits.metadataValueLengthMax} characters in length. The '${name}' field in your metadata content exceeds these limits.`,
      );
    }
    if (name === '') return invalid('Invalid metadata content. Field names may not be empty.');
    if (names.has(name.toLowerCase())) {
      return invalid(`Invalid metadata content. The '${name}' field stands more than once.`);
    }
    names.add(name.toLowerCase());
  }
  return undefined;
}

function checkSize(request: SendRequest): Refused | undefined {
  const texts = [request.htmlBody ?? '', request.textBody ?? '', ...request.attachments.map(({ base64 }) => base64)];
  return isLarger(texts, limits.messageBytesMax) ? tooLarge() : undefined;
}

export function tooLarge(): Refused {
  return invalid('The message with its attachments is larger than 10 MB.');
}

export function bodyTooLarge(field: 'TextBody' | 'HtmlBody'): Refused {
  return invalid(`The '${field}' is larger than 5 MB.`);
}

/** In UTF-8. A UTF-16 unit takes at most three bytes, so only long texts need counting. */
function isLarger(texts: readonly string[], bytesMax: number): boolean {
  const units = texts.reduce((sum, text) => sum + text.length, 0);
  if (units * 3 <= bytesMax) return false;
  return units > bytesMax || texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0) > bytesMax;
}

export function readTrackLinks(
  text: string | undefined,
): Refused | { kind: 'track_links'; value: TrackLinks | undefined } {
  if (!text) return { kind: 'track_links', value: undefined };
  const value = trackLinksValues.find(candidate => candidate.toLowerCase() === text.toLowerCase());
  if (!value) return invalid(`The 'TrackLinks' value '${text}' is not one of ${trackLinksValues.join(', ')}.`);
  return { kind: 'track_links', value };
}

function checkAttachments(attachments: readonly ContentAttachment[]): Refused | undefined {
  for (const attachment of attachments) {
    if (attachment.name === '') return invalid("An attachment needs a 'Name'.");
    const forbidden = checkFileName(attachment.name);
    if (forbidden) return forbidden;
    if (checkBase64Content(attachment.base64).kind === 'invalid') {
      return invalid(`The 'Content' of the attachment '${attachment.name}' is not valid base64.`);
    }
  }
  return undefined;
}

export function checkFileName(name: string): Refused | undefined {
  if (!isForbiddenFileName(name)) return undefined;
  const message = `The attachment '${name}' has a file type that is not allowed.`;
  return { kind: 'refused', refusal: 'attachment_forbidden', message };
}
