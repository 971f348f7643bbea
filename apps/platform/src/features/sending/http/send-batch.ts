// Sends the messages of one batch side by side, so that they share transactions.

import type { Static } from 'typebox';
import type { SendResult } from '../accept-message.ts';
import { type emailResultSchema, toEmailResult, toFailedResult } from './email-schema.ts';

/**
 * One result for each message, in their order. Rejects when nothing at all was stored: then the call as a whole failed, and
 * the caller may repeat it.
 */
export async function sendBatch<M extends { To?: string }>(
  messages: readonly M[],
  send: (message: M) => Promise<SendResult>,
): Promise<Static<typeof emailResultSchema>[]> {
  const settled = await Promise.allSettled(
    messages.map(async message => toEmailResult(await send(message), message.To)),
  );
  const [first] = settled;
  if (first?.status === 'rejected' && settled.every(one => one.status === 'rejected')) throw first.reason;
  return settled.map(one => (one.status === 'fulfilled' ? one.value : toFailedResult(one.reason)));
}
