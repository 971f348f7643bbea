// Writes a whole message: header fields and MIME body, from the parts of a send request. The output is ASCII with
// lines of at most 998 characters, so every server can carry it, with or without 8BITMIME.
// Sources: RFC 5322 3.6 (fields), RFC 2045, RFC 2046 5.1 (multiparts), RFC 2387 (related), RFC 2183 (disposition).

import { createHash } from 'node:crypto';
import { isInternationalAddress } from '../address/address-spec.ts';
import type { Mailbox } from '../address/mailbox.ts';
import type { HeaderEncoding } from '../dkim/sign-message.ts';
import { encodeMailboxesHeader, encodeParameterHeader, encodeTextHeader } from '../headers/encode-header.ts';
import { cleanContentId, cleanContentType } from './content-type.ts';
import { formatDateHeader } from './date-header.ts';
import { encodeText, wrapBase64 } from './transfer-encoding.ts';

export type MessageAttachment = {
  name: string;
  contentType: string;
  /** With or without `cid:`. Present: the file belongs to the HTML and is shown inside it. */
  contentId?: string;
  /** Already checked (`checkBase64`); line breaks are tolerated. */
  base64: string;
};

export type MessageParts = {
  from: Mailbox;
  to: Mailbox[];
  cc: Mailbox[];
  replyTo: Mailbox[];
  subject: string;
  date: Date;
  /** With its angle brackets. */
  messageId: string;
  /** Already checked (`checkCustomHeaders`), plus those of the platform; written in this order. */
  headers: { name: string; value: string }[];
  text?: string;
  html?: string;
  attachments: MessageAttachment[];
  /** Anything that is the message's own, such as its id: equal parts with an equal seed give equal bytes. */
  boundarySeed: string;
};

/** `line` is the complete field, folded, with its CRLF. */
export type HeaderField = { name: string; line: string };

export type ComposedMessage = {
  headers: HeaderField[];
  /** What follows the empty line; ends in CRLF unless it is empty. */
  body: Buffer;
  /** True when a header holds a mailbox outside ASCII (RFC 6532): only servers with SMTPUTF8 may get this message. */
  needsSmtpUtf8: boolean;
  /** True when the body has bytes above 127 (RFC 6152); never of a message that was composed here. */
  eightBit?: boolean;
  /** How the lines of the header become bytes: UTF-8, unless somebody else wrote them. */
  headerEncoding?: HeaderEncoding;
};

type Part = { headers: HeaderField[]; body: Buffer[] };

const crlf = Buffer.from('\r\n');

/** `wrap` writes the lines of a file; who composes the same files again may keep them. */
export function composeMessage(
  message: MessageParts,
  wrap: (attachment: MessageAttachment) => Buffer = ({ base64 }) => wrapBase64(base64),
): ComposedMessage {
  const content = composeContent(message, wrap);
  const headers: HeaderField[] = [
    { name: 'Date', line: `Date: ${formatDateHeader(message.date)}\r\n` },
    mailboxesField('From', [message.from]),
  ];
  if (message.to.length > 0) headers.push(mailboxesField('To', message.to));
  if (message.cc.length > 0) headers.push(mailboxesField('Cc', message.cc));
  // With blind recipients only, an empty group keeps readers and filters from complaining (RFC 5322 A.1.3).
  if (message.to.length === 0 && message.cc.length === 0) {
    headers.push({ name: 'To', line: 'To: undisclosed-recipients:;\r\n' });
  }
  if (message.replyTo.length > 0) headers.push(mailboxesField('Reply-To', message.replyTo));
  headers.push({ name: 'Subject', line: encodeTextHeader('Subject', message.subject, { literal: true }) });
  headers.push({ name: 'Message-ID', line: encodeTextHeader('Message-ID', message.messageId) });
  for (const { name, value } of message.headers) headers.push({ name, line: encodeTextHeader(name, value) });
  headers.push({ name: 'MIME-Version', line: 'MIME-Version: 1.0\r\n' }, ...content.headers);

  const body = Buffer.concat(content.body);
  return {
    headers,
    body: endsWithCrlf(body) ? body : Buffer.concat([body, crlf]),
    needsSmtpUtf8: [message.from, ...message.to, ...message.cc, ...message.replyTo].some(isInternationalAddress),
  };
}

