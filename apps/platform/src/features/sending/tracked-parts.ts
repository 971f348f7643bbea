// What of an accepted message is tracked, as the statistics count it. Found before the transaction begins.

import { planTracking, type TrackingPlan } from '@pennyblack/email/tracking/track-bodies.ts';
import { planSourceTracking } from '@pennyblack/email/tracking/track-source.ts';
import type { MessageContent } from '../messages/message-content.ts';

export type TrackedParts = {
  /** It has a pixel. */
  opens: boolean;
  /** Its links are asked to be tracked, whether it has any or not. */
  links: boolean;
  /** Links that are tracked, in all its parts. */
  linkCount: number;
};

/** Undefined when nothing is tracked; costs nothing then. */
export function trackedPartsOf(content: Pick<MessageContent, 'tracking' | 'source' | 'text' | 'html'>) {
  const { tracking, source } = content;
  if (!tracking) return undefined;
  const pieces = source
    ? (planSourceTracking(source, tracking)?.parts ?? []).map(part => part.pieces)
    : piecesOf(planTracking(content, tracking));
  const slots = pieces.flatMap(each => each.slots);
  const parts: TrackedParts = {
    opens: slots.some(slot => slot.kind === 'pixel'),
    links: tracking.links !== 'None',
    linkCount: slots.filter(slot => slot.kind === 'link').length,
  };
  return parts.opens || parts.links ? parts : undefined;
}

function piecesOf(plan: TrackingPlan | undefined) {
  return [plan?.html, plan?.text].filter(pieces => pieces !== undefined);
}
