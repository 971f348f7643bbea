// Turns RFC 2047 encoded-words into text. Lenient, because the world writes them inside quotes, splits characters
// between two of them and invents character sets.

import { decoderOf } from '../mime/charset.ts';

const encodedWord = /=\?([^?\s]{1,80})\?([bq])\?([^?\s]*)\?=/gi;
const whiteSpaceOnly = /^\s*$/;

/** What is not an encoded-word, or cannot be decoded, stays as it is. The result may hold control characters. */
export function decodeEncodedWords(text: string): string {
  if (!text.includes('=?')) return text;

  let decoded = '';
  let end = 0;
  let pending: { charset: string; bytes: Buffer[] } | undefined;
  function flush(): void {
    if (pending) decoded += decodeBytes(pending.charset, Buffer.concat(pending.bytes));
    pending = undefined;
  }

  for (const match of text.matchAll(encodedWord)) {
    const [word, charsetAndLanguage = '', encoding = '', content = ''] = match;
    // RFC 2231 5: a language may follow the character set after a star.
    const charset = (charsetAndLanguage.split('*')[0] ?? '').toLowerCase();
    if (!isKnownCharset(charset)) continue;

    const between = text.slice(end, match.index);
    // White space between two encoded-words is not part of the text (RFC 2047 6.2).
    const follows = end > 0 && whiteSpaceOnly.test(between);
    if (!follows || pending?.charset !== charset) flush();
    if (!follows) decoded += between;
    pending ??= { charset, bytes: [] };
    pending.bytes.push(encoding.toLowerCase() === 'b' ? Buffer.from(content, 'base64') : bytesOfQ(content));
    end = match.index + word.length;
  }
  flush();
  return decoded + text.slice(end);
}

/** The Q encoding of RFC 2047 4.2: like quoted-printable, with an underscore for a space. */
function bytesOfQ(content: string): Buffer {
  const unescaped = content
    .replaceAll('_', ' ')
    .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(unescaped, 'latin1');
}

function isKnownCharset(charset: string): boolean {
  return decoderOf(charset) !== undefined;
}

function decodeBytes(charset: string, bytes: Buffer): string {
  return decoderOf(charset)?.decode(bytes) ?? bytes.toString('latin1');
}
