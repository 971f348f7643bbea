// GET /email/scheduled: what waits for its SendAt, and with `status` what became of what waited.

import { Type } from 'typebox';
import { readFromDate, readToDate } from '../../../edges/http-api/dates.ts';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { pagingQuery, readPaging } from '../../../edges/http-api/paging.ts';
import { Refusal } from '../../../refusals.ts';
import { listEndedMessages, listWaitingMessages, type ScheduledFilters } from '../scheduled/read-scheduled.ts';
import { type EndStatus, endStatuses } from '../scheduled/scheduled-message.ts';
import { scheduledMessageSchema, toEndedMessage, toWaitingMessage } from './scheduled-message.ts';

function invalid(message: string): Refusal {
  return new Refusal('message_search_invalid', message);
}

function readDate(name: string, text: string | undefined, read: (text: string) => Date | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const date = read(text);
  if (!date) throw invalid(`The '${name}' parameter '${text}' is not a date.`);
  return date;
}

function readStatus(text: string | undefined): EndStatus | 'scheduled' {
  const status = (text ?? 'scheduled').toLowerCase();
  if (status === 'scheduled') return status;
  const ended = endStatuses.find(one => one === status);
  if (!ended) throw invalid(`The 'status' parameter '${text}' is not one of scheduled, ${endStatuses.join(', ')}.`);
  return ended;
}

export function getScheduledMessages(): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path: '/email/scheduled',
    token: 'server',
    group: 'Scheduled messages',
    summary: 'Lists messages that wait for their SendAt, next first. An extension.',
    query: Type.Object({
      ...pagingQuery,
      status: Type.Optional(Type.String({ description: 'scheduled (default), sent, canceled or refused.' })),
      messagestream: Type.Optional(Type.String({ description: 'Of one stream only.' })),
      tag: Type.Optional(Type.String({ description: 'Of one tag only; while they wait.' })),
      fromdate: Type.Optional(Type.String({ description: 'SendAt from here on; US Eastern time unless it says so.' })),
      todate: Type.Optional(Type.String({ description: 'SendAt up to here, inclusive.' })),
    }),
    response: Type.Object({ TotalCount: Type.Integer(), Messages: Type.Array(scheduledMessageSchema) }),
    async handle({ query, reads, server: { serverId } }) {
      const paging = readPaging(query);
      if (paging.kind === 'refused') throw invalid(paging.text);
      const status = readStatus(query.status);
      const from = readDate('fromdate', query.fromdate, readFromDate);
      const to = readDate('todate', query.todate, readToDate);
      const filters: ScheduledFilters = {
        ...(query.messagestream === undefined ? {} : { streamId: query.messagestream }),
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
      };
      if (status === 'scheduled') {
        const tagged = query.tag === undefined ? filters : { ...filters, tag: query.tag };
        const { totalCount, rows } = await listWaitingMessages(reads, serverId, tagged, paging);
        return { TotalCount: totalCount, Messages: rows.map(toWaitingMessage) };
      }
      if (query.tag !== undefined) throw invalid("The 'tag' parameter goes with the status 'scheduled' only.");
      const { totalCount, rows } = await listEndedMessages(reads, serverId, status, filters, paging);
      return { TotalCount: totalCount, Messages: rows.map(toEndedMessage) };
    },
  });
}
