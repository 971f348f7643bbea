// Writes text as RFC 2047 encoded-words, for names and subjects that are not ASCII.

const framing = '=?utf-8?q?'.length + '?='.length;
// RFC 2047 5 (3): what may stand unescaped in a word of a display name, the strictest of the places we write to.
const plainInQ = /^[A-Za-z0-9!*+\-/]$/;
const costInQ = new Uint8Array(256).fill(3);
for (let byte = 0; byte < 128; byte += 1) if (plainInQ.test(String.fromCharCode(byte))) costInQ[byte] = 1;
costInQ[0x20] = 1;

/**
 * Words of at most `wordLengthMax` characters (RFC 2047 2 allows 75), each holding whole code points, so that every
 * word can be decoded by itself. Readers drop the white space between them. Picks the shorter of Q and B.
 */
export function toEncodedWords(text: string, wordLengthMax: number): string[] {
  const bytes = Buffer.from(text.toWellFormed());
  let lengthInQ = 0;
  for (const byte of bytes) lengthInQ += costInQ[byte] ?? 3;
  const useQ = lengthInQ <= Math.ceil(bytes.length / 3) * 4;

  const contentMax = wordLengthMax - framing;
  const words: string[] = [];
  let start = 0;
  let length = 0;
  for (let position = 0; position < bytes.length; ) {
    const next = position + lengthOfCodePoint(bytes[position] ?? 0);
    let cost = 0;
    if (useQ) for (let at = position; at < next; at += 1) cost += costInQ[bytes[at] ?? 0] ?? 3;
    const grown = useQ ? length + cost : Math.ceil((next - start) / 3) * 4;
    if (grown > contentMax && position > start) {
      words.push(toWord(bytes.subarray(start, position), useQ));
      start = position;
      length = cost;
    } else {
      length = grown;
    }
    position = next;
  }
  if (start < bytes.length) words.push(toWord(bytes.subarray(start), useQ));
  return words;
}

function toWord(bytes: Buffer, useQ: boolean): string {
  return useQ ? `=?utf-8?q?${toQ(bytes)}?=` : `=?utf-8?b?${bytes.toString('base64')}?=`;
}

function toQ(bytes: Buffer): string {
  let text = '';
  for (const byte of bytes) {
    if (byte === 0x20) text += '_';
    else if (costInQ[byte] === 1) text += String.fromCharCode(byte);
    else text += `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return text;
}

function lengthOfCodePoint(firstByte: number): number {
  if (firstByte < 0x80) return 1;
  if (firstByte < 0xe0) return 2;
  return firstByte < 0xf0 ? 3 : 4;
}
