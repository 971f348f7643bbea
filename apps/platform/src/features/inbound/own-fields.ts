// The fields that we put before a mail's own. Sources: RFC 5321 4.4 (Return-Path, Received), RFC 3848 (ESMTPS); the order is that
// of Postmark's posts.

import { traceValue } from '@pennyblack/email/headers/trace-value.ts';
import type { HeaderField } from '@pennyblack/email/inbound/inbound-mail.ts';
import { formatDateHeader } from '@pennyblack/email/mime/date-header.ts';
import type { InboundEnvelope } from './inbound-message.ts';

export type Receipt = InboundEnvelope & { sourceId: string; receivedAt: Date };

/** `checked` is what checks found, in the order in which it is shown. */
export function ownFields(receipt: Receipt, mailHostname: string, checked: readonly HeaderField[]): HeaderField[] {
  const { mailFrom, clientAddress, helo, isEncrypted, sourceId, receivedAt } = receipt;
  const how = isEncrypted ? 'ESMTPS' : 'ESMTP';
  const from = `from ${plain(helo) || 'unknown'} ([${literal(clientAddress)}])`;
  return [
    { name: 'Return-Path', value: `<${plain(mailFrom)}>` },
    {
      name: 'Received',
      value: `${from} by ${mailHostname} with ${how} id ${sourceId}; ${formatDateHeader(receivedAt)}`,
    },
    ...checked,
  ];
}

/** One mail is checked once for all its recipients; each of them is told of himself (RFC 7208 9.1, receiver). */
export function fieldsFor(recipient: string, fields: readonly HeaderField[]): HeaderField[] {
  return fields.map(field =>
    field.name === 'Received-SPF' ? { ...field, value: `${field.value}; receiver=${traceValue(recipient)}` } : field,
  );
}

/** The field as a line of a mail, broken where its value has a tab. */
export function foldedLine({ name, value }: HeaderField): string {
  return `${name}: ${value.replaceAll('\t', '\r\n\t')}\r\n`;
}

/** RFC 5321 4.1.3. */
function literal(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  return address.includes(':') ? `IPv6:${address}` : plain(address);
}

/** What a client says must not become a field of its own. */
function plain(text: string): string {
  return text
    .replace(/[\x00-\x20\x7f]+/g, ' ')
    .trim()
    .slice(0, 500);
}
