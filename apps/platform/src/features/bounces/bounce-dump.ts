// The source of a bounce: the report that came by mail, or a notice that we write (RFC 3464) for a recipient that was
// refused in the conversation. The notice follows from the bounce's row, so it is written when somebody asks for it.

import { isUtf8 } from 'node:buffer';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { composeBounceNotice } from '@pennyblack/email/bounces/compose-notice.ts';
import type { StoredBounce } from './bounce.ts';

/** What is beyond it is an attachment or the message that came back: nothing that tells the reason. */
export const dumpBytesMax = 256 * 1024;
export const dumpKeptForDays = 30;

export function packDump(source: Buffer): Buffer {
  const kept = source.subarray(0, dumpBytesMax);
  return zstdCompressSync(kept, { params: { [constants.ZSTD_c_compressionLevel]: 1 } });
}

/** Bytes that are not UTF-8 are shown one by one as they are, so that nothing of them is lost. */
export function unpackDump(packed: Buffer): string {
  const source = zstdDecompressSync(packed, { maxOutputLength: dumpBytesMax });
  return source.toString(isUtf8(source) ? 'utf8' : 'latin1').replaceAll('\0', '');
}

/** Whether there is something to show: reports go after 30 days, and our own notices are not written any longer either. */
export function hasDump(bounce: Pick<StoredBounce, 'bouncedAt' | 'isReported' | 'hasReport'>, now: Date): boolean {
  if (bounce.isReported) return bounce.hasReport;
  return now.getTime() - bounce.bouncedAt.getTime() < dumpKeptForDays * 86_400_000;
}

export function noticeOf(bounce: StoredBounce, mailHostname: string): string {
  return composeBounceNotice({
    reportingHost: mailHostname,
    messageId: bounce.messageId,
    recipient: bounce.emailAddress,
    from: bounce.fromAddress,
    subject: bounce.subject,
    reply: bounce.details,
    remoteHost: bounce.host,
    at: bounce.bouncedAt,
  });
}
