// Decides what a request's owner is told about how far it is. Pure. Source: Postmark's Bulk API.

import type { BulkStatus } from './bulk-request.ts';

export type ProgressFacts = { isCancelled: boolean; isEnded: boolean; releasedCount: number; failedCount: number };

export function decideStatus({ isCancelled, isEnded, releasedCount, failedCount }: ProgressFacts): BulkStatus {
  if (isCancelled) return 'Cancelled';
  if (isEnded) return 'Completed';
  return releasedCount + failedCount === 0 ? 'Accepted' : 'Processing';
}

/** From 0 to 100, with one decimal. It says 100 only when nothing is left. */
export function percentageOf({
  releasedCount,
  failedCount,
  entriesTotal,
}: {
  releasedCount: number;
  failedCount: number;
  entriesTotal: number;
}): number {
  return Math.floor(((releasedCount + failedCount) * 1000) / entriesTotal) / 10;
}
