// A limit of requests per second for each of many callers: a bucket that holds one second's worth and fills evenly.
// Counts live in this process only, so an installation of N processes lets N times as much through.

export type BucketDecision = {
  isAllowed: boolean;
  limit: number;
  /** Whole requests that are still allowed at this moment. */
  remaining: number;
  /** Seconds, rounded up, until the bucket is full again. */
  resetInSeconds: number;
  /** Seconds, rounded up, until the next request is allowed; 0 when it was allowed. */
  retryInSeconds: number;
};

type Bucket = { tokens: number; filledAt: number };

export type TokenBuckets = { take(key: string, nowInMilliseconds: number): BucketDecision };

const bucketsBeforeSweep = 10_000;

/** `perSecond` must be greater than zero. */
export function createTokenBuckets(perSecond: number): TokenBuckets {
  const capacity = Math.max(1, perSecond);
  const buckets = new Map<string, Bucket>();

  function take(key: string, now: number): BucketDecision {
    let bucket = buckets.get(key);
    if (bucket === undefined) {
      if (buckets.size >= bucketsBeforeSweep) forgetFullBuckets(now);
      bucket = { tokens: capacity, filledAt: now };
      buckets.set(key, bucket);
    }
    // A clock that goes back fills nothing, and never empties a bucket.
    const elapsed = Math.max(0, now - bucket.filledAt);
    bucket.tokens = Math.min(capacity, bucket.tokens + (elapsed * perSecond) / 1000);
    bucket.filledAt = now;

    const isAllowed = bucket.tokens >= 1;
    if (isAllowed) bucket.tokens -= 1;
    return {
      isAllowed,
      limit: capacity,
      remaining: Math.floor(bucket.tokens),
      resetInSeconds: Math.ceil((capacity - bucket.tokens) / perSecond),
      retryInSeconds: isAllowed ? 0 : Math.max(1, Math.ceil((1 - bucket.tokens) / perSecond)),
    };
  }

  function forgetFullBuckets(now: number): void {
    const millisecondsToFill = (capacity / perSecond) * 1000;
    for (const [key, bucket] of buckets) if (now - bucket.filledAt >= millisecondsToFill) buckets.delete(key);
  }

  return { take };
}
