// Reads the MAPI properties of a TNEF attribute. Sources: MS-OXTNEF 2.1.3.4 (encoding), MS-OXPROPS (numbers), MS-OXCDATA 2.11.1
// (types). Only what has a number of MAPI's own is kept: named properties say nothing about text or files.

import { ByteReader } from './byte-reader.ts';
import { decodeCodePage } from './code-pages.ts';

export const mapi = {
  subject: 0x0037,
  body: 0x1000,
  rtfCompressed: 0x1009,
  html: 0x1013,
  displayName: 0x3001,
  attachData: 0x3701,
  attachFileName: 0x3704,
  attachLongFileName: 0x3707,
  attachMimeTag: 0x370e,
  attachContentId: 0x3712,
  internetCodePage: 0x3fde,
} as const;

/** `bytes` is the first value where there are several, without padding; text still has its terminating zero. */
export type MapiProperty = { type: number; bytes: Buffer };
export type MapiProperties = ReadonlyMap<number, MapiProperty>;

const types = { int32: 0x0003, object: 0x000d, text: 0x001e, unicode: 0x001f, binary: 0x0102 } as const;
const severalFlag = 0x1000;
const namedFrom = 0x8000;
const interfaceIdLength = 16;

/** Of properties whose length their type fixes; the shorter ones are padded to four. */
const fixedLengths: ReadonlyMap<number, number> = new Map([
  [0x0002, 2],
  [0x0003, 4],
  [0x0004, 4],
  [0x0005, 8],
  [0x0006, 8],
  [0x0007, 8],
  [0x000a, 4],
  [0x000b, 2],
  [0x0014, 8],
  [0x0040, 8],
  [0x0048, 16],
]);

/** Reads as far as the bytes make sense. */
export function readMapiProperties(bytes: Buffer): MapiProperties {
  const reader = new ByteReader(bytes);
  const properties = new Map<number, MapiProperty>();
  const count = reader.uint32() ?? 0;
  // A count that lies ends with the bytes: each property takes at least four of them.
  for (let index = 0; index < count; index += 1) {
    const type = reader.uint16();
    const id = reader.uint16();
    if (type === undefined || id === undefined) break;
    if (id >= namedFrom && !skipName(reader)) break;
    const value = readValue(reader, type);
    if (value === undefined) break;
    if (id < namedFrom && !properties.has(id)) properties.set(id, { type: type & ~severalFlag, bytes: value });
  }
  return properties;
}

function skipName(reader: ByteReader): boolean {
  if (!reader.skip(16)) return false;
  const kind = reader.uint32();
  if (kind === 0) return reader.skip(4);
  const length = reader.uint32();
  return length !== undefined && reader.skip(padded(length));
}

function readValue(reader: ByteReader, type: number): Buffer | undefined {
  const base = type & ~severalFlag;
  const fixed = fixedLengths.get(base);
  if (fixed !== undefined) {
    const count = type === base ? 1 : reader.uint32();
    if (count === undefined) return undefined;
    const values = reader.take(type === base ? padded(fixed) : padded(fixed * count));
    return values?.subarray(0, fixed);
  }
  if (base !== types.text && base !== types.unicode && base !== types.binary && base !== types.object) return undefined;
  const count = reader.uint32();
  if (count === undefined) return undefined;
  let first: Buffer | undefined;
  for (let index = 0; index < count; index += 1) {
    const length = reader.uint32();
    const value = length === undefined ? undefined : reader.take(length);
    if (value === undefined) return first;
    first ??= value;
    // The last one's padding may have been cut off.
    reader.skip(Math.min(padded(value.length) - value.length, reader.bytesLeft));
  }
  return first ?? Buffer.alloc(0);
}

function padded(length: number): number {
  return Math.ceil(length / 4) * 4;
}

/** Up to the first NUL; undefined when there is none such or it is empty. */
export function textOfProperty(properties: MapiProperties, id: number, codePage: number): string | undefined {
  const property = properties.get(id);
  if (property === undefined || (property.type !== types.text && property.type !== types.unicode)) return undefined;
  const isUnicode = property.type === types.unicode;
  const even = property.bytes.subarray(0, property.bytes.length - (property.bytes.length % 2));
  const text = isUnicode ? even.toString('utf16le') : decodeCodePage(property.bytes, codePage);
  return withoutTerminator(text);
}

export function withoutTerminator(text: string): string | undefined {
  const end = text.indexOf('\0');
  const content = end === -1 ? text : text.slice(0, end);
  return content === '' ? undefined : content;
}

export function bytesOfProperty(properties: MapiProperties, id: number): Buffer | undefined {
  const property = properties.get(id);
  if (property?.type !== types.binary || property.bytes.length === 0) return undefined;
  return property.bytes;
}

/** What an object holds, without the id of its interface: a message within a message is TNEF again (MS-OXTNEF 2.1.3.4). */
export function objectOfProperty(properties: MapiProperties, id: number): Buffer | undefined {
  const property = properties.get(id);
  if (property?.type !== types.object || property.bytes.length < interfaceIdLength) return undefined;
  return property.bytes.subarray(interfaceIdLength);
}

export function numberOfProperty(properties: MapiProperties, id: number): number | undefined {
  const property = properties.get(id);
  return property?.type === types.int32 ? property.bytes.readUInt32LE(0) : undefined;
}
