// GET /email/scheduled/{id}: one message that waits, with its bodies, or what became of it.

import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { scheduledKey } from '../scheduled/change-scheduled.ts';
import { readScheduled } from '../scheduled/read-scheduled.ts';
import { scheduledMessageSchema, toEndedMessage, toWaitingMessage } from './scheduled-message.ts';

export function getScheduledMessage(): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path: '/email/scheduled/:messageid',
    token: 'server',
    group: 'Scheduled messages',
    summary: 'Shows a message that waits for its SendAt, or what became of it. An extension.',
    response: Type.Object({
      ...scheduledMessageSchema.properties,
      TextBody: Type.Optional(Type.String()),
      HtmlBody: Type.Optional(Type.String()),
      Attachments: Type.Optional(Type.Array(Type.String())),
      Metadata: Type.Optional(Type.Record(Type.String(), Type.String())),
    }),
    async handle(call) {
      const key = scheduledKey(call.server.serverId, call.pathText('messageid'));
      const entry = await readScheduled(call.reads, key);
      if (entry.kind === 'ended') return toEndedMessage(entry.result);
      const { text, html, attachments, metadata } = entry.content;
      return {
        ...toWaitingMessage(entry.message),
        ...(text === undefined ? {} : { TextBody: text }),
        ...(html === undefined ? {} : { HtmlBody: html }),
        Attachments: attachments.map(attachment => attachment.name),
        Metadata: metadata ?? {},
      };
    },
  });
}
