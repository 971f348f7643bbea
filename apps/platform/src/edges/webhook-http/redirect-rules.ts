// Decides where a redirect leads. Pure. Sources: Postmark follows up to ten hops; RFC 9110 15.4 lets 301 and 302 become
// a GET, but an event that turns into a GET is lost, so the POST is repeated.

import { type CallTarget, readTarget } from './call-target.ts';

export type RedirectDecision =
  | { kind: 'not_a_redirect' }
  | { kind: 'follow'; target: CallTarget; keepsSecrets: boolean }
  | { kind: 'refuse'; text: string };

export const hopsMax = 10;

const followed: ReadonlySet<number> = new Set([301, 302, 307, 308]);

/** `visited` holds every URL of this call so far, with that which answered now. */
export function decideRedirect(
  answer: { status: number; location: string | undefined },
  from: CallTarget,
  visited: ReadonlySet<string>,
): RedirectDecision {
  const { status, location } = answer;
  if (status === 303) return refuse('303 asks for a GET, which would lose the event');
  if (!followed.has(status)) return { kind: 'not_a_redirect' };
  if (location === undefined || location === '') return refuse(`${status} without a Location`);

  // Headers are bytes, read as Latin-1; a Location outside ASCII is UTF-8 almost always.
  const reading = readTarget(Buffer.from(location, 'latin1').toString('utf8'), from.url);
  if (reading.kind === 'invalid') return refuse(`${status} leads nowhere: ${reading.text}`);
  const { target } = reading;
  if (visited.has(keyOf(target))) return refuse(`a circle of redirects, back to ${target.url.host}`);
  if (visited.size > hopsMax) return refuse(`more than ${hopsMax} redirects`);
  return { kind: 'follow', target, keepsSecrets: mayHearSecrets(from.url, target.url) };
}

export function keyOf(target: CallTarget): string {
  return target.origin + target.path;
}

/** The same origin, or the same host over TLS instead of without. */
function mayHearSecrets(from: URL, to: URL): boolean {
  if (from.origin === to.origin) return true;
  return from.hostname === to.hostname && from.protocol === 'http:' && to.protocol === 'https:';
}

function refuse(text: string): RedirectDecision {
  return { kind: 'refuse', text };
}
