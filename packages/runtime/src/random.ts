// Chance comes in as an argument, so that a test can print its seed and run again.

import { randomBytes } from 'node:crypto';

export type Random = {
  bytes(length: number): Buffer;
  /** At least 0, less than 1. */
  fraction(): number;
};

export const systemRandom: Random = { bytes: randomBytes, fraction: Math.random };

/** A repeatable source (mulberry32) for tests. Never for secrets. */
export function createSeededRandom(seed: number): Random {
  let state = seed >>> 0;
  function fraction(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }
  return {
    fraction,
    bytes: length => Buffer.from(Array.from({ length }, () => Math.floor(fraction() * 256))),
  };
}
