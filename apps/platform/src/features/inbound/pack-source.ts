// Compresses sources for the table, and reads them back. Away from the event loop where that takes longer than asking for it.

import { promisify } from 'node:util';
import { constants, zstdCompress, zstdCompressSync, zstdDecompress, zstdDecompressSync } from 'node:zlib';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** Mail is mostly base64, of which a higher level makes little less and takes much more time. */
const options = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
/** What is smaller takes less time than handing it to another thread. */
const smallBytes = 16 * 1024;

export async function packSource(source: Buffer): Promise<Buffer> {
  return source.length <= smallBytes ? zstdCompressSync(source, options) : compress(source, options);
}

export async function unpackSource(packed: Buffer, sourceBytes: number): Promise<Buffer> {
  const limit = { maxOutputLength: Math.max(sourceBytes, 1) };
  return sourceBytes <= smallBytes ? zstdDecompressSync(packed, limit) : decompress(packed, limit);
}
