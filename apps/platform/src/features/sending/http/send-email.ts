// POST /email: sends one message.

import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { Refusal } from '../../../refusals.ts';
import { limits } from '../message-rules.ts';
import type { SendForCaller } from '../send-for-caller.ts';
import { emailResultSchema, emailSchema, toEmailResult, toSendRequest } from './email-schema.ts';

export function sendEmail(send: SendForCaller): Endpoint {
  return defineEndpoint({
    method: 'POST',
    path: '/email',
    token: 'server',
    group: 'Email',
    summary: 'Sends one message.',
    acceptsTestToken: true,
    body: emailSchema,
    response: emailResultSchema,
    bodyBytesMax: limits.messageBytesMax,
    async handle(call) {
      const result = await send(call.server, toSendRequest(call.body));
      if (result.kind === 'refused') throw new Refusal(result.refusal, result.text);
      return toEmailResult(result, call.body.To);
    },
  });
}
