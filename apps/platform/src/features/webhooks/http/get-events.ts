// GET /events: what webhooks are told, to be fetched. Ours.

import { Type } from 'typebox';
import { readFromDate, toWireDate } from '../../../edges/http-api/dates.ts';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { pagingQuery, readPaging } from '../../../edges/http-api/paging.ts';
import { Refusal } from '../../../refusals.ts';
import type { FeedStart } from '../../events/read-feed.ts';
import { readCursor, writeCursor } from '../feed-cursor.ts';
import { readEventFeed } from '../read-event-feed.ts';
import { type CallTrigger, triggerNames } from '../webhook.ts';

const countByDefault = '100';

function readStart(since: string | undefined): FeedStart {
  if (since === undefined) return { kind: 'time', time: new Date(0) };
  const cursor = readCursor(since);
  if (cursor) return { kind: 'cursor', cursor };
  const time = readFromDate(since);
  if (time) return { kind: 'time', time };
  throw new Refusal('event_feed_invalid', `The 'since' parameter '${since}' is neither a cursor nor a date.`);
}

function readTrigger(text: string | undefined): CallTrigger | undefined {
  if (text === undefined) return undefined;
  const trigger = triggerNames.find(name => name.toLowerCase() === text.toLowerCase());
  if (trigger) return trigger;
  throw new Refusal(
    'event_feed_invalid',
    `The 'trigger' parameter '${text}' is not one of ${triggerNames.join(', ')}.`,
  );
}

export function getEvents(): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path: '/events',
    token: 'server',
    group: 'Webhooks',
    summary: 'The payloads that webhooks post, in the order in which they were recorded, from a cursor on (extension).',
    query: Type.Object({
      since: Type.Optional(
        Type.String({ description: 'Cursor of the page before, or a date. Default: everything that is kept.' }),
      ),
      count: pagingQuery.count,
      messagestream: Type.Optional(Type.String()),
      trigger: Type.Optional(Type.String({ description: triggerNames.join(', ') })),
    }),
    response: Type.Object({
      Events: Type.Array(
        Type.Object({
          EventID: Type.String(),
          Trigger: Type.String(),
          RecordedAt: Type.String(),
          Payload: Type.Record(Type.String(), Type.Unknown()),
        }),
      ),
      Cursor: Type.String({ description: 'To be given as `since` next time, also after a page without events.' }),
      HasMore: Type.Boolean(),
    }),
    async handle(call) {
      const { query } = call;
      const paging = readPaging({ count: query.count ?? countByDefault, offset: '0' });
      if (paging.kind === 'refused') throw new Refusal('event_feed_invalid', paging.text);
      const filter = { trigger: readTrigger(query.trigger), streamId: query.messagestream };
      const { serverId } = call.server;
      const page = await readEventFeed(call.reads, serverId, readStart(query.since), filter, paging.count, call.now);
      return {
        Events: page.entries.map(entry => ({
          EventID: entry.eventId,
          Trigger: entry.trigger,
          RecordedAt: toWireDate(entry.occurredAt),
          Payload: entry.payload,
        })),
        Cursor: writeCursor(page.cursor),
        HasMore: page.hasMore,
      };
    },
  });
}
