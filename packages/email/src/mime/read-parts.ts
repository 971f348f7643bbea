// Takes a mail of a stranger apart: MIME where there is some, and never more work than the limits allow. What is broken
// is read as far as it goes. Sources: RFC 2045, 2046; RFC 6522 and 3462 for the parts of reports; RFC 6532 for `global`.

import { decodeCharset } from './charset.ts';
import { fieldOf, type MailField, readFields, readParameters } from './read-fields.ts';
import { textOfHtml } from './text-of-html.ts';
import { decodeTransfer } from './transfer-decoding.ts';

export type MailPart = {
  /** In lower case, `text/plain` where none is told. */
  type: string;
  parameters: ReadonlyMap<string, string>;
  fields: readonly MailField[];
  /** The parts of a multipart; the one message within a `message/rfc822` and its like. */
  children: readonly MailPart[];
  /** Decoded, with `\n` between the lines; that of HTML without its tags. Empty for what is no text. */
  text: string;
};

/** What a reading cost, for tests: the same line counts once for each level of nesting. */
export type ReadingTally = { lines: number; parts: number; depth: number };

/** Of a larger mail only the beginning is read: what a report says stands before the message that it returns. */
export const sourceReadMaxInBytes = 256 * 1024;
export const linesMax = 20_000;
export const nestingMax = 8;
export const partsMax = 60;
export const textLengthMax = 64 * 1024;

const wholeMessages: ReadonlySet<string> = new Set(['message/rfc822', 'message/global', 'message/news']);
const headersOnly: ReadonlySet<string> = new Set([
  'message/rfc822-headers',
  'text/rfc822-headers',
  'message/global-headers',
]);

export function readParts(source: Buffer, tally: ReadingTally = { lines: 0, parts: 0, depth: 0 }): MailPart {
  const lines = linesOf(source.toString('latin1', 0, sourceReadMaxInBytes));
  return readPart({ lines, tally }, 0, lines.length, 0, undefined);
}

/** True for a part that holds a message, or its header, as its only child. */
export function holdsMessage(part: MailPart): boolean {
  return wholeMessages.has(part.type) || headersOnly.has(part.type);
}

type Reading = { lines: readonly string[]; tally: ReadingTally };

/** `typeByDefault` is that of a part; a message has none. */
function readPart(
  reading: Reading,
  start: number,
  end: number,
  depth: number,
  typeByDefault: string | undefined,
): MailPart {
  const { lines, tally } = reading;
  tally.parts += 1;
  tally.depth = Math.max(tally.depth, depth);
  tally.lines += end - start;

  const { fields: raw, bodyStart } = readFields(lines, start, end, typeByDefault === undefined);
  const fields = raw.map(withText);
  const content = readParameters(fieldOf(fields, 'content-type'));
  const type = /^[^\s/]+\/[^\s/]+$/.test(content.value) ? content.value : (typeByDefault ?? 'text/plain');
  const part = { type, parameters: content.parameters, fields };

  if (type.startsWith('multipart/') && depth < nestingMax) {
    const children = readMultipart(reading, bodyStart, end, depth, part);
    if (children.length > 0) return { ...part, children, text: '' };
    return { ...part, children, text: textOf(reading, bodyStart, end, { ...part, type: 'text/plain' }) };
  }
  if ((wholeMessages.has(type) || headersOnly.has(type)) && depth < nestingMax && tally.parts < partsMax) {
    return { ...part, children: [readMessage(reading, bodyStart, end, depth, fields)], text: '' };
  }
  return { ...part, children: [], text: textOf(reading, bodyStart, end, part) };
}

/** Lines are bytes here. A header may hold UTF-8 (RFC 6532), and what should have been encoded. */
function withText(field: MailField): MailField {
  if (/^[\x00-\x7f]*$/.test(field.value)) return field;
  return { name: field.name, value: decodeCharset(Buffer.from(field.value, 'latin1'), '') };
}

function readMultipart(
  reading: Reading,
  start: number,
  end: number,
  depth: number,
  part: { type: string; parameters: ReadonlyMap<string, string> },
): MailPart[] {
  const { lines, tally } = reading;
  const told = part.parameters.get('boundary')?.trimEnd();
  // Where the boundary was lost, the first line that looks like one will do.
  const delimiter = told
    ? `--${told}`
    : lines
        .slice(start, end)
        .find(line => /^--[^\s-].{4,80}$/.test(line))
        ?.trimEnd();
  if (delimiter === undefined) return [];

  const typeByDefault = part.type === 'multipart/digest' ? 'message/rfc822' : 'text/plain';
  const children: MailPart[] = [];
  let childStart: number | undefined;
  let position = start;
  for (; position < end && tally.parts < partsMax; position += 1) {
    const line = lines[position] ?? '';
    if (!line.startsWith(delimiter)) continue;
    const rest = line.slice(delimiter.length).trim();
    if (rest !== '' && rest !== '--') continue;
    if (childStart !== undefined) children.push(readPart(reading, childStart, position, depth + 1, typeByDefault));
    childStart = position + 1;
    if (rest === '--') return children;
  }
  if (childStart !== undefined && childStart < end && tally.parts < partsMax) {
    children.push(readPart(reading, childStart, end, depth + 1, typeByDefault));
  }
  return children;
}

/** RFC 2046 5.2.1 forbids to encode a message, and some do so all the same. */
function readMessage(
  reading: Reading,
  start: number,
  end: number,
  depth: number,
  fields: readonly MailField[],
): MailPart {
  if (!isEncoded(fields)) return readPart(reading, start, end, depth + 1, undefined);
  const lines = linesOf(bytesOf(reading.lines, start, end, fields).toString('latin1'));
  return readPart({ lines, tally: reading.tally }, 0, lines.length, depth + 1, undefined);
}

function isEncoded(fields: readonly MailField[]): boolean {
  return /^(?:base64|quoted-printable)$/i.test(fieldOf(fields, 'content-transfer-encoding'));
}

function textOf(
  { lines }: Reading,
  start: number,
  end: number,
  part: { type: string; parameters: ReadonlyMap<string, string>; fields: readonly MailField[] },
): string {
  if (!part.type.startsWith('text/') && !part.type.startsWith('message/')) return '';
  const bytes = bytesOf(lines, start, endOfText(lines, start, end), part.fields).subarray(0, textLengthMax);
  const text = decodeCharset(bytes, part.parameters.get('charset')?.toLowerCase() ?? '');
  return part.type === 'text/html' ? textOfHtml(text) : linesOf(text).join('\n');
}

/** The line with which there is enough to decode: an encoding takes at most three characters for a byte. */
function endOfText(lines: readonly string[], start: number, end: number): number {
  let length = 0;
  for (let position = start; position < end; position += 1) {
    length += (lines[position]?.length ?? 0) + 1;
    if (length > 3 * textLengthMax) return position + 1;
  }
  return end;
}

/** The content without its transfer encoding. */
function bytesOf(lines: readonly string[], start: number, end: number, fields: readonly MailField[]): Buffer {
  const encoding = fieldOf(fields, 'content-transfer-encoding').toLowerCase();
  return decodeTransfer(Buffer.from(lines.slice(start, end).join('\n'), 'latin1'), encoding);
}

/** CRLF, LF, and CR where there is nothing else. */
function linesOf(text: string): string[] {
  if (!text.includes('\n')) return text.split('\r', linesMax);
  const lines = text.split('\n', linesMax);
  return text.includes('\r') ? lines.map(line => (line.endsWith('\r') ? line.slice(0, -1) : line)) : lines;
}
