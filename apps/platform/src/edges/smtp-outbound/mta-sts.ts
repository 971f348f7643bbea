// MTA-STS (RFC 8461): finds the policy by which a domain asks for verified TLS, and keeps it as long as it
// lasts. Fetching is a port (sts-policy-fetcher.ts); the policy file is read by mailauth.

import type { Clock } from '@pennyblack/runtime/clock.ts';
import { parsePolicy } from 'mailauth/lib/mta-sts.js';
import { createBoundedCache } from './bounded-cache.ts';
import type { DnsResolver } from './dns-resolver.ts';

export type StsPolicy = {
  /** From the DNS; a new one means that the policy has changed. */
  id: string;
  /** In testing mode mail goes out as if there were no policy (RFC 8461 5). */
  mode: 'enforce' | 'testing';
  /** Host names, or `*.` and a domain. */
  mx: string[];
  expiresAt: Date;
};

/** Gives the text of the policy file of a domain. Rejects when it cannot be had from a server with a good certificate. */
export type FetchStsPolicy = (domain: string) => Promise<string>;

export type StsPolicies = {
  /** `domain` in lower case and as A-labels. Undefined: no policy, or one that says "none". Never rejects. */
  policyFor(domain: string): Promise<StsPolicy | undefined>;
};

type Kept = { id: string; policy: StsPolicy | undefined };

const minute = 60_000;
/** After a failed fetch the next one waits (RFC 8461 3.3: no more than one in five minutes). */
const pauseAfterFailure = 5 * minute;
const maxAgeInSecondsMax = 31_557_600;

export function createStsPolicies(options: {
  resolver: DnsResolver;
  clock: Clock;
  fetchPolicy: FetchStsPolicy;
  policiesMax?: number;
}): StsPolicies {
  const { resolver, clock, fetchPolicy } = options;
  const kept = createBoundedCache<Kept>(clock, options.policiesMax ?? 10_000);
  const failedIds = createBoundedCache<string>(clock, 10_000);
  const inFlight = new Map<string, Promise<StsPolicy | undefined>>();

  async function find(domain: string): Promise<StsPolicy | undefined> {
    const known = kept.get(domain)?.value;
    const record = await resolver.lookUp(`_mta-sts.${domain}`, 'TXT');
    const id = record.kind === 'records' ? readStsRecord(record.records) : undefined;
    // A record that is gone, or cannot be had, does not end a policy: whoever attacks the DNS could else switch it off.
    if (id === undefined || id === known?.id || failedIds.get(domain)?.value === id) return known?.policy;

    try {
      const policy = readStsPolicy(await fetchPolicy(domain), id, clock.now());
      kept.set(domain, { id, policy: policy.policy }, policy.lifeInMilliseconds);
      return policy.policy;
    } catch {
      // Without a policy in hand mail goes out as to any other domain; an unexpired one stays in force (RFC 8461 5.1).
      failedIds.set(domain, id, pauseAfterFailure);
      return known?.policy;
    }
  }

  return {
    policyFor(domain) {
      const pending = inFlight.get(domain) ?? find(domain).finally(() => inFlight.delete(domain));
      inFlight.set(domain, pending);
      return pending;
    },
  };
}

/** The id of the only record that starts with `v=STSv1;`; none, or more than one, means no policy (RFC 8461 3.1). */
export function readStsRecord(texts: readonly string[]): string | undefined {
  const records = texts.filter(text => /^v=STSv1\s*;/.test(text));
  const [record] = records;
  if (records.length !== 1 || record === undefined) return undefined;
  return /;\s*id\s*=\s*([a-zA-Z0-9]{1,32})\s*(?:;|$)/.exec(record)?.[1];
}

/** Throws on a file that is no valid policy (RFC 8461 3.2). */
export function readStsPolicy(
  text: string,
  id: string,
  now: Date,
): { policy: StsPolicy | undefined; lifeInMilliseconds: number } {
  const { mode, mx, maxAge } = parsePolicy(keepFirstOfEach(text));
  const lifeInMilliseconds = Math.min(Number(maxAge), maxAgeInSecondsMax) * 1000;
  if (mode !== 'enforce' && mode !== 'testing') return { policy: undefined, lifeInMilliseconds };
  const expiresAt = new Date(now.getTime() + lifeInMilliseconds);
  return { policy: { id, mode, mx: mx ?? [], expiresAt }, lifeInMilliseconds };
}

/** A star stands for exactly one label (RFC 8461 4.1); mailauth's own matching lets it stand for several. */
export function isAllowedBy(policy: StsPolicy, host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '');
  return policy.mx.some(pattern => {
    const wanted = pattern.toLowerCase().replace(/\.$/, '');
    if (!wanted.startsWith('*.')) return wanted === name;
    const dot = name.indexOf('.');
    return dot > 0 && name.slice(dot) === wanted.slice(1);
  });
}

/** Of a repeated field other than mx only the first counts (RFC 8461 3.2); mailauth would take the last. */
function keepFirstOfEach(text: string): string {
  const seen = new Set<string>();
  const lines = text.split(/\r?\n/).filter(line => {
    const field = line.slice(0, line.indexOf(':')).trim().toLowerCase();
    if (field === 'mx') return true;
    const isFirst = !seen.has(field);
    seen.add(field);
    return isFirst;
  });
  return lines.join('\n');
}
