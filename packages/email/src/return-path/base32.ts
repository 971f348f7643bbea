// Base32 in lower case without padding (RFC 4648 section 6): it survives servers that change the case of a local part.

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
const foreign = 255;

const valueByCharCode = new Uint8Array(128).fill(foreign);
for (const [value, letter] of [...alphabet].entries()) {
  valueByCharCode[letter.charCodeAt(0)] = value;
  valueByCharCode[letter.toUpperCase().charCodeAt(0)] = value;
}

export function encodeBase32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let bitCount = 0;
  for (const byte of bytes) {
    // Only the lowest bits matter; the 32-bit shift lets the older ones fall off.
    bits = (bits << 8) | byte;
    bitCount += 8;
    while (bitCount >= 5) {
      bitCount -= 5;
      text += alphabet.charAt((bits >>> bitCount) & 31);
    }
  }
  return bitCount === 0 ? text : text + alphabet.charAt((bits << (5 - bitCount)) & 31);
}

/**
 * Reads either case. Each byte string has one spelling apart from case: undefined for a foreign letter, for left-over
 * bits that are not zero and for a length that no encoder makes (RFC 4648 section 3.5 allows this strictness).
 */
export function decodeBase32(text: string): Buffer | undefined {
  const bytes = Buffer.allocUnsafe(Math.floor((text.length * 5) / 8));
  let written = 0;
  let bits = 0;
  let bitCount = 0;
  for (let position = 0; position < text.length; position += 1) {
    const value = valueByCharCode[text.charCodeAt(position)] ?? foreign;
    if (value === foreign) return undefined;
    bits = (bits << 5) | value;
    bitCount += 5;
    if (bitCount < 8) continue;
    bitCount -= 8;
    bytes[written] = (bits >>> bitCount) & 255;
    written += 1;
  }
  const leftOver = bits & ((1 << bitCount) - 1);
  return bitCount >= 5 || leftOver !== 0 ? undefined : bytes;
}
