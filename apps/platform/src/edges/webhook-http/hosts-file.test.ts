import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { createSetClock } from '@pennyblack/runtime/clock.ts';
import { createHostsFile, readHostsFile } from './hosts-file.ts';

test('a hosts file is read line by line: address, names, comments', () => {
  const names = readHostsFile(
    '# ours\n127.0.0.1 localhost\n10.0.0.5\thooks.internal Hooks # the shop\n\nfd00::5 hooks.internal\nnonsense a.test\r\n10.0.0.6 b.test\r\n',
  );
  assert.deepEqual(names.get('hooks.internal'), ['10.0.0.5', 'fd00::5']);
  assert.deepEqual(names.get('hooks'), ['10.0.0.5']);
  assert.deepEqual(names.get('b.test'), ['10.0.0.6']);
  assert.equal(names.get('a.test'), undefined);
  assert.equal(names.get('#'), undefined);
});

test('what was read is kept for a minute; a file that is not there knows nobody', async t => {
  const folder = await mkdtemp(path.join(tmpdir(), 'pennyblack-hosts-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'hosts');
  const clock = createSetClock(new Date('2026-01-01T00:00:00Z'));
  const find = createHostsFile({ clock, path: file });
  assert.deepEqual(await find('shop.internal'), []);
  await writeFile(file, '10.0.0.5 shop.internal\n');
  clock.advance(59_999);
  assert.deepEqual(await find('shop.internal'), []);
  clock.advance(1);
  assert.deepEqual(await find('SHOP.internal'), ['10.0.0.5']);
});
