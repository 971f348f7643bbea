// What a process remembers about the TLS of mail servers: which ones are broken, so that mail for them goes in
// clear text at once, and sessions that make the next handshake cheap.

import type { Clock } from '@pennyblack/runtime/clock.ts';
import { createBoundedCache } from './bounded-cache.ts';

export type KeptSession = {
  session: Buffer;
  /** The certificate was checked and valid when the session began; a resumed session is not checked again. */
  verified: boolean;
};

export type TlsMemory = {
  isBroken(host: string): boolean;
  rememberBroken(host: string): void;
  /** A session may be resumed only where the certificate has to satisfy at most what it satisfied then. */
  sessionFor(key: string, mustBeVerified: boolean): KeptSession | undefined;
  keepSession(key: string, session: KeptSession): void;
  forgetSession(key: string): void;
};

const hour = 60 * 60 * 1000;

/** `brokenFor`: how long a host is spared further attempts at TLS. Default one hour. */
export function createTlsMemory(clock: Clock, brokenForInMilliseconds = hour): TlsMemory {
  const broken = createBoundedCache<true>(clock, 10_000);
  const sessions = createBoundedCache<KeptSession>(clock, 1_000);
  return {
    isBroken: host => broken.get(host.toLowerCase()) !== undefined,
    rememberBroken: host => broken.set(host.toLowerCase(), true, brokenForInMilliseconds),
    sessionFor(key, mustBeVerified) {
      const kept = sessions.get(key)?.value;
      return kept && (kept.verified || !mustBeVerified) ? kept : undefined;
    },
    keepSession: (key, session) => sessions.set(key, session, hour),
    forgetSession: key => sessions.delete(key),
  };
}
