// Turns RFC 2047 encoded-words into text. Lenient, because the world writes them inside quotes, splits characters
// between two of them, leaves spaces and question marks in them and invents character sets.

import { decodeCharset, isKnownCharset } from '../mime/charset.ts';

const opening = /=\?([^?\s]{1,80})\?([bq])\?/gi;
const ending = '?=';
const whiteSpaceOnly = /^\s*$/;

/**
 * What is not an encoded-word, or cannot be decoded, stays as it is. The result may hold control characters. Runs in
 * linear time whatever the text is.
 */
export function decodeEncodedWords(text: string): string {
  if (!text.includes('=?')) return text;

  let decoded = '';
  let end = 0;
  let endOfWord = 0;
  let pending: { charset: string; bytes: Buffer[] } | undefined;
  function flush(): void {
    if (pending) decoded += decodeCharset(Buffer.concat(pending.bytes), pending.charset);
    pending = undefined;
  }

  for (const match of text.matchAll(opening)) {
    const [opened, charsetAndLanguage = '', encoding = ''] = match;
    if (match.index < end) continue;
    const contentStart = match.index + opened.length;
    if (endOfWord < contentStart) endOfWord = text.indexOf(ending, contentStart);
    if (endOfWord === -1) break;
    const content = text.slice(contentStart, endOfWord);
    // RFC 2231 5: a language may follow the character set after a star.
    const charset = (charsetAndLanguage.split('*')[0] ?? '').toLowerCase();
    // Where another word begins before this one ends, this one has no end.
    if (!isKnownCharset(charset) || content.includes('=?')) continue;

    const between = text.slice(end, match.index);
    // White space between two encoded-words is not part of the text (RFC 2047 6.2).
    const follows = end > 0 && whiteSpaceOnly.test(between);
    if (!follows || pending?.charset !== charset) flush();
    if (!follows) decoded += between;
    pending ??= { charset, bytes: [] };
    pending.bytes.push(encoding.toLowerCase() === 'b' ? Buffer.from(content, 'base64') : bytesOfQ(content));
    end = endOfWord + ending.length;
  }
  flush();
  return decoded + text.slice(end);
}

/** The Q encoding of RFC 2047 4.2: like quoted-printable, with an underscore for a space. */
function bytesOfQ(content: string): Buffer {
  // Some leave what is not ASCII as it is.
  const bytes = /[^\x00-\x7f]/.test(content) ? Buffer.from(content).toString('latin1') : content;
  const unescaped = bytes
    .replaceAll('_', ' ')
    .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(unescaped, 'latin1');
}
