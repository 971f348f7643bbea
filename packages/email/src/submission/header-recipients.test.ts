import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readHeaderRecipients } from './header-recipients.ts';

test('names are found in lists and groups, and what cannot be read is passed over', () => {
  const value = 'Team: "Doe, Ana" <Ana@a.test>, ben@b.test;, nobody, (note, with comma) cleo@c.test, ana@a.test';
  const found = readHeaderRecipients(value);
  assert.deepEqual([...found.keys()].slice(0, 2), ['ana@a.test', 'ben@b.test']);
  assert.equal(found.get('ana@a.test')?.name, 'Doe, Ana');
});

test('of a flood of recipients only the first thousand are read', () => {
  const flood = Array.from({ length: 50_000 }, (_, number) => `p${number}@a.test`).join(',');
  const found = readHeaderRecipients(flood);
  assert.equal(found.size, 1000);
  assert.ok(found.has('p999@a.test') && !found.has('p1000@a.test'));
});
