// Tells mail that is sent again because its answer was lost.

import { createHash } from 'node:crypto';

/** A hash of the source, for the fingerprints of all its recipients. */
export function hashSource(source: Buffer): Buffer {
  return createHash('sha256').update(source).digest();
}

/** Written as a UUID, which is how PostgreSQL keeps sixteen bytes best. */
export function fingerprintOf(mailFrom: string, recipientKey: string, sourceHash: Buffer): string {
  const hash = createHash('sha256').update(`${mailFrom}\n${recipientKey}\n`).update(sourceHash).digest('hex');
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-${hash.slice(12, 16)}-${hash.slice(16, 20)}-${hash.slice(20, 32)}`;
}
