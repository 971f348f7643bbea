// Finds the URLs of a plain text by position, as mail programs make links of them: punctuation that ends a sentence, and
// a bracket that was opened before the URL, belong to the text around it.

import type { FoundLink } from './html-links.ts';
import { isTrackable } from './link-target.ts';

const scheme = /https?:\/\//gi;
/**
 * Where a URL ends for sure: white space, what encloses it, and punctuation of other scripts, which is written without
 * a space before it.
 */
const ends =
  /[\s<>"`\\^{|}\u0000-\u001f\u007f\u00ab\u00bb\u2000-\u206f\u3000-\u303f\ufe30-\ufe4f\uff00-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]/g;
const trailing = new Set(['.', ',', ';', ':', '!', '?', "'", '*']);
const openings: Readonly<Record<string, string>> = { ')': '(', ']': '[' };
const letterOrDigit = /[\p{L}\p{N}_]/u;

/** In the order in which they stand, without overlaps. */
export function findInText(text: string): FoundLink[] {
  const links: FoundLink[] = [];
  scheme.lastIndex = 0;
  for (let match = scheme.exec(text); match !== null; match = scheme.exec(text)) {
    const start = match.index;
    ends.lastIndex = scheme.lastIndex;
    const end = start + trimmedLength(text.slice(start, ends.exec(text)?.index ?? text.length));
    scheme.lastIndex = Math.max(end, scheme.lastIndex);
    if (start > 0 && letterOrDigit.test(text.charAt(start - 1))) continue;
    const target = text.slice(start, end);
    if (isTrackable(target)) links.push({ start, end, target });
  }
  return links;
}

function trimmedLength(candidate: string): number {
  let surplus: Record<string, number> | undefined;
  let length = candidate.length;
  for (; length > 0; length -= 1) {
    const last = candidate.charAt(length - 1);
    if (trailing.has(last)) continue;
    const opening = openings[last];
    if (opening === undefined) break;
    // Counted once, so that a text of nothing but brackets takes no longer than any other.
    surplus ??= surplusOf(candidate);
    const left = surplus[last] ?? 0;
    if (left <= 0) break;
    surplus[last] = left - 1;
  }
  return length;
}

/** How many brackets of each kind close without having been opened. */
function surplusOf(candidate: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const character of candidate) counts[character] = (counts[character] ?? 0) + 1;
  return Object.fromEntries(
    Object.entries(openings).map(([closing, opening]) => [closing, (counts[closing] ?? 0) - (counts[opening] ?? 0)]),
  );
}
