// POST /email/batch: sends up to 500 messages. Each is accepted or refused by itself; the call as a whole succeeds.

import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { Refusal } from '../../../refusals.ts';
import { limits } from '../message-rules.ts';
import type { SendForCaller } from '../send-for-caller.ts';
import { emailResultSchema, emailSchema, toEmailResult, toFailedResult, toSendRequest } from './email-schema.ts';

export function sendEmailBatch(send: SendForCaller): Endpoint {
  return defineEndpoint({
    method: 'POST',
    path: '/email/batch',
    token: 'server',
    group: 'Email',
    summary: 'Sends up to 500 messages; answers one result for each, in their order.',
    acceptsTestToken: true,
    body: Type.Array(emailSchema),
    response: Type.Array(emailResultSchema),
    bodyBytesMax: limits.batchBytesMax,
    async handle(call) {
      if (call.body.length > limits.batchMessagesMax) throw new Refusal('batch_too_large');
      const settled = await Promise.allSettled(
        call.body.map(async message => toEmailResult(await send(call.server, toSendRequest(message)), message.To)),
      );
      const [first] = settled;
      // Nothing was stored: the call as a whole failed, and the caller may repeat it.
      if (first?.status === 'rejected' && settled.every(one => one.status === 'rejected')) throw first.reason;
      return settled.map(one => (one.status === 'fulfilled' ? one.value : toFailedResult(one.reason)));
    },
  });
}
