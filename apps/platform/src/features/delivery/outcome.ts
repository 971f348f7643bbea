// What can become of a recipient in one attempt. Data, not exceptions.

import type { BounceTypeName } from '@pennyblack/email/bounces/bounce-types.ts';

/** Who answered, for the timeline. */
export type Answerer = { host: string; ip: string };

export type Outcome =
  | { kind: 'delivered'; reply: string; by: Answerer }
  /** Tried and to be tried again: the attempt counts. */
  | { kind: 'deferred'; reply: string; by: Answerer; dueAt: Date; isUncertain: boolean; isHeld: boolean }
  | { kind: 'bounced'; type: BounceTypeName; reply: string; by: Answerer }
  /** Delivered, and complained about at once: only test addresses do so. */
  | { kind: 'complained'; reply: string; by: Answerer }
  | { kind: 'suppressed' }
  /** Given back without an attempt. */
  | { kind: 'released'; dueAt: Date };
