// Writes header fields as they stand on the wire: folded, ASCII, ended by CRLF.
// Sources: RFC 5322 2.1.1 and 2.2.3 (length, folding), RFC 2047 (encoded-words), RFC 2231 (parameters).

import { formatMailboxForHeader } from '../address/format-mailbox.ts';
import type { Mailbox } from '../address/mailbox.ts';
import { toEncodedWords } from './encoded-words.ts';

// RFC 5322 asks for 78, RFC 2047 2 for 76 where an encoded-word is present.
const lineLengthWanted = 76;
const encodedWordLengthMax = 60;
/** The longest run without white space that a field may hold, so that no line passes 998 (RFC 5322 2.1.1). */
export const unbreakableLengthMax = 900;

/**
 * A field of free text, such as Subject. Line breaks and control characters become spaces, so a value can never start
 * another field. With `literal`, ASCII that looks like an encoded-word is encoded once more and is read back as written.
 */
export function encodeTextHeader(name: string, value: string, options: { literal?: boolean } = {}): string {
  const text = value.replace(/\r\n|[\x00-\x1f\x7f]/g, ' ').trim();
  const segments = text.match(/ *[^ ]+/g) ?? [];
  const mustBeEncoded = (segment: string) =>
    segment.length > unbreakableLengthMax ||
    !/^[\x20-\x7e]*$/.test(segment) ||
    (options.literal === true && segment.includes('=?'));
  const first = segments.findIndex(mustBeEncoded);
  if (first === -1) return foldHeader(name, segments);

  // From the first such word to the last: so `Näme <list.shop.test>` keeps the part that machines read, and no white space
  // falls between two encoded-words, where readers drop it.
  const last = segments.findLastIndex(mustBeEncoded);
  const middle = segments.slice(first, last + 1).join('');
  // Not trimStart, which takes spaces outside ASCII too: those have to be encoded.
  const content = middle.replace(/^ +/, '');
  // The first word should fit beside the field's name, because some readers dislike a first line without a value.
  const wordLengthMax = Math.max(30, Math.min(encodedWordLengthMax, lineLengthWanted - name.length - 2));
  const words = toEncodedWords(content, wordLengthMax).map((word, index) => {
    return index === 0 ? middle.slice(0, middle.length - content.length) + word : ` ${word}`;
  });
  return foldHeader(name, [...segments.slice(0, first), ...words, ...segments.slice(last + 1)]);
}

/** A list of mailboxes; breaks between them, and inside long names. */
export function encodeMailboxesHeader(name: string, mailboxes: readonly Mailbox[]): string {
  const segments: string[] = [];
  mailboxes.forEach((mailbox, index) => {
    const words = splitOutsideQuotes(formatMailboxForHeader(mailbox));
    const last = index === mailboxes.length - 1;
    words.forEach((word, place) => {
      const space = segments.length === 0 ? '' : ' ';
      segments.push(`${space}${word}${place === words.length - 1 && !last ? ',' : ''}`);
    });
  });
  return foldHeader(name, segments);
}

/** A value with parameters, such as `Content-Disposition: attachment; filename=…`. Values may be any text. */
export function encodeParameterHeader(
  name: string,
  value: string,
  parameters: readonly (readonly [name: string, value: string])[],
): string {
  const written = parameters.flatMap(([parameter, text]) => encodeParameter(parameter, text));
  const segments = [value, ...written].map((part, index, all) => {
    return `${index === 0 ? '' : ' '}${part}${index === all.length - 1 ? '' : ';'}`;
  });
  return foldHeader(name, segments);
}

/** Joins segments, each carrying its own leading white space, and breaks lines before those that do not fit. */
export function foldHeader(name: string, segments: readonly string[]): string {
  let line = `${name}: `;
  let lines = '';
  let isEmpty = true;
  for (const segment of segments) {
    if (!isEmpty && line.length + segment.length > lineLengthWanted) {
      lines += `${line}\r\n`;
      line = segment;
    } else {
      line += segment;
    }
    isEmpty = false;
  }
  return `${lines}${line}\r\n`;
}

const token = /^[A-Za-z0-9!#$&+\-.^_`{|}~]+$/;
const parameterLengthMax = 50;

function encodeParameter(name: string, value: string): string[] {
  const text = value.replace(/[\x00-\x1f\x7f]+/g, ' ').toWellFormed();
  if (token.test(text) && text.length <= parameterLengthMax) return [`${name}=${text}`];
  if (/^[\x20-\x7e]*$/.test(text) && text.length <= parameterLengthMax) {
    return [`${name}="${text.replace(/[\\"]/g, '\\$&')}"`];
  }

  const pieces: string[] = [];
  let piece = '';
  for (const character of text) {
    const escaped = percentEncode(character);
    if (piece.length + escaped.length > parameterLengthMax) {
      pieces.push(piece);
      piece = '';
    }
    piece += escaped;
  }
  pieces.push(piece);
  if (pieces.length === 1) return [`${name}*=utf-8''${pieces[0]}`];
  // Continuations, RFC 2231 4.1; the character set is named in the first only.
  return pieces.map((part, index) => `${name}*${index}*=${index === 0 ? "utf-8''" : ''}${part}`);
}

function percentEncode(character: string): string {
  // attribute-char of RFC 2231 7.
  if (/^[A-Za-z0-9!#$&+\-.^_`{|}~]$/.test(character)) return character;
  let escaped = '';
  for (const byte of Buffer.from(character)) escaped += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  return escaped;
}

/** `"Big, Shop" <a@b>` has two words: white space inside quotes is no place to break. */
function splitOutsideQuotes(text: string): string[] {
  return text.match(/(?:"(?:[^"\\]|\\.)*"|[^\s"])+/g) ?? [];
}
