// What spamd is given of a mail: with the sender of the envelope and the hop to us before it, as every mail server does that asks
// it. Without them it takes the first Received field that the sender wrote for ours: it would look up none of its block lists
// about the client, and trust a mail that claims to come from a private address. Sources: RFC 5321 4.4, SpamAssassin's
// documentation of trusted_networks.

import { formatDateHeader } from '@pennyblack/email/mime/date-header.ts';
import { scoredLengthMax } from './spamd-client.ts';

export function scoredMail(
  mail: { source: Buffer; client: { address: string; helo: string }; mailFrom: string },
  hostName: string,
  now: Date,
): Buffer {
  const { source, client, mailFrom } = mail;
  const trace = [
    `Return-Path: <${plain(mailFrom)}>\r\n`,
    `Received: from ${plain(client.helo) || 'unknown'} ([${literal(client.address)}])\r\n`,
    `\tby ${hostName} with ESMTP; ${formatDateHeader(now)}\r\n`,
  ];
  return Buffer.concat([Buffer.from(trace.join('')), source.subarray(0, scoredLengthMax)]);
}

/** RFC 5321 4.1.3. */
function literal(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  return address.includes(':') ? `IPv6:${address}` : plain(address);
}

/** What a client says must neither end the field nor look like another part of it. */
function plain(text: string): string {
  return text.replace(/[\x00-\x20\x7f()<>[\]]+/g, '').slice(0, 320);
}
