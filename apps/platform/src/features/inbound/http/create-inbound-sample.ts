// POST /server/inbound/sample, an extension: puts a test message into the server's inbound stream, as if the world had sent it.

import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import type { TakeSample } from '../sample-mail.ts';

const text = (description: string) => Type.Optional(Type.String({ description }));

export function createInboundSample(takeSample: TakeSample): Endpoint {
  return defineEndpoint({
    method: 'POST',
    path: '/server/inbound/sample',
    token: 'server',
    group: 'Inbound messages',
    summary: 'Takes a test message, a reply with an attachment, as if the world had sent it to the server (extension).',
    body: Type.Object({
      From: text('The sender: an address, with or without a name.'),
      Subject: text('The subject.'),
      MailboxHash: text('What follows the plus of the address.'),
      TextBody: text('The text part.'),
      HtmlBody: text('The HTML part; an empty text leaves it out.'),
      Tag: text('The X-Tag field; an empty text leaves it out.'),
    }),
    response: Type.Object({
      ErrorCode: Type.Integer(),
      Message: Type.String(),
      MessageID: Type.String(),
      OriginalRecipient: Type.String(),
    }),
    async handle({ server, body, reads }) {
      const { messageId, recipient } = await takeSample(reads, server.serverId, {
        from: body.From,
        subject: body.Subject,
        mailboxHash: body.MailboxHash,
        text: body.TextBody,
        html: body.HtmlBody,
        tag: body.Tag,
      });
      return { ErrorCode: 0, Message: 'OK', MessageID: messageId, OriginalRecipient: recipient };
    },
  });
}
