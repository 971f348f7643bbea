// Makes what is posted of a mail out of its source: the mail as it was parsed, the fields that we put before its own, and the
// recipient whom the envelope named. The same source gives the same bytes at every attempt. Source: Postmark's page "Inbound
// webhook".

import { isUtf8 } from 'node:buffer';
import { addressKey } from '@pennyblack/email/address/address-key.ts';
import { authenticationServerOf, isForgedField, withoutForgedFields } from '@pennyblack/email/inbound/forged-fields.ts';
import type { HeaderField, InboundMail, InboundMailbox } from '@pennyblack/email/inbound/inbound-mail.ts';
import { type AttachmentLinks, linkToAttachment } from './attachment-links.ts';
import { inboundStreamId } from './inbound-message.ts';
import { inboundPayload, type LinkOf } from './inbound-payload.ts';
import { fieldsFor, foldedLine } from './own-fields.ts';

export type PostAbout = {
  messageId: string;
  /** Of the envelope. */
  recipient: string;
  /** Ours, before the message's own. */
  fields: readonly HeaderField[];
  includesRawEmail: boolean;
  links?: AttachmentLinks | undefined;
};

/** The body of a post. */
export function postOf(source: Buffer, mail: InboundMail, about: PostAbout): string {
  const posted = {
    ...mail,
    bcc: hiddenRecipient(about.recipient, mail),
    headers: shownHeaders(mail.headers, about),
    ...(about.includesRawEmail ? { rawEmail: rawEmail(source, about) } : {}),
  };
  const linkOf: LinkOf = (position, bytes) => linkToAttachment(about.links, about.messageId, position, bytes);
  return JSON.stringify(inboundPayload({ ...about, streamId: inboundStreamId }, posted, linkOf));
}

/** Ours, then the message's own without those that claim to be ours. */
export function shownHeaders(
  own: readonly HeaderField[],
  { recipient, fields }: Pick<PostAbout, 'recipient' | 'fields'>,
): HeaderField[] {
  const hostName = ourNameIn(fields);
  return [...fieldsFor(recipient, fields), ...own.filter(field => !isForgedField(field, hostName))];
}

/** As it was when the mail was checked; undefined where nothing was checked. */
export function ourNameIn(fields: readonly HeaderField[]): string | undefined {
  const ours = fields.find(field => field.name === 'Authentication-Results');
  return ours && authenticationServerOf(ours.value);
}

/** Whom neither To nor Cc names was in Bcc, or is where a mailbox elsewhere forwards to. */
export function hiddenRecipient(recipient: string, { to, cc }: Pick<InboundMail, 'to' | 'cc'>): InboundMailbox[] {
  const key = addressKey(recipient);
  const isNamed = [...to, ...cc].some(mailbox => addressKey(mailbox.address) === key);
  return isNamed ? [] : [{ name: '', address: recipient }];
}

/**
 * With our fields but Return-Path, and without those that claim to be ours. What is not UTF-8 is given byte by byte
 * (ISO 8859-1), so that its receiver can have the bytes back.
 */
export function rawEmail(source: Buffer, { recipient, fields }: Pick<PostAbout, 'recipient' | 'fields'>): string {
  const ours = fieldsFor(recipient, fields).filter(field => field.name !== 'Return-Path');
  const mail = withoutForgedFields(source, ourNameIn(fields));
  return ours.map(foldedLine).join('') + mail.toString(isUtf8(mail) ? 'utf8' : 'latin1');
}
