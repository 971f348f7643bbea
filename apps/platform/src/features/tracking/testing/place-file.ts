// Writes a small file of MaxMind's format: every IPv4 address from 128.0.0.0 up has one place, all others have none.
// Source: MaxMind DB File Format Specification 2.0.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

type Value = string | number | Value[] | { [key: string]: Value };

/** Type and length of a value: the type in the upper three bits, types above 7 in a byte of their own. */
function control(type: number, size: number): Buffer {
  const first = (type <= 7 ? type << 5 : 0) | Math.min(size, 29);
  return Buffer.from([first, ...(type > 7 ? [type - 7] : []), ...(size >= 29 ? [size - 29] : [])]);
}

function encode(value: Value): Buffer {
  if (typeof value === 'string') return Buffer.concat([control(2, Buffer.byteLength(value)), Buffer.from(value)]);
  if (typeof value === 'number') {
    if (Number.isInteger(value)) {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return Buffer.concat([control(6, 4), bytes]);
    }
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(value);
    return Buffer.concat([control(3, 8), bytes]);
  }
  if (Array.isArray(value)) return Buffer.concat([control(11, value.length), ...value.map(encode)]);
  const entries = Object.entries(value).flatMap(([key, inner]) => [encode(key), encode(inner)]);
  return Buffer.concat([control(7, Object.keys(value).length), ...entries]);
}

export async function writePlaceDatabase(place: Value): Promise<{ path: string; remove(): Promise<void> }> {
  // One node of two records of 24 bits: nothing on the left, the data on the right. 16 bytes lie between tree and data.
  const nodeCount = 1;
  const tree = Buffer.alloc(6);
  tree.writeUIntBE(nodeCount, 0, 3);
  tree.writeUIntBE(nodeCount + 16, 3, 3);
  const metadata = encode({
    node_count: nodeCount,
    record_size: 24,
    ip_version: 4,
    database_type: 'Test-City',
    languages: ['en'],
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_700_000_000,
    description: { en: 'test' },
  });
  const marker = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1');
  const folder = await mkdtemp(path.join(tmpdir(), 'pennyblack-places-'));
  const file = path.join(folder, 'places.mmdb');
  await writeFile(file, Buffer.concat([tree, Buffer.alloc(16), encode(place), marker, metadata]));
  return { path: file, remove: () => rm(folder, { recursive: true, force: true }) };
}