/** mixed( alternative( text, related( html, inline files ) ), other files ), each level only where it is needed. */
function composeContent(message: MessageParts, wrap: (attachment: MessageAttachment) => Buffer): Part {
  // An empty alternative would hide the other one from readers that prefer it.
  const html = message.html === '' && message.text !== undefined ? undefined : message.html;
  const text = message.text === '' && html !== undefined ? undefined : message.text;
  const inline: Part[] = [];
  const attached: Part[] = [];
  for (const attachment of message.attachments) {
    const contentId = cleanContentId(attachment.contentId);
    // Without HTML there is nothing that could show the file.
    if (contentId !== undefined && html !== undefined) inline.push(filePart(attachment, 'inline', contentId, wrap));
    else attached.push(filePart(attachment, 'attachment', contentId, wrap));
  }
  const boundary = (level: string) => boundaryOf(message.boundarySeed, level);

  let htmlPart = html === undefined ? undefined : textPart('text/html', html);
  if (htmlPart && inline.length > 0) {
    // The type parameter is required by RFC 2387 3.1.
    htmlPart = multipart('related', [htmlPart, ...inline], boundary('related'), [['type', 'text/html']]);
  }
  let part: Part;
  if (text !== undefined && htmlPart) {
    part = multipart('alternative', [textPart('text/plain', text), htmlPart], boundary('alternative'));
  } else {
    part = htmlPart ?? textPart('text/plain', text ?? '');
  }
  return attached.length === 0 ? part : multipart('mixed', [part, ...attached], boundary('mixed'));
}

function textPart(type: string, text: string): Part {
  const { encoding, body } = encodeText(text);
  return {
    headers: [
      { name: 'Content-Type', line: `Content-Type: ${type}; charset=utf-8\r\n` },
      { name: 'Content-Transfer-Encoding', line: `Content-Transfer-Encoding: ${encoding}\r\n` },
    ],
    body: [body],
  };
}

function filePart(
  attachment: MessageAttachment,
  disposition: string,
  contentId: string | undefined,
  wrap: (attachment: MessageAttachment) => Buffer,
): Part {
  const { type, parameters } = cleanContentType(attachment.contentType);
  const name = attachment.name.trim();
  const named: [string, string][] = name === '' ? [] : [['name', name]];
  const headers = [
    { name: 'Content-Type', line: encodeParameterHeader('Content-Type', type, [...parameters, ...named]) },
    { name: 'Content-Transfer-Encoding', line: 'Content-Transfer-Encoding: base64\r\n' },
    {
      name: 'Content-Disposition',
      line: encodeParameterHeader('Content-Disposition', disposition, name === '' ? [] : [['filename', name]]),
    },
  ];
  if (contentId !== undefined) headers.push({ name: 'Content-ID', line: `Content-ID: <${contentId}>\r\n` });
  return { headers, body: [wrap(attachment)] };
}

function multipart(kind: string, parts: Part[], boundary: string, parameters: [string, string][] = []): Part {
  const body: Buffer[] = [];
  parts.forEach((part, index) => {
    const head = part.headers.map(field => field.line).join('');
    // The CRLF before a boundary belongs to the boundary (RFC 2046 5.1.1), so parts are kept to the byte.
    body.push(Buffer.from(`${index === 0 ? '' : '\r\n'}--${boundary}\r\n${head}\r\n`, 'latin1'), ...part.body);
  });
  body.push(Buffer.from(`\r\n--${boundary}--\r\n`, 'latin1'));
  return {
    headers: [
      {
        name: 'Content-Type',
        line: encodeParameterHeader('Content-Type', `multipart/${kind}`, [...parameters, ['boundary', boundary]]),
      },
    ],
    body,
  };
}

/**
 * `=_` can stand neither in base64 nor in quoted-printable (RFC 2045 6.7 recommends it), and a plain text that holds
 * `--=_`… is sent as quoted-printable. So no boundary can occur in a part, and nothing has to be searched.
 */
function boundaryOf(seed: string, level: string): string {
  return `=_${createHash('sha256').update(`${level}\n${seed}`).digest('hex').slice(0, 32)}`;
}

function mailboxesField(name: string, mailboxes: readonly Mailbox[]): HeaderField {
  return { name, line: encodeMailboxesHeader(name, mailboxes) };
}

function endsWithCrlf(body: Buffer): boolean {
  return body.length === 0 || (body[body.length - 1] === 0x0a && body[body.length - 2] === 0x0d);
}
