// A limit of requests in a time for each of many callers: a bucket that holds what one window allows and fills evenly, kept
// as one number per caller, the moment at which it is full again (GCRA, ITU-T I.371 annex A). Counts live in this process
// only, so an installation of N processes lets up to N times as much through.

/** At most `quota` at once, and so many again in each `windowInSeconds`. Both are greater than zero. */
export type Rate = { quota: number; windowInSeconds: number };

export type RateDecision = {
  isAllowed: boolean;
  /** Whole requests that are still allowed at this moment. */
  remaining: number;
  /** Seconds, rounded up, until the whole quota is there again. */
  resetInSeconds: number;
  /** Seconds, rounded up, until the next request is allowed; 0 when it was allowed. */
  retryInSeconds: number;
};

export type RateLimiter = {
  /** The time should come from a clock that never goes back; one that does holds a caller back for one window at most. */
  take(key: string | number, nowInMilliseconds: number): RateDecision;
  /** For tests: callers that are remembered. */
  size(): number;
};

/** About 10 MB. Beyond it the caller who was allowed longest ago starts anew. */
const callersMaxByDefault = 100_000;
/** Each new caller may push out two old ones, so that memory shrinks again after a rush, without a pass over everything. */
const callersForgottenAtOnce = 2;

export function createRateLimiter(rate: Rate, callersMax = callersMaxByDefault): RateLimiter {
  const windowInMilliseconds = rate.windowInSeconds * 1000;
  const interval = windowInMilliseconds / rate.quota;
  // Sums of intervals such as a third of a second are not exact.
  const tolerance = Math.min(interval, 1) / 1000;
  /** In the order in which they were last allowed, so those who are full again stand in front. */
  const fullAgainAt = new Map<string | number, number>();

  function take(key: string | number, now: number): RateDecision {
    const known = fullAgainAt.get(key);
    const before = Math.min(Math.max(known ?? now, now), now + windowInMilliseconds);
    const after = before + interval;
    const excess = after - now - windowInMilliseconds;
    const isAllowed = excess <= tolerance;
    if (isAllowed) {
      if (known === undefined) makeRoom(now);
      else fullAgainAt.delete(key);
      fullAgainAt.set(key, after);
    }
    const missing = (isAllowed ? after : before) - now;
    return {
      isAllowed,
      remaining: Math.max(0, Math.floor((windowInMilliseconds - missing + tolerance) / interval)),
      resetInSeconds: Math.ceil((missing - tolerance) / 1000),
      retryInSeconds: isAllowed ? 0 : Math.max(1, Math.ceil((excess - tolerance) / 1000)),
    };
  }

  function makeRoom(now: number): void {
    let looked = 0;
    for (const [key, moment] of fullAgainAt) {
      const isNeeded = fullAgainAt.size >= callersMax;
      if (!isNeeded && (moment > now || looked >= callersForgottenAtOnce)) return;
      fullAgainAt.delete(key);
      looked += 1;
    }
  }

  return { take, size: () => fullAgainAt.size };
}
