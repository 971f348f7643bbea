// POST /email: sends one message.

import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { limits } from '../message-rules.ts';
import type { SendForCaller } from '../send-for-caller.ts';
import { emailResultSchema, emailSchema, toEmailResult, toSendRequest } from './email-schema.ts';
import { type RunKeyedCall, resultOfOne } from './keyed-call.ts';

const path = '/email';

export function sendEmail(send: SendForCaller, runKeyed: RunKeyedCall): Endpoint {
  return defineEndpoint({
    method: 'POST',
    path,
    token: 'server',
    group: 'Email',
    summary: 'Sends one message.',
    acceptsTestToken: true,
    body: emailSchema,
    response: emailResultSchema,
    bodyBytesMax: limits.messageBytesMax,
    async handle(call) {
      const request = toSendRequest(call.body);
      const settled = await runKeyed(call, path, [keyed => send(call.server, request, { keyed })]);
      return toEmailResult(resultOfOne(settled), call.body.To);
    },
  });
}
