// Character sets of seven bits that browsers have given up and mail has not: UTF-7 (RFC 2152), HZ (RFC 1843) and ISO-2022-KR
// (RFC 1557). Each is a way to write another set, so each is turned into that one first.

/** What is written in seven bits, as bytes of a set that has a decoder, or as text. */
export type SevenBitDecoder = (bytes: Buffer) => { bytes: Buffer; charset: string } | string;

const escapeByte = 0x1b;
const shiftOut = 0x0e;
const shiftIn = 0x0f;
const lineFeed = 0x0a;
const tilde = 0x7e;

export const sevenBitDecoders: ReadonlyMap<string, SevenBitDecoder> = new Map<string, SevenBitDecoder>([
  ['utf-7', decodeUtf7],
  ['unicode-1-1-utf-7', decodeUtf7],
  ['hz-gb-2312', bytes => ({ bytes: eightBitsOfHz(bytes), charset: 'gbk' })],
  ['iso-2022-kr', bytes => ({ bytes: eightBitsOfKorean(bytes), charset: 'euc-kr' })],
]);

/** `+AOk-` is é: UTF-16 in base64 between a plus and what is not base64. */
function decodeUtf7(bytes: Buffer): string {
  return bytes.toString('latin1').replace(/\+([A-Za-z0-9+/]*)-?/g, (_, base64: string) => {
    if (base64 === '') return '+';
    const units = Buffer.from(base64, 'base64');
    const even = units.subarray(0, units.length & ~1);
    return even.swap16().toString('utf16le');
  });
}

/** Between `~{` and `~}` each byte stands for that of GB 2312 without its highest bit. */
function eightBitsOfHz(bytes: Buffer): Buffer {
  const output = Buffer.allocUnsafe(bytes.length);
  let written = 0;
  let isChinese = false;
  for (let position = 0; position < bytes.length; position += 1) {
    const byte = bytes[position] as number; // inside the bounds
    if (byte === tilde) {
      const next = bytes[position + 1];
      if (next === 0x7b || next === 0x7d) {
        isChinese = next === 0x7b;
        position += 1;
        continue;
      }
      if (!isChinese && (next === tilde || next === lineFeed)) {
        position += 1;
        if (next === lineFeed) continue;
      }
    }
    // It ends with the line (RFC 1843, rule 4).
    if (byte === lineFeed) isChinese = false;
    output[written] = isChinese && byte > 0x20 ? byte | 0x80 : byte;
    written += 1;
  }
  return output.subarray(0, written);
}

/** Between SO and SI each byte stands for that of EUC-KR without its highest bit. */
function eightBitsOfKorean(bytes: Buffer): Buffer {
  const output = Buffer.allocUnsafe(bytes.length);
  let written = 0;
  let isKorean = false;
  for (let position = 0; position < bytes.length; position += 1) {
    const byte = bytes[position] as number; // inside the bounds
    if (byte === shiftOut || byte === shiftIn) isKorean = byte === shiftOut;
    // The designator `ESC $ ) C`, once at the start.
    else if (byte === escapeByte && bytes[position + 1] === 0x24 && bytes[position + 2] === 0x29) position += 3;
    else {
      output[written] = isKorean && byte > 0x20 ? byte | 0x80 : byte;
      written += 1;
    }
  }
  return output.subarray(0, written);
}
