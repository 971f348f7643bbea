// The message object of POST /email and POST /email/batch, and its answer. Source: Postmark's Email API.

import { DatabaseUnavailable } from '@pennyblack/runtime/database/database.ts';
import { type Static, Type } from 'typebox';
import { toWireDate } from '../../../edges/http-api/dates.ts';
import { textMap } from '../../../edges/http-api/wire-types.ts';
import { refusals } from '../../../refusals.ts';
import type { SendRequest } from '../send-request.ts';
import type { SendResult } from '../send-result.ts';

const addressList = (description: string) => Type.Optional(Type.String({ description }));

export const emailSchema = Type.Object({
  From: Type.Optional(Type.String({ description: 'The sender: `a@b.test` or `Name <a@b.test>`.' })),
  To: addressList('Recipients, separated by commas. At most 50 in To, Cc and Bcc together.'),
  Cc: addressList('Recipients of a copy.'),
  Bcc: addressList('Recipients whom the others do not see.'),
  Subject: Type.Optional(Type.String({ maxLength: 2000 })),
  Tag: Type.Optional(Type.String({ maxLength: 1000 })),
  HtmlBody: Type.Optional(Type.String({ description: 'HtmlBody, TextBody or both; 5 MB each.' })),
  TextBody: Type.Optional(Type.String()),
  ReplyTo: Type.Optional(Type.String()),
  Headers: Type.Optional(
    Type.Array(Type.Object({ Name: Type.Optional(Type.String()), Value: Type.Optional(Type.String()) })),
  ),
  TrackOpens: Type.Optional(Type.Boolean()),
  TrackLinks: Type.Optional(Type.String({ description: 'None, HtmlAndText, HtmlOnly or TextOnly.' })),
  Metadata: Type.Optional(textMap({ description: 'At most 10 fields; names up to 20, values up to 80 characters.' })),
  Attachments: Type.Optional(
    Type.Array(
      Type.Object({
        Name: Type.Optional(Type.String()),
        Content: Type.Optional(Type.String({ description: 'Base64.' })),
        ContentType: Type.Optional(Type.String()),
        ContentID: Type.Optional(Type.String({ description: '`cid:name` makes it an inline image.' })),
      }),
    ),
  ),
  MessageStream: Type.Optional(Type.String({ description: 'The stream; `outbound` when absent.' })),
  SendAt: Type.Optional(
    Type.String({
      description: 'When it is to go: ISO 8601, up to 90 days ahead; UTC without an offset. An extension.',
    }),
  ),
});

export const emailResultSchema = Type.Object({
  ErrorCode: Type.Integer(),
  Message: Type.String(),
  MessageID: Type.Optional(Type.String()),
  SubmittedAt: Type.Optional(Type.String()),
  To: Type.Optional(Type.String()),
});

export function toSendRequest(body: Static<typeof emailSchema>): SendRequest {
  return {
    from: body.From ?? '',
    to: body.To ?? '',
    cc: body.Cc ?? '',
    bcc: body.Bcc ?? '',
    subject: body.Subject ?? '',
    replyTo: body.ReplyTo ?? '',
    headers: (body.Headers ?? []).map(header => ({ name: header.Name ?? '', value: header.Value ?? '' })),
    metadata: body.Metadata ?? {},
    attachments: (body.Attachments ?? []).map(attachment => ({
      name: attachment.Name ?? '',
      contentType: attachment.ContentType ?? '',
      base64: attachment.Content ?? '',
      ...(attachment.ContentID ? { contentId: attachment.ContentID } : {}),
    })),
    ...(body.Tag ? { tag: body.Tag } : {}),
    ...(body.HtmlBody ? { htmlBody: body.HtmlBody } : {}),
    ...(body.TextBody ? { textBody: body.TextBody } : {}),
    ...(body.TrackOpens === undefined ? {} : { trackOpens: body.TrackOpens }),
    ...(body.TrackLinks ? { trackLinks: body.TrackLinks } : {}),
    ...(body.MessageStream ? { messageStream: body.MessageStream } : {}),
    ...(body.SendAt ? { sendAt: body.SendAt } : {}),
  };
}

/** `To` is the request's own text, and absent when there was none. A refusal has its code and text, and nothing else. */
export function toEmailResult(result: SendResult, to: string | undefined): Static<typeof emailResultSchema> {
  if (result.kind === 'refused') return { ErrorCode: refusals[result.refusal].code, Message: result.text };
  return {
    ErrorCode: 0,
    Message: result.text,
    MessageID: result.messageId,
    SubmittedAt: toWireDate(result.submittedAt),
    ...(to ? { To: to } : {}),
  };
}

/** `messages` are those of the request, in the same order: each result echoes the `To` of its own. */
export function toBatchResults(
  settled: readonly PromiseSettledResult<SendResult>[],
  messages: readonly { To?: string | undefined }[],
): Static<typeof emailResultSchema>[] {
  const [first] = settled;
  // Nothing was stored: the call as a whole failed, and the caller may repeat it.
  if (first?.status === 'rejected' && settled.every(one => one.status === 'rejected')) throw first.reason;
  return settled.map((one, position) =>
    one.status === 'fulfilled' ? toEmailResult(one.value, messages[position]?.To) : toFailedResult(one.reason),
  );
}

/** One message of a batch that could not be stored while others were: repeating the others would send them twice. */
function toFailedResult(error: unknown): Static<typeof emailResultSchema> {
  const refusal = refusals[error instanceof DatabaseUnavailable ? 'maintenance' : 'unexpected'];
  return { ErrorCode: refusal.code, Message: refusal.text };
}
