// Headers that no mail program writes.

import { gzipSync } from 'node:zlib';

type Shape = [name: string, make: () => Buffer];

const megabyte = 1024 * 1024;

function withHeader(header: string, body = 'Hello\r\n'): Buffer {
  return Buffer.from(`${header}\r\n\r\n${body}`, 'latin1');
}

function withField(name: string, value: string): Buffer {
  return withHeader(`From: ann@client.test\r\n${name}: ${value}\r\nSubject: hostile`);
}

/** `text` again and again, until there are so many bytes. */
function filled(text: string, lengthInBytes: number): string {
  return text.repeat(Math.ceil(lengthInBytes / text.length));
}

const floods: Shape[] = [
  [
    '10,000 header fields',
    () => withHeader(Array.from({ length: 10_000 }, (_, n) => `X-Flood-${n}: ${n}`).join('\r\n')),
  ],
  ['a million empty header fields', () => withHeader(`${filled('a:\n', 3_000_000)}From: ann@client.test`)],
  ['a header line of 10 MB', () => withField('X-Long', filled('x', 10 * megabyte))],
  ['a header line of 10 MB without a name', () => withHeader(filled('x', 10 * megabyte))],
  ['a field name of 10 MB', () => withHeader(`${filled('x', 10 * megabyte)}: y`)],
  ['a subject of 10 MB', () => withField('Subject', filled('word ', 10 * megabyte))],
  ['a subject folded a million times', () => withField('Subject', filled('\r\n a', 4_000_000))],
  ['a header that never ends', () => Buffer.from(filled('X-Again: and again\r\n', 5 * megabyte))],
  ['a million continuation lines before any field', () => Buffer.from(filled(' \r\n', 3_000_000))],
  ['a header of colons', () => Buffer.from(filled(':\r\n', 3_000_000))],
  ['10,000 Received fields', () => withHeader(filled('Received: from a.test by b.test\r\n', 330_000).trimEnd())],
  ['10,000 references', () => withField('References', filled('<id@client.test>\r\n ', 180_000))],
];

const addresses: Shape[] = [
  [
    '1,000,000 recipients in To',
    () => withField('To', Array.from({ length: 1_000_000 }, (_, n) => `a${n}@b.test`).join(', ')),
  ],
  ['100,000 To fields', () => withHeader(filled('To: a@b.test\r\n', 1_400_000).trimEnd())],
  [
    'comments 500,000 deep in From',
    () => withHeader(`From: ${'('.repeat(500_000)}${')'.repeat(500_000)} ann@client.test`),
  ],
  ['comments that never end', () => withField('To', filled('(', megabyte))],
  ['quotes that never end', () => withField('To', `"${filled('\\"', megabyte)}`)],
  ['a flood of quotes', () => withField('To', filled('"', megabyte))],
  ['brackets that never end', () => withField('To', filled('<', megabyte))],
  ['quotes within brackets that never end', () => withField('To', filled('<"', megabyte))],
  ['square brackets that never end', () => withField('To', filled('a@[', megabyte))],
  ['an address of at signs', () => withField('To', filled('@ ', megabyte))],
  ['an address of dots', () => withField('To', filled('@ . ', megabyte))],
  ['a route of 100,000 hosts', () => withField('To', `<${filled('@a.test,', 800_000)}:ann@client.test>`)],
  ['groups within groups', () => withField('To', filled('a:', megabyte))],
  ['semicolons', () => withField('Cc', filled(';', megabyte))],
  ['commas', () => withField('Cc', filled(',', megabyte))],
  ['names without addresses', () => withField('Cc', filled('a b,', megabyte))],
  [
    'addresses that end nowhere',
    () => withHeader('From: Ann <ann@client.test\r\nTo: "Support <help@\r\nCc: (boss@client.test\r\nReply-To: <<<'),
  ],
  ['an address of 1 MB', () => withField('To', `${filled('a', megabyte)}@b.test`)],
  ['nothing but an at sign', () => withHeader('From: @\r\nTo: <@>\r\nCc: @@@, <@@>')],
  ['three From fields', () => withHeader('From: ann@client.test\r\nFrom: eve@other.test\r\nFrom: joe@other.test')],
  ['an empty From before another', () => withHeader('From: \r\nFrom: ann@client.test')],
];

