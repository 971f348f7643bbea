// Writes mail as the programs of the world do, together with what has to be read out of it. Nothing of the reader is used:
// what is expected is what was put in. Everything is a string in which each character is one byte, with CRLF between the lines.

import type { HeaderField, InboundAttachment, InboundMail } from '../inbound-mail.ts';

export type NormalMail = {
  name: string;
  /** Ready for SMTP: lines of at most 998 bytes that end in CRLF. */
  source: Buffer;
  expected: InboundMail;
};

/** A line of the header, folded with CRLF where it is; `value` where it is not what remains without the line breaks. */
export type HeaderLine = string | { line: string; value: string };

/** `header` stands before the content; a line of it takes the place of the usual one of its name. */
export type MailForm = { header?: readonly HeaderLine[]; content: string; expected?: Partial<InboundMail> };

export const usualDate = 'Tue, 4 Mar 2025 15:02:11 +0100';

const usualLines: readonly string[] = [
  'From: Ann Berg <ann@client.test>',
  'To: help@in.shop.test',
  'Subject: Order 1042',
  `Date: ${usualDate}`,
  'Message-ID: <a81c@client.test>',
  'MIME-Version: 1.0',
];

const usual: InboundMail = {
  from: { name: 'Ann Berg', address: 'ann@client.test' },
  to: [{ name: '', address: 'help@in.shop.test' }],
  cc: [],
  subject: 'Order 1042',
  replyTo: '',
  date: usualDate,
  text: '',
  html: '',
  strippedReply: '',
  tag: '',
  headers: [],
  attachments: [],
};

const keysOfTheirOwn = ['from', 'to', 'cc', 'bcc', 'subject', 'date', 'reply-to', 'content-type'];

/** `content` begins with the fields that describe it, then an empty line: what `part` and `multipart` write. */
export function writeMail(name: string, form: MailForm): NormalMail {
  const own = form.header ?? [];
  const ownNames = new Set(own.map(line => nameOf(lineOf(line))));
  const describing = headerOf(form.content);
  const lines = [...usualLines.filter(line => !ownNames.has(nameOf(line))), ...own];
  const source = `${lines.map(line => `${lineOf(line)}\r\n`).join('')}${form.content}`;
  const headers = [...lines, ...describing].filter(line => !keysOfTheirOwn.includes(nameOf(lineOf(line))));
  return {
    name,
    source: Buffer.from(source.endsWith('\r\n') ? source : `${source}\r\n`, 'latin1'),
    expected: { ...usual, headers: headers.map(headerFieldOf), ...form.expected },
  };
}

function lineOf(line: HeaderLine): string {
  return typeof line === 'string' ? line : line.line;
}

function nameOf(line: string): string {
  return line.slice(0, line.indexOf(':')).toLowerCase();
}

function headerFieldOf(line: HeaderLine): HeaderField {
  const written = lineOf(line);
  const colon = written.indexOf(':');
  const value =
    typeof line === 'string'
      ? written
          .slice(colon + 1)
          .replaceAll('\r\n', '')
          .trim()
      : line.value;
  return { name: written.slice(0, colon), value };
}

function headerOf(content: string): string[] {
  const end = content.indexOf('\r\n\r\n');
  const header = content.startsWith('\r\n') ? '' : content.slice(0, end);
  return header === '' ? [] : header.split(/\r\n(?![ \t])/);
}

/** Fields, an empty line, the content. */
export function part(fields: readonly string[], content: string): string {
  return `${fields.map(field => `${field}\r\n`).join('')}\r\n${content}`;
}

export function multipart(kind: string, boundary: string, parts: readonly string[], parameters = ''): string {
  const written = parts.map(each => `--${boundary}\r\n${each}\r\n`).join('');
  return part(
    [`Content-Type: multipart/${kind}; boundary="${boundary}"${parameters}`],
    `This is a multi-part message in MIME format.\r\n${written}--${boundary}--\r\n`,
  );
}

/** Its UTF-8, one character for each byte. */
export function utf8(text: string): string {
  return Buffer.from(text).toString('latin1');
}

export function text(content: string, type = 'text/plain; charset=utf-8'): string {
  return part([`Content-Type: ${type}`, 'Content-Transfer-Encoding: 8bit'], utf8(content));
}

export function html(content: string): string {
  return text(content, 'text/html; charset="UTF-8"');
}

export function base64(bytes: Buffer | string): string {
  return Buffer.from(bytes as string)
    .toString('base64')
    .replace(/.{76}(?!$)/g, '$&\r\n');
}

/** Of any bytes: all but letters and digits are written as codes, in lines of at most 76. */
export function quotedPrintable(bytes: Buffer): string {
  let written = '';
  let lineLength = 0;
  for (const byte of bytes) {
    const character = String.fromCharCode(byte);
    const code = /[a-z0-9]/i.test(character) ? character : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    if (lineLength + code.length > 75) {
      written += '=\r\n';
      lineLength = 0;
    }
    written += code;
    lineLength += code.length;
  }
  return written;
}

export type FileForm = {
  name: string;
  type: string;
  content: Buffer;
  contentId?: string;
  disposition?: 'attachment' | 'inline';
};

/** A file in base64, as every program attaches it. */
export function file({ name, type, content, contentId, disposition = 'attachment' }: FileForm): string {
  return part(
    [
      `Content-Type: ${type}; name="${name}"`,
      'Content-Transfer-Encoding: base64',
      ...(contentId === undefined ? [] : [`Content-ID: <${contentId}>`]),
      `Content-Disposition: ${disposition}; filename="${name}"`,
    ],
    base64(content),
  );
}

export function attachmentOf({ name, type, content, contentId }: FileForm): InboundAttachment {
  return { name, contentType: type, content, ...(contentId === undefined ? {} : { contentId }) };
}

/** A picture of one dot. */
export const picture: Buffer = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
export const document: Buffer = Buffer.from(
  '%PDF-1.4\n%\u00e2\u00e3\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n',
  'latin1',
);
