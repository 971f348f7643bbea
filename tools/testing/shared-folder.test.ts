import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { compileCacheVariable, openSharedFolder, sharedFolderVariable } from './shared-folder.ts';

test('what is started while the folder is open finds it, fills its cache, and leaves nothing when it is closed', async t => {
  const before = [sharedFolderVariable, compileCacheVariable].map(name => [name, process.env[name]] as const);
  t.after(() => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });
  const shared = await openSharedFolder();
  const folder = process.env[sharedFolderVariable] ?? '';
  const program = path.join(import.meta.dirname, 'longest-first.ts');
  const child = spawnSync(process.execPath, [program], { encoding: 'utf8' });
  assert.deepEqual([child.status, child.stderr], [0, '']);
  assert.equal(readdirSync(path.join(folder, 'compiled')).length, 1);
  await shared.close();
  assert.equal(existsSync(folder), false);
});
