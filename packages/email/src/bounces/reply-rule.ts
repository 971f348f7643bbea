// One rule for reading a final refusal. The rules are ordered data, so that each can name where it comes from.

import type { BounceTypeName } from './bounce-types.ts';

/** The rule holds when all that it names holds. */
export type ReplyRule = {
  type: BounceTypeName;
  /** RFC, registry, or the server software or provider whose wording it is. */
  source: string;
  /**
   * Against subject and detail of the enhanced status, for example `1.1` for 5.1.1: providers mix the classes, so that
   * `550 4.7.0` is as final as `550 5.7.0`.
   */
  status?: RegExp;
  /** Against the words of the reply as `wordsOf` leaves them: lower case, without addresses and punctuation. */
  words?: RegExp;
  /** The reply code. */
  codes?: readonly number[];
};
