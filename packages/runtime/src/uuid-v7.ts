// UUID version 7 (RFC 9562 5.7): ids that sort by the time they were made. Partitions are ranges of them.

import type { Clock } from './clock.ts';
import type { Random } from './random.ts';

export type UuidSource = () => string;

const randomBytesPerRefill = 4096;

/**
 * Makes ids that never go back, also when the clock does: 48 bits of milliseconds, then a 12 bit counter
 * (RFC 9562 6.2, method 1; it starts anew each millisecond and borrows the next one when full), then 62 random bits.
 */
export function createUuidV7Source(clock: Clock, random: Random): UuidSource {
  let lastMilliseconds = 0;
  let counter = 0;
  let pool: Buffer = Buffer.alloc(0);
  let used = 0;

  return () => {
    const now = clock.now().getTime();
    if (now > lastMilliseconds) {
      lastMilliseconds = now;
      counter = 0;
    } else {
      counter += 1;
      if (counter > 0xfff) {
        lastMilliseconds += 1;
        counter = 0;
      }
    }
    if (used + 8 > pool.length) {
      pool = random.bytes(randomBytesPerRefill);
      used = 0;
    }
    const tail = pool.toString('hex', used, used + 8);
    const variant = ((pool[used] ?? 0) & 0x3f) | 0x80;
    used += 8;
    const time = lastMilliseconds.toString(16).padStart(12, '0');
    const sequence = counter.toString(16).padStart(3, '0');
    return `${time.slice(0, 8)}-${time.slice(8)}-7${sequence}-${variant.toString(16)}${tail.slice(2, 4)}-${tail.slice(4)}`;
  };
}

/** The millisecond in which a version 7 id was made. */
export function timeOfUuidV7(id: string): Date {
  return new Date(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16));
}

/** The smallest id of a millisecond: the inclusive lower bound of a time range, the exclusive upper bound of the one before. */
export function firstUuidV7Of(time: Date): string {
  const hex = Math.max(0, time.getTime()).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isUuid(text: string): boolean {
  return uuidPattern.test(text);
}

/** The same id as if it had been made at another time: only its time is another, so `tailOfUuidV7` stays. */
export function moveUuidV7(id: string, time: Date): string {
  return firstUuidV7Of(time).slice(0, tailStartsAt) + tailOfUuidV7(id);
}

/** What of an id is not its time: 74 random bits, enough to tell it from every other. In lower case. */
export function tailOfUuidV7(id: string): string {
  return id.slice(tailStartsAt).toLowerCase();
}

const tailStartsAt = 14;
