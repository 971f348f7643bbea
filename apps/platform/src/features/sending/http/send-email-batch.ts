// POST /email/batch: sends up to 500 messages. Each is accepted or refused by itself; the call as a whole succeeds.

import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { Refusal } from '../../../refusals.ts';
import type { KeyedWork } from '../keyed-requests.ts';
import { limits } from '../message-rules.ts';
import type { SendForCaller } from '../send-for-caller.ts';
import { emailResultSchema, emailSchema, toBatchResults, toSendRequest } from './email-schema.ts';
import type { RunKeyedCall } from './keyed-call.ts';

const path = '/email/batch';

export function sendEmailBatch(send: SendForCaller, runKeyed: RunKeyedCall): Endpoint {
  return defineEndpoint({
    method: 'POST',
    path,
    token: 'server',
    group: 'Email',
    summary: 'Sends up to 500 messages; answers one result for each, in their order.',
    acceptsTestToken: true,
    body: Type.Array(emailSchema),
    response: Type.Array(emailResultSchema),
    bodyBytesMax: limits.batchBytesMax,
    async handle(call) {
      if (call.body.length > limits.batchMessagesMax) throw new Refusal('batch_too_large');
      const works = call.body.map((message): KeyedWork => {
        const request = toSendRequest(message);
        return keyed => send(call.server, request, { keyed });
      });
      return toBatchResults(await runKeyed(call, path, works), call.body);
    },
  });
}
