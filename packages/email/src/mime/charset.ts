// Bytes of any character set to text. Names of sets come from outside, so the memory of them is bounded.

import { TextDecoder } from 'node:util';

const decoders = new Map<string, TextDecoder | undefined>();
const decodersMax = 100;

/** Undefined for a character set that nobody has heard of. `charset` is in lower case. */
export function decoderOf(charset: string): TextDecoder | undefined {
  if (decoders.has(charset)) return decoders.get(charset);
  let decoder: TextDecoder | undefined;
  try {
    decoder = new TextDecoder(charset);
  } catch {
    // A name of the sender's own invention.
  }
  if (decoders.size >= decodersMax) decoders.clear();
  decoders.set(charset, decoder);
  return decoder;
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });
const undeclaredCharsets: ReadonlySet<string> = new Set(['', 'us-ascii', 'ascii', 'utf-8', 'utf8', 'unknown-8bit']);

/** What says that it is ASCII or UTF-8 often is neither; then it is read as windows-1252, where every byte has a meaning. */
export function decodeCharset(bytes: Buffer, charset: string): string {
  if (!undeclaredCharsets.has(charset)) {
    const decoder = decoderOf(charset);
    if (decoder) return decoder.decode(bytes);
  }
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return decoderOf('windows-1252')?.decode(bytes) ?? bytes.toString('latin1');
  }
}
