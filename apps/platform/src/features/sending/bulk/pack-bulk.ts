// How definitions and entries are stored: JSON, compressed where that pays.

import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { BulkDefinition, BulkEntry } from './bulk-request.ts';

const plain = 0;
const compressed = 1;
/** Most entries are an address and a few words: compressing 100 bytes costs more than it saves (measured: 15 µs, 10 %). */
const compressedFromBytes = 512;
const decompressedBytesMax = 256 * 1024 * 1024;

function pack(value: unknown): { packed: Buffer; bytes: number } {
  const text = JSON.stringify(value);
  const bytes = Buffer.byteLength(text);
  const isCompressed = bytes >= compressedFromBytes;
  const packed = Buffer.allocUnsafe(bytes + 1);
  packed[0] = plain;
  packed.write(text, 1);
  if (!isCompressed) return { packed, bytes };
  const body = zstdCompressSync(packed.subarray(1), { params: { [constants.ZSTD_c_compressionLevel]: 1 } });
  return { packed: Buffer.concat([Buffer.of(compressed), body]), bytes };
}

function unpack(packed: Buffer): unknown {
  const body = packed.subarray(1);
  const bytes = packed[0] === compressed ? zstdDecompressSync(body, { maxOutputLength: decompressedBytesMax }) : body;
  return JSON.parse(bytes.toString('utf8'));
}

/** `bytes` is the size before compression. */
export function packDefinition(definition: BulkDefinition): { packed: Buffer; bytes: number } {
  return pack(definition);
}

export function unpackDefinition(packed: Buffer): BulkDefinition {
  return unpack(packed) as BulkDefinition;
}

type Stored = {
  t: string;
  c?: string;
  b?: string;
  m?: BulkEntry['model'];
  d?: BulkEntry['metadata'];
  h?: BulkEntry['headers'];
};

/** Only what is there: most entries are a recipient and a model. */
export function packEntry({ to, cc, bcc, model, metadata, headers }: BulkEntry): Buffer {
  const stored: Stored = {
    t: to,
    ...(cc === '' ? {} : { c: cc }),
    ...(bcc === '' ? {} : { b: bcc }),
    ...(Object.keys(model).length === 0 ? {} : { m: model }),
    ...(Object.keys(metadata).length === 0 ? {} : { d: metadata }),
    ...(headers.length === 0 ? {} : { h: headers }),
  };
  return pack(stored).packed;
}

export function unpackEntry(packed: Buffer): BulkEntry {
  const { t, c = '', b = '', m = {}, d = {}, h = [] } = unpack(packed) as Stored;
  return { to: t, cc: c, bcc: b, model: m, metadata: d, headers: h };
}
