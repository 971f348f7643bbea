import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPaging } from './paging.ts';

test('count and offset within their limits are read', () => {
  assert.deepEqual(readPaging({ count: '500', offset: '0' }), { kind: 'page', count: 500, offset: 0 });
  assert.deepEqual(readPaging({ count: '1', offset: '9999' }), { kind: 'page', count: 1, offset: 9999 });
});

test('what is missing, no number or out of range is refused by its name', () => {
  const cases: [{ count?: string; offset?: string }, RegExp][] = [
    [{ offset: '0' }, /'count' parameter is required/],
    [{ count: '1' }, /'offset' parameter is required/],
    [{ count: '-1', offset: '0' }, /'count' .* from 1 to 500/],
    [{ count: '0', offset: '0' }, /'count'/],
    [{ count: '501', offset: '0' }, /'count'/],
    [{ count: '1.5', offset: '0' }, /'count'/],
    [{ count: 'all', offset: '0' }, /'count'/],
    [{ count: '1', offset: '-1' }, /'offset'/],
    [{ count: '1', offset: '99999999999999999999' }, /'offset'/],
    [{ count: '500', offset: '9501' }, /sum .* 10000/],
  ];
  for (const [query, text] of cases) {
    const paging = readPaging(query);
    assert.ok(paging.kind === 'refused' && text.test(paging.text), JSON.stringify([query, paging]));
  }
});

test('a list without a depth limit takes any offset', () => {
  assert.deepEqual(readPaging({ count: '500', offset: '20000' }, null), { kind: 'page', count: 500, offset: 20000 });
});
