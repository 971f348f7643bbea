// POST /email/batchWithTemplates: sends up to 500 messages that templates make. Each is accepted or refused by itself.

import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { Refusal } from '../../../refusals.ts';
import type { KeyedWork } from '../keyed-requests.ts';
import { limits } from '../message-rules.ts';
import type { SendWithTemplate } from '../send-with-template.ts';
import { emailResultSchema, toBatchResults } from './email-schema.ts';
import type { RunKeyedCall } from './keyed-call.ts';
import { templatedEmailSchema, toTemplatedRequest } from './templated-email-schema.ts';

const path = '/email/batchwithtemplates';

export function sendEmailBatchWithTemplates(send: SendWithTemplate, runKeyed: RunKeyedCall): Endpoint {
  return defineEndpoint({
    method: 'POST',
    path,
    token: 'server',
    group: 'Email',
    summary: 'Sends up to 500 messages that templates make; answers one result for each, in their order.',
    acceptsTestToken: true,
    body: Type.Object({ Messages: Type.Optional(Type.Array(templatedEmailSchema)) }),
    response: Type.Array(emailResultSchema),
    bodyBytesMax: limits.batchBytesMax,
    async handle(call) {
      const messages = call.body.Messages ?? [];
      if (messages.length > limits.batchMessagesMax) throw new Refusal('batch_too_large');
      const works = messages.map((message): KeyedWork => {
        const templated = toTemplatedRequest(message);
        return keyed => send(call.server, templated, { keyed });
      });
      return toBatchResults(await runKeyed(call, path, works), messages);
    },
  });
}
