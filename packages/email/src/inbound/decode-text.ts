// The text that the bytes of a part mean: in the character set that it tells, or else in the one that its HTML tells, or
// else in UTF-8 if it is that, and in windows-1252 if not.

import { decodeCharset } from '../mime/charset.ts';

const metaCharset = /<meta\s[^>]{0,200}?charset\s{0,5}=\s{0,5}["']?\s{0,5}([a-z0-9_:.+-]{1,40})/i;
/** Browsers look no further (HTML, "prescan a byte stream"). */
const metaSoughtMaxInBytes = 1024;

/** With `\n` between the lines, and without NUL, which no JSON reader likes. `charset` is in lower case. */
export function textOfBytes(bytes: Buffer, charset: string, isHtml: boolean): string {
  const told = charset === '' && isHtml ? charsetOfHtml(bytes) : charset;
  const text = decodeCharset(bytes, told);
  return (text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text).replaceAll('\0', '');
}

function charsetOfHtml(bytes: Buffer): string {
  const told = metaCharset.exec(bytes.toString('latin1', 0, metaSoughtMaxInBytes))?.[1]?.toLowerCase() ?? '';
  // The page was read as bytes of ASCII to find this, so it is in none of these (HTML, same place).
  return told.startsWith('utf-16') || told.startsWith('utf-32') ? '' : told;
}
