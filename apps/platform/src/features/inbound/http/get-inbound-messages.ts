// GET /messages/inbound: searches inbound messages, newest first.

import { Type } from 'typebox';
import { readDateFilter } from '../../../edges/http-api/dates.ts';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { pagingQuery, readPaging } from '../../../edges/http-api/paging.ts';
import { Refusal } from '../../../refusals.ts';
import { type InboundStatus, inboundStatuses } from '../inbound-message.ts';
import { searchInbound } from '../search-inbound.ts';
import { inboundMessageSchema, toWireInbound } from './inbound-message.ts';

const filterQuery = Type.Object({
  ...pagingQuery,
  recipient: Type.Optional(Type.String({ description: 'Of the envelope, or any of To and Cc.' })),
  fromemail: Type.Optional(Type.String({ description: 'The sender.' })),
  subject: Type.Optional(Type.String({ description: 'A part of the subject, in any case.' })),
  mailboxhash: Type.Optional(Type.String()),
  tag: Type.Optional(Type.String()),
  status: Type.Optional(
    Type.String({ description: 'blocked, processed (the default; also as sent), queued, scheduled or failed.' }),
  ),
  fromdate: Type.Optional(Type.String({ description: 'US Eastern time, inclusive.' })),
  todate: Type.Optional(Type.String({ description: 'US Eastern time, inclusive.' })),
});

function invalid(message: string): Refusal {
  return new Refusal('message_search_invalid', message);
}

function readStatus(text = 'processed'): InboundStatus {
  const word = text.trim().toLowerCase();
  const status = inboundStatuses.find(known => known.toLowerCase() === word);
  if (status !== undefined) return status;
  // The official Node client has this word in its list.
  if (word === 'sent') return 'Processed';
  throw invalid(`The 'status' parameter '${text}' is not one of blocked, processed, queued, scheduled, failed.`);
}

export function getInboundMessages(): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path: '/messages/inbound',
    token: 'server',
    group: 'Inbound messages',
    summary: 'Searches inbound messages, newest first.',
    query: filterQuery,
    response: Type.Object({ InboundMessages: Type.Array(inboundMessageSchema), TotalCount: Type.Integer() }),
    async handle({ query, reads, server, now }) {
      const paging = readPaging(query);
      if (paging.kind === 'refused') throw invalid(paging.text);
      const filters = {
        status: readStatus(query.status),
        recipient: query.recipient,
        fromEmail: query.fromemail,
        subject: query.subject,
        mailboxHash: query.mailboxhash,
        tag: query.tag,
        from: readDateFilter('fromdate', query.fromdate, invalid),
        to: readDateFilter('todate', query.todate, invalid),
      };
      const { totalCount, messages } = await searchInbound(reads, server.serverId, filters, paging, now);
      return { InboundMessages: messages.map(toWireInbound), TotalCount: totalCount };
    },
  });
}
