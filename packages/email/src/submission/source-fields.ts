// Finds the header fields of a message, or of one of its parts, within its bytes. Nothing is decoded before somebody asks,
// and nothing is written anew: what is kept is kept to the byte. Sources: RFC 5322 2.2 and 4.5 (white space before the
// colon), RFC 6532 (UTF-8 in header fields).

import { decodeEncodedWords } from '../headers/decode-encoded-words.ts';
import { decodeCharset } from '../mime/charset.ts';

/** `start` to `end` are the complete field, folds and last line end included; its value begins at `valueStart`. */
export type SourceField = { name: string; lowerName: string; start: number; valueStart: number; end: number };

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const colon = 0x3a;
const space = 0x20;
const tab = 0x09;
const mboxSeparator = /^>?From $/;

/**
 * A line that can be no field ends the header: it is the first of the body, as Postfix reads it. `isMessage`: a separator
 * of mbox files that stands before the first field is passed over. Behind `fieldsMax` fields nothing more is read.
 */
export function readSourceFields(
  source: Buffer,
  start = 0,
  isMessage = true,
  fieldsMax = Number.POSITIVE_INFINITY,
): { fields: SourceField[]; bodyStart: number } {
  const fields: SourceField[] = [];
  let position = start;
  while (position < source.length && fields.length < fieldsMax) {
    const end = endOfLine(source, position);
    if (isEmptyLine(source, position)) return { fields, bodyStart: end };
    const first = source[position];
    const last = fields.at(-1);
    if (first === space || first === tab) {
      if (!last) return { fields, bodyStart: position };
      last.end = end;
    } else {
      const field = fieldAt(source, position, end);
      if (field) fields.push(field);
      else if (!isMessage || last || !isMboxSeparator(source, position)) return { fields, bodyStart: position };
    }
    position = end;
  }
  return { fields, bodyStart: position };
}

/** Behind the line's end. */
export function endOfLine(source: Buffer, start: number): number {
  const feed = source.indexOf(lineFeed, start);
  return feed === -1 ? source.length : feed + 1;
}

function isEmptyLine(source: Buffer, start: number): boolean {
  return source[start] === lineFeed || (source[start] === carriageReturn && source[start + 1] === lineFeed);
}

function isMboxSeparator(source: Buffer, start: number): boolean {
  const length = source[start] === 0x3e ? 6 : 5;
  return mboxSeparator.test(source.toString('latin1', start, start + length));
}

function fieldAt(source: Buffer, start: number, end: number): SourceField | undefined {
  let position = start;
  while (position < end && isNameByte(source[position])) position += 1;
  const nameEnd = position;
  while (source[position] === space || source[position] === tab) position += 1;
  if (nameEnd === start || source[position] !== colon) return undefined;
  const name = source.toString('latin1', start, nameEnd);
  return { name, lowerName: name.toLowerCase(), start, valueStart: position + 1, end };
}

/** ftext of RFC 5322 3.6.8: printable ASCII without the colon. */
function isNameByte(byte: number | undefined): boolean {
  return byte !== undefined && byte > space && byte < 0x7f && byte !== colon;
}

/** Unfolded, with encoded-words as they stand; bytes outside ASCII are UTF-8, or what else they can be. */
export function rawValueOf(source: Buffer, field: SourceField): string {
  const text = source.toString('latin1', field.valueStart, field.end);
  const decoded = /[^\x00-\x7f]/.test(text) ? decodeCharset(source.subarray(field.valueStart, field.end), '') : text;
  return decoded.replace(/\r?\n/g, '').trim();
}

/** Free text as a reader sees it, without control characters: it can be stored and shown. */
export function textOf(source: Buffer, field: SourceField): string {
  return cleanText(decodeEncodedWords(rawValueOf(source, field)));
}

export function cleanText(text: string): string {
  return text
    .replace(/[\x00-\x1f\x7f]+/g, ' ')
    .trim()
    .toWellFormed();
}
