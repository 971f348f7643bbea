// Decides which way a recipient's mail goes. Pure.
// Source of the testing domains: Postmark's pages on fake bounces and the black hole; clients use them literally.

import type { BounceTypeName } from '@pennyblack/email/bounces/bounce-types.ts';
import { fakeBounceTypeOf, fakeDelayOf } from '@pennyblack/email/bounces/fake-bounce.ts';

export type RouteTarget =
  | { kind: 'capture' }
  | { kind: 'host'; host: string; port: number; user?: string; password?: string };

/** `pattern` is a domain, `*.domain` for everything below it, or `*`. The first match wins. */
export type RouteSetting = { pattern: string; target: RouteTarget };

export type Route =
  | RouteTarget
  | { kind: 'mx'; domain: string }
  | { kind: 'sandbox' }
  | { kind: 'black_hole' }
  | { kind: 'fake_bounce'; type: BounceTypeName }
  /** Put off once by so many seconds, then delivered nowhere. */
  | { kind: 'fake_delay'; seconds: number };

const bounceTestingDomain = 'bounce-testing.postmarkapp.com';
const blackHoleDomain = 'blackhole.postmarkapp.com';

function matches(pattern: string, domain: string): boolean {
  if (pattern === '*') return true;
  if (pattern.startsWith('*.')) return domain.endsWith(pattern.slice(1));
  return pattern === domain;
}

export function chooseRoute(
  address: string,
  message: { isSandboxed: boolean; fakeBounceType?: string },
  settings: readonly RouteSetting[],
): Route {
  const at = address.lastIndexOf('@');
  const localPart = address.slice(0, at);
  const domain = address.slice(at + 1).toLowerCase();
  if (domain === bounceTestingDomain) {
    const seconds = fakeDelayOf(localPart, message.fakeBounceType);
    if (seconds !== undefined) return { kind: 'fake_delay', seconds };
    return { kind: 'fake_bounce', type: fakeBounceTypeOf(localPart, message.fakeBounceType) };
  }
  if (domain === blackHoleDomain) return { kind: 'black_hole' };
  if (message.isSandboxed) return { kind: 'sandbox' };
  const setting = settings.find(candidate => matches(candidate.pattern, domain));
  return setting ? setting.target : { kind: 'mx', domain };
}
