// Bulk requests: how a stranger would try to read, stop or add to those of another server.

import assert from 'node:assert/strict';
import { type IsolationEntry, isolate, ownThings, refused } from './isolation-entry.ts';
import { type Owner, secretWord } from './isolation-world.ts';

/** No stranger has it. */
const ownStreamId = 'news-of-the-owner';

/** Open: nothing works requests off here. */
async function requestOf(owner: Owner): Promise<string> {
  const { Id } = await owner.asServer('POST', '/email/bulk', {
    From: 'desk@shop.test',
    Subject: secretWord,
    TextBody: 'Hello',
    Messages: [{ To: 'ana@buyer.test' }],
  });
  return String(Id);
}

export const bulkEntries: readonly IsolationEntry[] = [
  isolate('POST /email/bulk', {
    request: async owner => {
      await owner.world.database.accept.query`
        insert into message_streams (server_id, stream_id, name, stream_type, created_at)
        values (${owner.server.serverId}, ${ownStreamId}, ${secretWord}, 'Broadcasts', now())
        on conflict do nothing`;
      return {
        body: {
          From: 'desk@shop.test',
          TextBody: 'Hello',
          MessageStream: ownStreamId,
          Messages: [{ To: 'ana@buyer.test' }],
        },
      };
    },
    stranger: refused(422, 1226),
  }),
  isolate('GET /email/bulk', {
    request: async owner => {
      await requestOf(owner);
      return {};
    },
    stranger: ownThings((answer: { Requests: unknown[] }) => assert.deepEqual(answer.Requests, [])),
    showsTheOwner: true,
  }),
  isolate('GET /email/bulk/:bulkid', {
    request: async owner => ({ path: `/email/bulk/${await requestOf(owner)}` }),
    stranger: refused(404, 12),
    showsTheOwner: true,
  }),
  isolate('DELETE /email/bulk/:bulkid', {
    request: async owner => ({ path: `/email/bulk/${await requestOf(owner)}` }),
    stranger: refused(404, 12),
  }),
];
