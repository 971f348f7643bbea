// The kinds of values that only the platform's settings have. The general ones are the runtime's.

import { asHostAndPort, asHostName, type HostAndPort, kindOf } from '@pennyblack/runtime/config/kinds.ts';
import type { Rate } from '@pennyblack/runtime/http/rate-limiter.ts';
import { parseSecretKeys } from '@pennyblack/runtime/secrets/secret-key.ts';

/** Where the mail for a domain goes instead of to its MX. */
export type ConfiguredRoute = {
  /** A domain in lower case, `*.` and a domain for all below it, or `*` for all there are. */
  pattern: string;
  target:
    | { kind: 'capture' }
    | ({ kind: 'relay'; credentials: { user: string; password: string } | undefined } & HostAndPort);
};

const quotaMax = 1_000_000;
const windowsInSeconds: Readonly<Record<string, number>> = { second: 1, minute: 60, hour: 3600 };

export const route = kindOf<ConfiguredRoute>(
  'pattern=host:port, pattern=user:password@host:port or pattern=capture, where the pattern is a domain, *.domain or *',
  readRoute,
);

export const token = kindOf('a token of 8 to 128 letters, digits, - and _, other than POSTMARK_API_TEST', value =>
  /^[A-Za-z0-9_-]{8,128}$/.test(value) && value.toUpperCase() !== 'POSTMARK_API_TEST' ? value : undefined,
);

export const secretKeys = kindOf(
  '32 random bytes as 64 hexadecimal digits or as base64, or several of them between commas, newest first ' +
    '(make one with: openssl rand -base64 32)',
  parseSecretKeys,
);

/** A window larger than a second lets a caller make its whole quota at once. */
export const rateOrNone = kindOf<Rate | 'none'>(
  `0, or calls per second, minute or hour such as 50, 50/second, 3000/minute or 100000/hour, at most ${quotaMax}`,
  readRate,
);

export const spamdAddress = kindOf<HostAndPort | { path: string }>(
  'host:port, such as 127.0.0.1:783, or the absolute path of a Unix socket',
  value => (/^\/[^\0]{1,100}$/.test(value) ? { path: value } : asHostAndPort(value)),
);

export const databaseAddress = kindOf(
  'a PostgreSQL address such as postgres://user:password@host:5432/database',
  value => (URL.canParse(value) && ['postgres:', 'postgresql:'].includes(new URL(value).protocol) ? value : undefined),
);

function readRate(text: string): Rate | 'none' | undefined {
  const [, digits, unit = 'second'] = /^(\d{1,7})(?:\/(second|minute|hour))?$/i.exec(text.replaceAll(' ', '')) ?? [];
  const quota = Number(digits);
  const windowInSeconds = windowsInSeconds[unit.toLowerCase()];
  if (digits === undefined || windowInSeconds === undefined || quota > quotaMax) return undefined;
  return quota === 0 ? 'none' : { quota, windowInSeconds };
}

function readRoute(entry: string): ConfiguredRoute | undefined {
  const cut = entry.indexOf('=');
  const pattern = readPattern(entry.slice(0, cut).trim());
  const target = entry.slice(cut + 1).trim();
  if (cut < 1 || pattern === undefined) return undefined;
  if (target === 'capture') return { pattern, target: { kind: 'capture' } };
  // The last @, because a password may hold one.
  const at = target.lastIndexOf('@');
  const address = asHostAndPort(target.slice(at + 1));
  const credentials = at < 0 ? undefined : readCredentials(target.slice(0, at));
  if (address === undefined || (at >= 0 && credentials === undefined)) return undefined;
  return { pattern, target: { kind: 'relay', ...address, credentials } };
}

function readPattern(pattern: string): string | undefined {
  if (pattern === '*') return pattern;
  if (!pattern.startsWith('*.')) return asHostName(pattern);
  const below = asHostName(pattern.slice(2));
  return below === undefined ? undefined : `*.${below}`;
}

/** Percent-encoded as in a URL (RFC 3986 2.1), because a comma would end the entry. */
function readCredentials(userAndPassword: string): { user: string; password: string } | undefined {
  const colon = userAndPassword.indexOf(':');
  if (colon < 1) return undefined;
  try {
    return {
      user: decodeURIComponent(userAndPassword.slice(0, colon)),
      password: decodeURIComponent(userAndPassword.slice(colon + 1)),
    };
  } catch {
    return undefined; // A % that encodes nothing.
  }
}
