// The body of POST /email/bulk, and what is answered about a request. Source: Postmark's Bulk API.

import { type Static, Type } from 'typebox';
import { toWireDate } from '../../../edges/http-api/dates.ts';
import { textMap } from '../../../edges/http-api/wire-types.ts';
import type { BulkProgress } from '../bulk/bulk-request.ts';
import type { BulkSubmission } from '../bulk/bulk-submission.ts';
import { percentageOf } from '../bulk/progress-rules.ts';
import { emailSchema, toSendRequest } from './email-schema.ts';
import { readTemplateReference, templatedEmailSchema } from './templated-email-schema.ts';

const { To, Cc, Bcc, Metadata, Headers, ...sharedFields } = emailSchema.properties;
const { TemplateId, TemplateAlias, InlineCss, TemplateModel } = templatedEmailSchema.properties;

export const bulkSchema = Type.Object({
  ...sharedFields,
  Subject: Type.Optional(
    Type.String({ description: 'A template, as the bodies are: each entry fills it with its model.' }),
  ),
  Metadata,
  Headers,
  MessageStream: Type.Optional(Type.String({ description: 'A broadcast stream; `broadcast` when absent.' })),
  TemplateId,
  TemplateAlias,
  InlineCss,
  Messages: Type.Optional(
    Type.Array(
      Type.Object({
        To,
        Cc,
        Bcc,
        TemplateModel,
        Metadata: Type.Optional(
          textMap({ description: 'Added to the shared fields; wins over those of the same name.' }),
        ),
        Headers,
      }),
      { description: 'One message each, to at most 50 recipients.' },
    ),
  ),
});

export const bulkProgressSchema = Type.Object({
  Id: Type.String(),
  SubmittedAt: Type.String(),
  TotalMessages: Type.Integer(),
  PercentageCompleted: Type.Number({ description: '0 to 100.' }),
  Status: Type.String({ description: 'Accepted, Processing, Completed or Cancelled.' }),
  ReleasedCount: Type.Integer({ description: 'Messages that were handed to delivery.' }),
  FailedCount: Type.Integer({
    description: 'Entries that no message could be made of, or whose recipients are all suppressed.',
  }),
  Subject: Type.Optional(Type.String()),
});

export function toBulkSubmission(body: Static<typeof bulkSchema>): BulkSubmission {
  const { to, cc, bcc, subject, htmlBody, textBody, messageStream, sendAt, ...shared } = toSendRequest(body);
  const template = readTemplateReference(body);
  return {
    shared,
    ...(body.Subject ? { subject: body.Subject } : {}),
    ...(htmlBody === undefined ? {} : { htmlBody }),
    ...(textBody === undefined ? {} : { textBody }),
    ...(messageStream === undefined ? {} : { messageStream }),
    ...(template === undefined ? {} : { template }),
    inlinesCss: body.InlineCss ?? true,
    entries: (body.Messages ?? []).map(entry => ({
      to: entry.To ?? '',
      cc: entry.Cc ?? '',
      bcc: entry.Bcc ?? '',
      model: entry.TemplateModel ?? {},
      metadata: entry.Metadata ?? {},
      headers: (entry.Headers ?? []).map(header => ({ name: header.Name ?? '', value: header.Value ?? '' })),
    })),
    ...(sendAt === undefined ? {} : { sendAt }),
  };
}

export function toBulkAnswer(progress: BulkProgress): Static<typeof bulkProgressSchema> {
  return {
    Id: progress.bulkId,
    SubmittedAt: toWireDate(progress.submittedAt),
    TotalMessages: progress.entriesTotal,
    PercentageCompleted: percentageOf(progress),
    Status: progress.status,
    ReleasedCount: progress.releasedCount,
    FailedCount: progress.failedCount,
    ...(progress.subject === null ? {} : { Subject: progress.subject }),
  };
}
