// Slows down who guesses credentials: by the network of the client (IPv6: a /64) and by the user that is tried. Who has
// logged in from a network before is not slowed there, so that one misconfigured application does not hold up the others
// on its machine. Memory is bounded: what was seen longest ago is forgotten first.

export type ThrottleLimits = {
  /** What the next attempt waits after so many failures; the last one repeats. */
  waitsInMilliseconds: readonly number[];
  /** From then on a failure ends the connection. */
  failuresMax: number;
  /** Attempts of one network that may wait at a time; the next one is sent away at once. */
  waitingMax: number;
  forgetAfterSeconds: number;
  entriesMax: number;
};

export const defaultThrottleLimits: ThrottleLimits = {
  waitsInMilliseconds: [0, 0, 250, 500, 1000, 2000, 4000, 8000],
  failuresMax: 10,
  waitingMax: 20,
  forgetAfterSeconds: 600,
  entriesMax: 10_000,
};

export type LoginThrottle = {
  /** How long the attempt has to wait before it is looked at; `too_many` when too many wait already. */
  plan(network: string, user: string): { kind: 'wait'; milliseconds: number } | { kind: 'too_many' };
  /** Around the waiting, so that those who wait are counted. */
  beginWaiting(network: string): void;
  endWaiting(network: string): void;
  /** True when there were so many that the connection should end. */
  failed(network: string, user: string): boolean;
  succeeded(network: string, user: string): void;
};

type Failures = { count: number; lastAt: number };

/** A user name may be as long as a command; its beginning tells it from others. */
const userCharactersMax = 100;

export function createLoginThrottle(limits: ThrottleLimits, now: () => number): LoginThrottle {
  const failures = new Map<string, Failures>();
  const known = new Map<string, true>();
  const waiting = new Map<string, number>();

  /** A Map keeps the order of insertion, so the first key is the one that was put longest ago. */
  function put<V>(map: Map<string, V>, key: string, value: V): void {
    map.delete(key);
    const [oldest] = map.keys();
    if (map.size >= limits.entriesMax && oldest !== undefined) map.delete(oldest);
    map.set(key, value);
  }

  const networkKey = (network: string) => `network ${network}`;
  const userKey = (user: string) => `user ${user.slice(0, userCharactersMax).toLowerCase()}`;
  const knownKey = (network: string, user: string) => `${network} ${user.slice(0, userCharactersMax).toLowerCase()}`;

  function countOf(key: string): number {
    const entry = failures.get(key);
    if (!entry) return 0;
    if (now() - entry.lastAt < limits.forgetAfterSeconds * 1000) return entry.count;
    failures.delete(key);
    return 0;
  }

  function addTo(key: string): number {
    const count = countOf(key) + 1;
    put(failures, key, { count, lastAt: now() });
    return count;
  }

  return {
    plan(network, user) {
      const isKnown = known.has(knownKey(network, user));
      const count = Math.max(isKnown ? 0 : countOf(networkKey(network)), countOf(userKey(user)));
      const waits = limits.waitsInMilliseconds;
      const milliseconds = waits[Math.min(count, waits.length - 1)] ?? 0;
      if (milliseconds > 0 && (waiting.get(network) ?? 0) >= limits.waitingMax) return { kind: 'too_many' };
      return { kind: 'wait', milliseconds };
    },
    beginWaiting: network => void waiting.set(network, (waiting.get(network) ?? 0) + 1),
    endWaiting(network) {
      const rest = (waiting.get(network) ?? 1) - 1;
      if (rest === 0) waiting.delete(network);
      else waiting.set(network, rest);
    },
    failed(network, user) {
      known.delete(knownKey(network, user));
      const ofUser = addTo(userKey(user));
      return Math.max(addTo(networkKey(network)), ofUser) >= limits.failuresMax;
    },
    succeeded(network, user) {
      failures.delete(userKey(user));
      put(known, knownKey(network, user), true);
    },
  };
}
