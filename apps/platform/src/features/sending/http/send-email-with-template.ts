// POST /email/withTemplate: sends one message that a template makes.

import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { limits } from '../message-rules.ts';
import type { SendWithTemplate } from '../send-with-template.ts';
import { emailResultSchema, toEmailResult } from './email-schema.ts';
import { type RunKeyedCall, resultOfOne } from './keyed-call.ts';
import { templatedEmailSchema, toTemplatedRequest } from './templated-email-schema.ts';

const path = '/email/withtemplate';

export function sendEmailWithTemplate(send: SendWithTemplate, runKeyed: RunKeyedCall): Endpoint {
  return defineEndpoint({
    method: 'POST',
    path,
    token: 'server',
    group: 'Email',
    summary: 'Sends one message that a template makes.',
    acceptsTestToken: true,
    body: templatedEmailSchema,
    response: emailResultSchema,
    bodyBytesMax: limits.messageBytesMax,
    async handle(call) {
      const templated = toTemplatedRequest(call.body);
      const settled = await runKeyed(call, path, [keyed => send(call.server, templated, { keyed })]);
      return toEmailResult(resultOfOne(settled), call.body.To);
    },
  });
}
