// Undoes the compression of RTF in MAPI. Source: MS-OXRTFCP 2.1 (header), 2.2 (dictionary and runs).

import { ByteReader } from './byte-reader.ts';

const compressedMark = 0x75465a4c;
const plainMark = 0x414c454d;
const dictionaryLength = 4096;
/** MS-OXRTFCP 2.1.2.1: 207 bytes with which both sides begin. */
export const initialDictionary = Buffer.from(
  '{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx',
  'latin1',
);

/** At most `lengthMax` bytes, and no more than the header announces; undefined when it is not compressed RTF at all. */
export function decompressRtf(content: Buffer, lengthMax: number): Buffer | undefined {
  const reader = new ByteReader(content);
  reader.skip(4);
  const announced = reader.uint32();
  const mark = reader.uint32();
  if (announced === undefined || mark === undefined || !reader.skip(4)) return undefined;
  const limit = Math.min(announced, lengthMax);
  if (mark === plainMark) return reader.take(Math.min(limit, reader.bytesLeft));
  return mark === compressedMark ? expand(reader, limit) : undefined;
}

function expand(reader: ByteReader, limit: number): Buffer {
  const dictionary = Buffer.alloc(dictionaryLength);
  initialDictionary.copy(dictionary);
  let end = initialDictionary.length;
  // A run of two bytes stands for at most 17, so the output can be allocated by what there is to read.
  const output = Buffer.allocUnsafe(Math.min(limit, reader.bytesLeft * 17));
  let length = 0;
  const write = (byte: number) => {
    output[length] = byte;
    length += 1;
    dictionary[end] = byte;
    end = (end + 1) % dictionaryLength;
  };

  while (length < output.length) {
    const control = reader.byte();
    if (control === undefined) break;
    for (let bit = 0; bit < 8 && length < output.length; bit += 1) {
      const first = reader.byte();
      if (first === undefined) return output.subarray(0, length);
      if ((control & (1 << bit)) === 0) {
        write(first);
        continue;
      }
      const second = reader.byte();
      if (second === undefined) return output.subarray(0, length);
      const offset = (first << 4) | (second >> 4);
      // A run that begins where the next byte will be written ends the text.
      if (offset === end) return output.subarray(0, length);
      const runLength = (second & 0x0f) + 2;
      for (let step = 0; step < runLength && length < output.length; step += 1) {
        write(dictionary[(offset + step) % dictionaryLength] ?? 0);
      }
    }
  }
  return output.subarray(0, length);
}
