// Multiparts that no mail program writes.

type Shape = [name: string, make: () => Buffer];

const megabyte = 1024 * 1024;
const from = 'From: ann@client.test\r\nSubject: hostile\r\nMIME-Version: 1.0\r\n';

function multipart(boundary: string, content: string, kind = 'mixed'): Buffer {
  return Buffer.from(`${from}Content-Type: multipart/${kind}; boundary="${boundary}"\r\n\r\n${content}`, 'latin1');
}

function filled(text: string, lengthInBytes: number): string {
  return text.repeat(Math.ceil(lengthInBytes / text.length));
}

function nestedParts(levels: number, boundaryOf: (level: number) => string, isClosed: boolean): string {
  const openings = Array.from(
    { length: levels },
    (_, level) =>
      `--${boundaryOf(level)}\r\nContent-Type: multipart/mixed; boundary="${boundaryOf(level + 1)}"\r\n\r\n`,
  );
  const endings = Array.from({ length: levels + 1 }, (_, level) => `--${boundaryOf(levels - level)}--\r\n`);
  const core = `--${boundaryOf(levels)}\r\nContent-Type: text/plain\r\n\r\nthe core\r\n`;
  return `${openings.join('')}${core}${isClosed ? endings.join('') : ''}`;
}

function nestedMessages(levels: number): Buffer {
  return Buffer.from(
    `${'Subject: again\r\nContent-Type: message/rfc822\r\n\r\n'.repeat(levels)}Subject: core\r\n\r\nx`,
  );
}

function messagesWithinParts(levels: number): Buffer {
  let message = `${from}\r\nthe core`;
  for (let level = 0; level < levels; level += 1) {
    message = `${from}Content-Type: multipart/mixed; boundary=b${level}\r\n\r\n--b${level}\r\nContent-Type: message/rfc822\r\n\r\n${message}\r\n--b${level}--\r\n`;
  }
  return Buffer.from(message);
}

/** Fifty levels whose boundaries differ in their last characters, and lines that almost are one of them. */
function almostBoundaries(): Buffer {
  const stem = 'a'.repeat(900);
  const levels = nestedParts(49, level => `${stem}${String(level).padStart(2, '0')}`, false);
  return multipart(`${stem}00`, `${levels}${filled(`--${stem}zz\r\n`, 10 * megabyte)}`);
}

const part = (text: string) => `--b\r\nContent-Type: text/plain\r\n\r\n${text}\r\n`;
const file = (name: string) => `--b\r\nContent-Disposition: attachment; filename=${name}\r\n\r\nx\r\n`;

export const hostileStructures: readonly Shape[] = [
  [
    '1,000 nested parts',
    () =>
      multipart(
        'l0',
        nestedParts(1000, level => `l${level}`, true),
      ),
  ],
  [
    '1,000 nested parts that never end',
    () =>
      multipart(
        'l0',
        nestedParts(1000, level => `l${level}`, false),
      ),
  ],
  [
    '100 nested parts with one boundary',
    () =>
      multipart(
        'b',
        nestedParts(100, () => 'b', true),
      ),
  ],
  [
    'boundaries that are prefixes of each other',
    () =>
      multipart(
        'b',
        nestedParts(40, level => 'b'.repeat(level + 1), true),
      ),
  ],
  ['lines that almost are one of fifty boundaries', almostBoundaries],
  ['a boundary that never ends', () => multipart('b', `--b\r\n\r\n${filled('Hello\r\n', 5 * megabyte)}`)],
  ['a boundary that never begins', () => multipart('b', filled('Hello\r\n', 5 * megabyte))],
  [
    'a boundary that is not told',
    () => Buffer.from(`${from}Content-Type: multipart/mixed\r\n\r\n--real\r\n\r\nHello\r\n--real--\r\n`),
  ],
  ['a boundary that is empty', () => multipart('', '--\r\n\r\nHello\r\n----\r\n')],
  [
    'a boundary that is another one',
    () => multipart('told', '--real\r\nContent-Type: text/html\r\n\r\n<p>Hello\r\n--real--\r\n'),
  ],
  ['a boundary of 5,000 characters', () => multipart('b'.repeat(5000), `--${'b'.repeat(5000)}\r\n\r\nHello\r\n`)],
  ['a boundary of one space', () => multipart(' ', '-- \r\n\r\nHello\r\n-- --\r\n')],
  ['a boundary that ends in dashes', () => multipart('b--', '--b--\r\n\r\nHello\r\n--b----\r\n')],
  ['a boundary with NUL in it', () => multipart('b\0c', '--b\0c\r\n\r\nHello\r\n--b\0c--\r\n')],
  ['two boundaries told', () => multipart('b"; boundary="c', part('Hello'))],
  ['100,000 parts', () => multipart('b', filled(part('x'), 4_000_000))],
  ['a million empty parts', () => multipart('b', filled('--b\r\n', 5_000_000))],
  ['a million ends', () => multipart('b', filled('--b--\r\n', 7_000_000))],
  [
    '10 MB of lines that begin like a boundary',
    () => multipart('b', `${part('x')}${filled('--b x\r\n', 10 * megabyte)}`),
  ],
  ['10 MB of lines of two dashes', () => multipart('b', filled('--\r\n', 10 * megabyte))],
  ['a boundary with tabs behind it', () => multipart('b', filled('--b\t\t\t\t\t\t\t\t\r', 5 * megabyte))],
  ['parts with 30,000 fields', () => multipart('b', filled(`--b\r\n${'X: y\r\n'.repeat(300)}\r\nx\r\n`, 200_000))],
  ['2,000 files with one name', () => multipart('b', filled(file('same.txt'), 130_000))],
  ['everything behind the last boundary', () => multipart('b', `--b--\r\n${filled('Hello\r\n', megabyte)}`)],
  [
    'everything before the first boundary',
    () => multipart('b', `${filled('Hello\r\n', megabyte)}${part('x')}--b--\r\n`),
  ],
  ['1,000 messages within each other', () => nestedMessages(1000)],
  ['100 messages as parts of each other', () => messagesWithinParts(100)],
  [
    'a digest of 20,000 messages',
    () => multipart('b', filled('--b\r\n\r\nSubject: a\r\n\r\nx\r\n', 600_000), 'digest'),
  ],
  ['parts that end with lone LF and CR', () => multipart('b', '--b\n\nHello\n--b\r\rx\r--b\r\n\r\nthere\n--b--')],
  [
    'a multipart that claims to be base64',
    () =>
      Buffer.from(
        `${from}Content-Transfer-Encoding: base64\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${part('x')}--b--\r\n`,
      ),
  ],
  ['a type of its own invention', () => Buffer.from(`${from}Content-Type: ;;;=;"/\\\r\n\r\nHello\r\n`)],
  [
    'four types',
    () =>
      Buffer.from(`${from}Content-Type: text/html\r\nContent-Type: a/b\r\nContent-Type: ;\r\nContent-Type:\r\n\r\nx`),
  ],
];
