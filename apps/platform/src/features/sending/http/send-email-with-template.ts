// POST /email/withTemplate: sends one message that a template makes.

import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { Refusal } from '../../../refusals.ts';
import { limits } from '../message-rules.ts';
import type { SendWithTemplate } from '../send-with-template.ts';
import { emailResultSchema, toEmailResult } from './email-schema.ts';
import { templatedEmailSchema, toTemplatedRequest } from './templated-email-schema.ts';

export function sendEmailWithTemplate(send: SendWithTemplate): Endpoint {
  return defineEndpoint({
    method: 'POST',
    path: '/email/withtemplate',
    token: 'server',
    group: 'Email',
    summary: 'Sends one message that a template makes.',
    acceptsTestToken: true,
    body: templatedEmailSchema,
    response: emailResultSchema,
    bodyBytesMax: limits.messageBytesMax,
    async handle(call) {
      const result = await send(call.server, toTemplatedRequest(call.body));
      if (result.kind === 'refused') throw new Refusal(result.refusal, result.text);
      return toEmailResult(result, call.body.To);
    },
  });
}
