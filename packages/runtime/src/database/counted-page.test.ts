import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCountedPage } from './counted-page.ts';

test('what was counted is shown, and what appeared since is counted', async () => {
  const list = ['a'];
  const read = (offset: number) =>
    readCountedPage(
      offset,
      async () => {
        const length = list.length;
        list.push('written between the two');
        return length;
      },
      async () => list.slice(offset, offset + 10),
    );
  assert.deepEqual(await read(0), { totalCount: 2, rows: ['a', 'written between the two'] });
  assert.deepEqual(await read(100), { totalCount: 2, rows: [] });
});
