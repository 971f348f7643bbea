// How strangers try to reach who opened another server's messages and clicked in them.

import assert from 'node:assert/strict';
import { recordSampleHits } from '../../features/tracking/testing/sample-hits.ts';
import { makeTestId } from '../test-world.ts';
import { type IsolationEntry, isolate, ownThings, refused } from './isolation-entry.ts';
import { type Owner, secretWord } from './isolation-world.ts';

/** A message of the owner's that was opened and clicked in. Answers its id. */
async function readMessageOf(owner: Owner): Promise<string> {
  const messageId = await owner.message();
  const { database, recordEvents } = owner.world;
  const words = { userAgent: secretWord, target: `https://${secretWord}.test/` };
  await recordSampleHits(
    database.results,
    recordEvents,
    { serverId: owner.server.serverId, messageId },
    makeTestId,
    words,
  );
  return messageId;
}

const page = 'count=500&offset=0';

export const trackingEntries: readonly IsolationEntry[] = ['opens', 'clicks'].flatMap(list => [
  isolate(`GET /messages/outbound/${list}`, {
    request: async owner => {
      await readMessageOf(owner);
      return { path: `/messages/outbound/${list}?${page}` };
    },
    stranger: ownThings((answer: { TotalCount: number; HumanCount: number }) =>
      assert.deepEqual([answer.TotalCount, answer.HumanCount], [0, 0]),
    ),
    showsTheOwner: true,
  }),
  isolate(`GET /messages/outbound/${list}/:messageid`, {
    request: async owner => ({ path: `/messages/outbound/${list}/${await readMessageOf(owner)}?${page}` }),
    stranger: refused(422, 701),
    showsTheOwner: true,
  }),
]);
