// GET /messages/outbound: searches outbound messages, newest first.

import { Type } from 'typebox';
import { readDateFilter } from '../../../edges/http-api/dates.ts';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { pagingQuery, readPaging } from '../../../edges/http-api/paging.ts';
import { Refusal } from '../../../refusals.ts';
import type { IsQueuedCondition } from '../ports.ts';
import { type SearchFilters, searchOutbound } from '../search-messages.ts';
import { outboundMessageSchema, toOutboundMessage } from './outbound-message.ts';

const filterQuery = {
  recipient: Type.Optional(Type.String({ description: 'Any of To, Cc and Bcc.' })),
  fromemail: Type.Optional(Type.String({ description: 'The sender.' })),
  tag: Type.Optional(Type.String()),
  status: Type.Optional(Type.String({ description: 'queued, sent or processed (the same as sent).' })),
  fromdate: Type.Optional(Type.String({ description: 'US Eastern time, inclusive.' })),
  todate: Type.Optional(Type.String({ description: 'US Eastern time, inclusive.' })),
  subject: Type.Optional(Type.String({ description: 'A part of the subject, in any case.' })),
  messagestream: Type.Optional(Type.String({ description: 'The stream; `outbound` when absent.' })),
};

const metadataPrefix = 'metadata_';

function invalid(message: string): Refusal {
  return new Refusal('message_search_invalid', message);
}

function readStatus(text: string | undefined): 'queued' | 'sent' | undefined {
  if (text === undefined) return undefined;
  const status = text.toLowerCase();
  if (status === 'queued') return 'queued';
  if (status === 'sent' || status === 'processed') return 'sent';
  throw invalid(`The 'status' parameter '${text}' is not one of queued, sent, processed.`);
}

function readMetadata(rawQuery: ReadonlyMap<string, string>): { key: string; value: string } | undefined {
  const filters = [...rawQuery].filter(
    ([name]) => name.startsWith(metadataPrefix) && name.length > metadataPrefix.length,
  );
  if (filters.length > 1) throw invalid('Only one metadata field can be searched for at a time.');
  const [filter] = filters;
  return filter && { key: filter[0].slice(metadataPrefix.length), value: filter[1] };
}

/** `streamsOf` answers the streams of a server, archived ones included: their messages can still be searched. */
export function getOutboundMessages(
  isQueued: IsQueuedCondition,
  streamsOf: (serverId: number) => Promise<ReadonlyMap<string, unknown>>,
): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path: '/messages/outbound',
    token: 'server',
    group: 'Messages',
    summary: 'Searches outbound messages, newest first.',
    query: Type.Object({ ...pagingQuery, ...filterQuery }),
    response: Type.Object({ TotalCount: Type.Integer(), Messages: Type.Array(outboundMessageSchema) }),
    async handle(call) {
      const { query } = call;
      const paging = readPaging(query);
      if (paging.kind === 'refused') throw invalid(paging.text);
      const streamId = query.messagestream ?? 'outbound';
      if (!(await streamsOf(call.server.serverId)).has(streamId)) throw new Refusal('stream_not_found');
      const from = readDateFilter('fromdate', query.fromdate, invalid);
      const to = readDateFilter('todate', query.todate, invalid);
      const status = readStatus(query.status);
      const metadata = readMetadata(call.rawQuery);
      const filters: SearchFilters = {
        streamId,
        ...(query.recipient === undefined ? {} : { recipient: query.recipient }),
        ...(query.fromemail === undefined ? {} : { fromEmail: query.fromemail }),
        ...(query.tag === undefined ? {} : { tag: query.tag }),
        ...(query.subject === undefined ? {} : { subject: query.subject }),
        ...(status === undefined ? {} : { status }),
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
        ...(metadata === undefined ? {} : { metadata }),
      };
      const found = await searchOutbound(call.reads, call.server.serverId, filters, paging, isQueued, call.now);
      return { TotalCount: found.totalCount, Messages: found.messages.map(toOutboundMessage) };
    },
  });
}
