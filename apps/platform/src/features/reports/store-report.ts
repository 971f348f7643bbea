// Puts a report on disk before its sender is told that it was taken. The same report for the same recipient, sent again
// because the answer was lost, is stored once.

import { createHash } from 'node:crypto';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Tx } from '@pennyblack/runtime/database/database.ts';
import type { NewReport } from './report.ts';
import { insertReports, type PackedReport } from './store.ts';

/** What is beyond it is the message that came back, which we have. */
export const sourceBytesMax = 2 * 1024 * 1024;

/** What `storeReports` takes. */
export function packReports(reports: readonly NewReport[]): PackedReport[] {
  return reports.map(({ recipient, mailFrom, source }) => ({
    recipient,
    mailFrom,
    fingerprint: createHash('sha256').update(`${recipient.toLowerCase()}\n`).update(source).digest(),
    packedSource: zstdCompressSync(source.subarray(0, sourceBytesMax), {
      params: { [constants.ZSTD_c_compressionLevel]: 1 },
    }),
  }));
}

export async function storeReports(tx: Tx, reports: readonly PackedReport[], now: Date): Promise<void> {
  await insertReports(tx, reports, now);
}

export function unpackSource(packed: Buffer): Buffer {
  return zstdDecompressSync(packed, { maxOutputLength: sourceBytesMax });
}
