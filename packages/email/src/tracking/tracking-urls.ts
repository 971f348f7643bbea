// The URLs that stand in a recipient's copy of a message in the place of links and as the pixel.

import type { TrackingUrls } from './track-bodies.ts';
import { encodeTrackingToken, type TrackedRecipient } from './tracking-token.ts';

export const openPath = '/o';
export const clickPath = '/c';

/** Older programs cut a longer URL (2,083 characters in Internet Explorer, whose parts read mail in Outlook). */
export const linkLengthMax = 2048;

/**
 * `baseUrl` has no slash at its end. A link that would become too long stays as it is: one that works and is not counted
 * is better than one that is cut.
 */
export function trackingUrlsOf(recipient: TrackedRecipient, key: Buffer, baseUrl: string): TrackingUrls {
  return {
    link: (part, target) => {
      const url = `${baseUrl}${clickPath}/${encodeTrackingToken({ ...recipient, kind: 'click', part, target }, key)}`;
      return url.length > linkLengthMax ? undefined : url;
    },
    pixel: () => `${baseUrl}${openPath}/${encodeTrackingToken({ ...recipient, kind: 'open' }, key)}`,
  };
}
