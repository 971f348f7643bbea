// Time comes in as an argument. Only the entry points of a process use the system's clock.

export type Clock = { now(): Date };

export const systemClock: Clock = { now: () => new Date() };

export type SetClock = Clock & { set(time: Date): void; advance(milliseconds: number): void };

/** A clock for tests: it stands still until it is set or advanced. */
export function createSetClock(start: Date): SetClock {
  let time = start.getTime();
  return {
    now: () => new Date(time),
    set: next => {
      time = next.getTime();
    },
    advance: milliseconds => {
      time += milliseconds;
    },
  };
}
