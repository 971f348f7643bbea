// GET /messages/inbound/{id}/details: one inbound message with its texts and fields.

import { type Static, Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import type { InboundDetails, ReadInbound } from '../read-inbound.ts';
import { shownHeaders } from '../read-post.ts';
import { inboundMessageSchema, toWireInbound } from './inbound-message.ts';

const detailsSchema = Type.Object({
  ...inboundMessageSchema.properties,
  TextBody: Type.String(),
  HtmlBody: Type.String(),
  StrippedTextReply: Type.String(),
  Headers: Type.Array(Type.Object({ Name: Type.String(), Value: Type.String() })),
  BlockedReason: Type.String({ description: 'Empty unless a rule or the spam threshold keeps it back, or did.' }),
});

/** In the order of Postmark's documentation. */
function toWireDetails({ message, content }: InboundDetails): Static<typeof detailsSchema> {
  const { Tag, Attachments, MessageID, Status, MessageStream, ...before } = toWireInbound(message);
  const headers = content
    ? shownHeaders(content.summary.headers, { recipient: message.recipient, fields: content.fields })
    : [];
  return {
    ...before,
    TextBody: content?.summary.text ?? '',
    HtmlBody: content?.summary.html ?? '',
    StrippedTextReply: content?.summary.strippedReply ?? '',
    Tag,
    Headers: headers.map(({ name, value }) => ({ Name: name, Value: value })),
    Attachments,
    MessageID,
    BlockedReason: message.blockedReason ?? '',
    Status,
    MessageStream,
  };
}

export function getInboundMessageDetails(reading: ReadInbound): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path: '/messages/inbound/:messageid/details',
    token: 'server',
    group: 'Inbound messages',
    summary: 'Shows one inbound message with its texts and header fields.',
    response: detailsSchema,
    async handle(call) {
      const { serverId } = call.server;
      return toWireDetails(await reading.details(call.reads, serverId, call.pathText('messageid')));
    },
  });
}
