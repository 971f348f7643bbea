// Decides what an answer of the world means for a recipient. Pure.

import type { BounceTypeName } from '@pennyblack/email/bounces/bounce-types.ts';
import { classifyReply } from '@pennyblack/email/bounces/classify-reply.ts';
import type { RemoteReply } from './ports.ts';

/** An answer that is final, or one that only asks for patience. */
export type Meaning = { kind: 'delivered' } | { kind: 'try_later' } | { kind: 'bounced'; type: BounceTypeName };

/** RFC 5321 4.2.1: the first digit decides. */
export function meaningOfReply(reply: RemoteReply, isAccepted: boolean): Meaning {
  if (isAccepted) return { kind: 'delivered' };
  if (reply.code >= 500 && reply.code <= 599) return { kind: 'bounced', type: classifyReply(reply) };
  return { kind: 'try_later' };
}

/** Postmark's form of a remote answer: `smtp;250 2.0.0 OK`. */
export function replyText(reply: RemoteReply): string {
  return `smtp;${reply.code} ${reply.text}`;
}

/** Greylisting (RFC 6647) puts one sender and recipient off, and is told by 4.7.1 as often as by 4.2.0. */
const greylistingText = /gr[ae]y-?\s?list/i;

/** True when the answer speaks of our whole traffic and not of this recipient: slow down (421, RFC 3463 X.7). */
export function asksToSlowDown(reply: RemoteReply): boolean {
  if (reply.code === 421) return true;
  const isAboutPolicy = reply.code >= 400 && reply.code <= 499 && reply.enhanced?.startsWith('4.7.') === true;
  return isAboutPolicy && !greylistingText.test(reply.text);
}
