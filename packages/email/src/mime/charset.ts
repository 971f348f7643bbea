// Bytes of any character set to text.

import { TextDecoder } from 'node:util';
import { encodingByLabel } from './charset-labels.ts';
import { sevenBitDecoders } from './seven-bit-charsets.ts';

/** One for each encoding that was met. */
const decoders = new Map<string, TextDecoder>();

/** Undefined for a character set that nobody has heard of. `charset` is in lower case. */
function decoderOf(charset: string): TextDecoder | undefined {
  const encoding = encodingByLabel.get(charset);
  if (encoding === undefined) return undefined;
  const known = decoders.get(encoding) ?? new TextDecoder(encoding);
  decoders.set(encoding, known);
  return known;
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
    const sevenBit = sevenBitDecoders.get(encodingByLabel.get(charset) ?? charset)?.(bytes);
    if (typeof sevenBit === 'string') return sevenBit.toWellFormed();
    const decoder = decoderOf(sevenBit?.charset ?? charset);
    if (decoder?.encoding === 'windows-1252') return decodeWindows1252(bytes);
    if (decoder) return decoder.decode(sevenBit?.bytes ?? bytes);
  }
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return decodeWindows1252(bytes);
  }
}

const unitsOfWindows1252 = Uint16Array.from(
  new TextDecoder('windows-1252').decode(Uint8Array.from({ length: 256 }, (_, byte) => byte)),
  character => character.charCodeAt(0),
);
const differsFromLatin1 = /[\x80-\x9f]/;

/** Node's own decoder takes 20 ns for each byte (measured); this is what a stranger can make us use. */
function decodeWindows1252(bytes: Buffer): string {
  const latin1 = bytes.toString('latin1');
  if (!differsFromLatin1.test(latin1)) return latin1;
  const units = new Uint16Array(bytes.length);
  for (let at = 0; at < bytes.length; at += 1) units[at] = unitsOfWindows1252[bytes[at] as number] as number; // the table holds every byte
  return Buffer.from(units.buffer).toString('utf16le');
}
