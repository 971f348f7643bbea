// GET /bounces: searches bounces, newest first.

import { bounceTypeNames } from '@pennyblack/email/bounces/bounce-types.ts';
import { isUuid } from '@pennyblack/runtime/uuid-v7.ts';
import { Type } from 'typebox';
import { readDateFilter } from '../../../edges/http-api/dates.ts';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { pagingQuery, readPaging } from '../../../edges/http-api/paging.ts';
import { Refusal } from '../../../refusals.ts';
import { type BounceFilter, listBounces } from '../read-bounces.ts';
import { bounceSchema, toWireBounce } from './bounce-schema.ts';

const filterQuery = Type.Object({
  ...pagingQuery,
  type: Type.Optional(Type.String({ description: 'The name of a type, in any case.' })),
  inactive: Type.Optional(Type.String({ description: '`true`: only those whose address is inactive now.' })),
  emailfilter: Type.Optional(Type.String({ description: 'A part of the address, in any case.' })),
  tag: Type.Optional(Type.String()),
  messageid: Type.Optional(Type.String()),
  fromdate: Type.Optional(Type.String({ description: 'US Eastern time, inclusive.' })),
  todate: Type.Optional(Type.String({ description: 'US Eastern time, inclusive.' })),
  messagestream: Type.Optional(Type.String({ description: 'The stream; `outbound` when absent.' })),
});

function invalid(message: string): Refusal {
  return new Refusal('bounce_list_invalid', message);
}

function readType(text: string | undefined): BounceFilter['type'] {
  if (text === undefined) return undefined;
  const type = bounceTypeNames.find(name => name.toLowerCase() === text.trim().toLowerCase());
  if (type === undefined) throw invalid(`The 'type' parameter '${text}' is not a type of bounce.`);
  return type;
}

function readInactive(text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  const word = text.trim().toLowerCase();
  if (word === 'true' || word === '1') return true;
  if (word === 'false' || word === '0') return false;
  throw invalid(`The 'inactive' parameter '${text}' is not one of true, false.`);
}

function readMessageId(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const messageId = text.trim().toLowerCase();
  if (!isUuid(messageId)) throw invalid(`The 'messageID' parameter '${text}' is not the id of a message.`);
  return messageId;
}

function readFilter(query: Type.Static<typeof filterQuery>): BounceFilter {
  return {
    streamId: query.messagestream ?? 'outbound',
    type: readType(query.type),
    isInactive: readInactive(query.inactive),
    addressPart: query.emailfilter?.trim().toLowerCase(),
    tag: query.tag,
    messageId: readMessageId(query.messageid),
    from: readDateFilter('fromdate', query.fromdate, invalid),
    to: readDateFilter('todate', query.todate, invalid),
  };
}

/** `streamsOf` answers the streams of a server, archived ones included: their bounces can still be searched. */
export function getBounces(streamsOf: (serverId: number) => Promise<ReadonlyMap<string, unknown>>): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path: '/bounces',
    token: 'server',
    group: 'Bounces',
    summary: 'Searches bounces, newest first.',
    query: filterQuery,
    response: Type.Object({ TotalCount: Type.Integer(), Bounces: Type.Array(bounceSchema) }),
    async handle({ query, reads, server, now }) {
      const paging = readPaging(query);
      if (paging.kind === 'refused') throw invalid(paging.text);
      const filter = readFilter(query);
      if (!(await streamsOf(server.serverId)).has(filter.streamId)) throw new Refusal('stream_not_found');
      const { totalCount, bounces } = await listBounces(reads, server.serverId, filter, paging);
      return { TotalCount: totalCount, Bounces: bounces.map(bounce => toWireBounce(bounce, now)) };
    },
  });
}
