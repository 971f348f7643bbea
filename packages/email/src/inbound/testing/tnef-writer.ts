// Writes TNEF as Outlook and Exchange do, for tests. Source: MS-OXTNEF 2.1.

import { tnefSignature } from '../read-tnef.ts';

export type TnefAttribute = { level: 'message' | 'attachment'; id: number; type: number; value: Buffer };

/** `type` as in MS-OXCDATA 2.11.1; variable values are written with their count, length and padding. */
export type MapiValue = { type: number; id: number; value: Buffer | number; name?: string };

export function writeTnef(attributes: readonly TnefAttribute[]): Buffer {
  const head = Buffer.alloc(6);
  head.writeUInt32LE(tnefSignature, 0);
  head.writeUInt16LE(1, 4);
  return Buffer.concat([head, ...attributes.map(writeAttribute)]);
}

function writeAttribute({ level, id, type, value }: TnefAttribute): Buffer {
  const head = Buffer.alloc(9);
  head.writeUInt8(level === 'message' ? 1 : 2, 0);
  head.writeUInt16LE(id, 1);
  head.writeUInt16LE(type, 3);
  head.writeUInt32LE(value.length, 5);
  const checksum = Buffer.alloc(2);
  checksum.writeUInt16LE(value.reduce((sum, byte) => (sum + byte) % 65_536, 0));
  return Buffer.concat([head, value, checksum]);
}

export function writeMapi(values: readonly MapiValue[]): Buffer {
  return Buffer.concat([uint32(values.length), ...values.map(writeProperty)]);
}

function writeProperty({ type, id, value, name }: MapiValue): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(type, 0);
  head.writeUInt16LE(id, 2);
  const parts: Buffer[] = [head];
  if (name !== undefined) {
    const text = Buffer.from(`${name}\0`, 'utf16le');
    parts.push(Buffer.alloc(16, 7), uint32(1), uint32(text.length), pad(text));
  } else if (id >= 0x8000) parts.push(Buffer.alloc(16, 7), uint32(0), uint32(id));
  parts.push(typeof value === 'number' ? uint32(value) : Buffer.concat([uint32(1), uint32(value.length), pad(value)]));
  return Buffer.concat(parts);
}

export const mapiText = (id: number, text: string): MapiValue => ({
  type: 0x1e,
  id,
  value: Buffer.from(`${text}\0`, 'latin1'),
});
export const mapiUnicode = (id: number, text: string): MapiValue => ({
  type: 0x1f,
  id,
  value: Buffer.from(`${text}\0`, 'utf16le'),
});
export const mapiBinary = (id: number, value: Buffer): MapiValue => ({ type: 0x102, id, value });
export const mapiNumber = (id: number, value: number): MapiValue => ({ type: 0x03, id, value });
/** A message within the message: the id of an interface, then TNEF. */
export const mapiMessage = (id: number, tnef: Buffer): MapiValue => ({
  type: 0x0d,
  id,
  value: Buffer.concat([Buffer.alloc(16, 9), tnef]),
});

/** Literals only: what a compressor may always do. */
export function compressRtf(rtf: string): Buffer {
  const bytes = Buffer.from(rtf, 'latin1');
  const parts: Buffer[] = [];
  for (let position = 0; position < bytes.length; position += 8) {
    parts.push(Buffer.from([0]), bytes.subarray(position, position + 8));
  }
  const body = Buffer.concat(parts);
  return Buffer.concat([uint32(body.length + 12), uint32(bytes.length), uint32(0x75465a4c), uint32(0), body]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
}

function pad(value: Buffer): Buffer {
  return Buffer.concat([value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
}
