// Bytes of any character set to text. Names of sets come from outside, so the memory of them is bounded.

import { TextDecoder } from 'node:util';
import { sevenBitDecoders } from './seven-bit-charsets.ts';

const decoders = new Map<string, TextDecoder | undefined>();
const decodersMax = 100;

/** Names that mail programs write, and that the Encoding Standard does not list. */
const aliases: ReadonlyMap<string, string> = new Map([
  ['cp932', 'shift_jis'],
  ['cp936', 'gbk'],
  ['cp949', 'euc-kr'],
  ['cp950', 'big5'],
  ['big5hkscs', 'big5'],
  ['x-windows-949', 'euc-kr'],
  ['x-windows-950', 'big5'],
  ['cp-1252', 'windows-1252'],
  ['latin-1', 'windows-1252'],
  ['iso8859_1', 'windows-1252'],
  ['iso-8859-1-windows-3.1-latin-1', 'windows-1252'],
  ['x-mac-roman', 'macintosh'],
  ['euc_jp', 'euc-jp'],
  ['iso-2022-jp-1', 'iso-2022-jp'],
  ['iso-2022-jp-2', 'iso-2022-jp'],
  ['iso-2022-jp-ms', 'iso-2022-jp'],
  ['cp50220', 'iso-2022-jp'],
  ['cp50221', 'iso-2022-jp'],
  ['utf-8mb4', 'utf-8'],
]);

/** Undefined for a character set that nobody has heard of. `charset` is in lower case. */
function decoderOf(charset: string): TextDecoder | undefined {
  if (decoders.has(charset)) return decoders.get(charset);
  let decoder: TextDecoder | undefined;
  try {
    decoder = new TextDecoder(aliases.get(charset) ?? charset);
  } catch {
    // A name of the sender's own invention.
  }
  if (decoders.size >= decodersMax) decoders.clear();
  decoders.set(charset, decoder);
  return decoder;
}

/** `charset` is in lower case. */
export function isKnownCharset(charset: string): boolean {
  return decoderOf(charset) !== undefined || sevenBitDecoders.has(charset);
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });
const undeclaredCharsets: ReadonlySet<string> = new Set(['', 'us-ascii', 'ascii', 'utf-8', 'utf8', 'unknown-8bit']);

/** What says that it is ASCII or UTF-8 often is neither; then it is read as windows-1252, where every byte has a meaning. */
export function decodeCharset(bytes: Buffer, charset: string): string {
  if (!undeclaredCharsets.has(charset)) {
    const sevenBit = sevenBitDecoders.get(charset)?.(bytes);
    if (typeof sevenBit === 'string') return sevenBit.toWellFormed();
    if (sevenBit) return decodeCharset(sevenBit.bytes, sevenBit.charset);
    const decoder = decoderOf(charset);
    if (decoder) return decoder.decode(bytes);
  }
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return decoderOf('windows-1252')?.decode(bytes) ?? bytes.toString('latin1');
  }
}
