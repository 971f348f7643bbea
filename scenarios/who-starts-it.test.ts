// It starts for root, also below a folder that only root may enter, and for an ordinary user. PostgreSQL itself refuses
// to run as root.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, chown, mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { untilQuiet } from './harness/invariants.ts';
import { sendToEach } from './harness/load.ts';
import { repositoryRoot } from './harness/platform.ts';
import { inboxDomain, story } from './harness/world.ts';

const isRoot = process.getuid?.() === 0;
/** Debian's nobody. */
const nobody = { uid: 65_534, gid: 65_534 };

/** A checkout in root's own home is closed to everybody else, and then nobody else can start from it. */
function canReachTheCheckout(): boolean {
  try {
    execFileSync(process.execPath, ['--version'], { ...nobody, cwd: '/', stdio: 'ignore' });
    execFileSync('test', ['-r', path.join(repositoryRoot, 'package.json')], { ...nobody, cwd: '/' });
    return true;
  } catch {
    return false;
  }
}

if (!isRoot) {
  test('who starts it', {
    skip: 'only root can start it as somebody else; every other story starts it as you',
  }, () => {});
} else {
  story(
    'root starts it below a folder that only root may enter, and the data folder stays closed and with root',
    async world => {
      await world.start();
      await sendToEach(world.client, [`reader@${inboxDomain}`]);
      await untilQuiet(world.dataFolder);
      const { uid, mode } = await stat(world.dataFolder);
      assert.deepEqual([uid, mode & 0o077], [0, 0]);
    },
    {
      prepare: async folder => {
        await mkdir(path.join(folder, 'closed'));
        await chmod(path.join(folder, 'closed'), 0o700);
      },
      dataFolder: folder => path.join(folder, 'closed', 'data'),
    },
  );

  if (canReachTheCheckout()) {
    story(
      'an ordinary user starts it, kill -9 included, and every file is theirs',
      async world => {
        const first = await world.start();
        await sendToEach(world.client, [`reader@${inboxDomain}`]);
        await first.killEverything();
        await world.start();
        await sendToEach(world.client, [`again@${inboxDomain}`]);
        await untilQuiet(world.dataFolder);
        for (const name of ['', 'postgres', 'secret-key', 'postgres-password']) {
          const { uid, mode } = await stat(path.join(world.dataFolder, name));
          assert.deepEqual([uid, mode & 0o077], [nobody.uid, 0], name);
        }
      },
      { prepare: folder => chown(folder, nobody.uid, nobody.gid), user: nobody },
    );
  } else {
    test('an ordinary user starts it', { skip: 'the checkout lies where an ordinary user cannot go' }, () => {});
  }
}
