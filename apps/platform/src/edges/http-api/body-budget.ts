// Limits how much memory the bodies of all requests together may take. Each endpoint limits one body; without this, a
// hundred callers with batches of 50 MB each would still end the process.

import type { IncomingHttpHeaders } from 'node:http';
import { Refusal } from '../../refusals.ts';

export type BodyBudget = {
  /** Throws `Refusal` maintenance (503, to be tried again) when there is no room. Returns what gives the room back. */
  reserve(headers: IncomingHttpHeaders, bytesMax: number): (() => void) | undefined;
};

/** Ordinary mails are never counted: their number is bounded by the number of connections. */
const bytesNotCounted = 256 * 1024;

export function createBodyBudget(bytesMaxInAll: number): BodyBudget {
  let bytesReserved = 0;
  return {
    reserve(headers, bytesMax) {
      // A body of unknown length may become as large as the endpoint allows.
      const expected = headers['transfer-encoding'] === undefined ? Number(headers['content-length'] ?? 0) : bytesMax;
      if (expected <= bytesNotCounted || expected > bytesMax) return undefined;
      if (bytesReserved > 0 && bytesReserved + expected > bytesMaxInAll)
        throw new Refusal('maintenance', 'Too many large requests are being read right now. Please try again.');
      bytesReserved += expected;
      let isHeld = true;
      return () => {
        if (isHeld) bytesReserved -= expected;
        isHeld = false;
      };
    },
  };
}
