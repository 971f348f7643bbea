// POST /email/bulk: one definition, many recipients, worked off in the background.

import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import type { AcceptBulkForCaller } from '../bulk/accept-for-caller.ts';
import { limits } from '../message-rules.ts';
import { bulkProgressSchema, bulkSchema, toBulkAnswer, toBulkSubmission } from './bulk-schema.ts';
import { type RunKeyedCall, resultOfOne } from './keyed-call.ts';

const path = '/email/bulk';

export function sendBulkEmail(accept: AcceptBulkForCaller, runKeyed: RunKeyedCall): Endpoint {
  return defineEndpoint({
    method: 'POST',
    path,
    token: 'server',
    group: 'Email',
    summary: 'Sends one content to many recipients, each with a model of its own; answers before they are worked off.',
    acceptsTestToken: true,
    body: bulkSchema,
    // Postmark's Python client reads `ID` here, all others `Id`.
    response: Type.Object({ ID: Type.String(), ...bulkProgressSchema.properties }),
    bodyBytesMax: limits.batchBytesMax,
    async handle(call) {
      const submission = toBulkSubmission(call.body);
      const settled = await runKeyed(call, path, [keyed => accept(call.server, submission, keyed)]);
      const { messageId, submittedAt } = resultOfOne(settled);
      const progress = {
        bulkId: messageId,
        submittedAt,
        subject: submission.subject ?? null,
        entriesTotal: submission.entries.length,
        status: 'Accepted' as const,
        releasedCount: 0,
        failedCount: 0,
      };
      return { ID: messageId, ...toBulkAnswer(progress) };
    },
  });
}
