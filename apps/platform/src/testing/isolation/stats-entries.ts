// How strangers try to read another server's statistics.

import assert from 'node:assert/strict';
import { seriesEndpoints } from '../../features/stats/http/get-day-counts.ts';
import { recordSampleCounts } from '../../features/stats/testing/sample-counts.ts';
import { makeTestId } from '../test-world.ts';
import { type IsolationEntry, isolate, ownThings } from './isolation-entry.ts';
import { secretWord } from './isolation-world.ts';

/** Asks by the owner's tag as well: who knows it does not learn what was sent under it. */
const counting = (path: string, stranger: IsolationEntry['stranger']): IsolationEntry =>
  isolate(`GET ${path}`, {
    request: async ({ world, server }) => {
      await recordSampleCounts(world.database.results, makeTestId, server.serverId, secretWord);
      return { path: `${path}?tag=${secretWord}` };
    },
    stranger,
  });

export const statsEntries: readonly IsolationEntry[] = [
  counting(
    '/stats/outbound',
    ownThings((answer: Record<string, number>) =>
      assert.deepEqual([...new Set(Object.values(answer))], [0], JSON.stringify(answer)),
    ),
  ),
  ...seriesEndpoints.map(({ path }) =>
    counting(
      `/stats/outbound${path}`,
      ownThings((answer: object) => assert.deepEqual(answer, { Days: [] })),
    ),
  ),
];
