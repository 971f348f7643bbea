// What a caller is told of one message.

import type { RefusalName } from '../../refusals.ts';
import type { NewMessage } from '../messages/message.ts';
import { someSuppressedText } from '../suppressions/suppression-texts.ts';

export type AcceptedResult = { kind: 'accepted'; messageId: string; submittedAt: Date; text: string };

export type SendResult = AcceptedResult | { kind: 'refused'; refusal: RefusalName; text: string };

export function refused(refusal: RefusalName, text: string): SendResult {
  return { kind: 'refused', refusal, text };
}

/** `suppressed`: the addresses among its recipients that do not get it. */
export function acceptedResult(
  { messageId, receivedAt }: Pick<NewMessage, 'messageId' | 'receivedAt'>,
  suppressed: readonly string[],
): AcceptedResult {
  const text = suppressed.length > 0 ? someSuppressedText(suppressed) : 'OK';
  return { kind: 'accepted', messageId, submittedAt: receivedAt, text };
}