const encodings: Shape[] = [
  ['encoded-words that never end', () => withField('Subject', filled('=?utf-8?q?a', 2 * megabyte))],
  [
    'encoded-words of invented character sets',
    () => withField('Subject', Array.from({ length: 50_000 }, (_, n) => `=?x-${n}?q?a?=`).join(' ')),
  ],
  ['100,000 encoded-words of one byte each', () => withField('Subject', filled('=?utf-8?q?=C3?= ', 1_600_000))],
  ['an encoded-word of 5 MB', () => withField('Subject', `=?utf-8?b?${filled('QUJD', 5 * megabyte)}?=`)],
  ['questions in an encoded-word', () => withField('Subject', `=?utf-8?q?${filled('?', megabyte)}?=`)],
  [
    'a header field smuggled into a subject',
    () => withField('Subject', '=?utf-8?q?a=0D=0ABcc:_eve@other.test=0D=0A=00b?='),
  ],
  [
    'NUL in every field',
    () => withHeader('From: a\0nn@client.test\r\nTo: \0\r\nSubject: a\0b\r\nX-\0: c\r\nX-Nul: \0'),
  ],
  [
    'invalid UTF-8 in every field',
    () =>
      withHeader(
        'From: "\xff\xfe" <ann@client.test>\r\nTo: \xc3\x28 <a@b.test>\r\nSubject: \xed\xa0\x80 \xf0\x9f\x92\r\nX-\xff: y\r\nX-Bad: \xc0\xaf',
      ),
  ],
  [
    'controls in every field',
    () => withHeader(`From: ${Array.from({ length: 32 }, (_, n) => String.fromCharCode(n)).join('')}a@b.test`),
  ],
  [
    'a lone CR in every field',
    () => withHeader('From: ann@client.test\rTo: eve@other.test\r\nSubject: a\rb\r\nX-Cr: \r'),
  ],
  [
    'words that change the direction of the text',
    () => Buffer.from('From: "\u202etset.knab" <ann@client.test>\r\nSubject: \u202e\u2066\r\n\r\nx'),
  ],
];

const dates: Shape[] = [
  ['no Date', () => withHeader('From: ann@client.test')],
  ['a Date of the year 9999', () => withField('Date', 'Fri, 31 Dec 9999 23:59:59 +9999')],
  ['a Date before all dates', () => withField('Date', 'Mon, 0 Foo -271821 99:99:99 -9959')],
  ['a Date of 1 MB', () => withField('Date', filled('9', megabyte))],
  ['six Dates', () => withHeader(filled('Date: Tue, 4 Mar 2025 15:02:11 +0100\r\n', 200).trimEnd())],
];

const wholes: Shape[] = [
  ['nothing', () => Buffer.alloc(0)],
  ['one line end', () => Buffer.from('\r\n')],
  ['a dot', () => Buffer.from('.\r\n')],
  ['a header without a body', () => Buffer.from('From: ann@client.test\r\nSubject: a')],
  ['a body without a header', () => Buffer.from('\r\nHello\r\n')],
  ['a body that looks like a header', () => Buffer.from('Hello there\r\nFrom: ann@client.test\r\n\r\nx')],
  ['10 MB of NUL', () => Buffer.alloc(10 * megabyte)],
  ['10 MB of CR', () => Buffer.alloc(10 * megabyte, '\r')],
  ['10 MB of LF', () => Buffer.alloc(10 * megabyte, '\n')],
  ['10 MB of dashes', () => Buffer.alloc(10 * megabyte, '-')],
  ['10 MB of spaces', () => Buffer.alloc(10 * megabyte, ' ')],
  ['a message with CR as line end', () => Buffer.from('From: ann@client.test\rSubject: a\r\rHello\r')],
  ['a compressed file instead of a message', () => gzipSync(Buffer.alloc(10 * megabyte))],
  ['every byte', () => Buffer.from(Array.from({ length: 65_536 }, (_, n) => n & 255))],
];

export const hostileHeaders: readonly Shape[] = [...floods, ...addresses, ...encodings, ...dates, ...wholes];
