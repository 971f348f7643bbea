// The doctor beside a platform that is not there yet, that runs, and that has stopped: it tells the truth each time, and
// touches nothing.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { runCommand } from './harness/command-line.ts';
import { story, type World } from './harness/world.ts';

const hostname = 'post.pennyblack.test';
const zones = {
  [hostname]: { A: ['127.0.0.1'], TXT: ['v=spf1 a -all'] },
  '1.0.0.127.in-addr.arpa': { PTR: [hostname] },
};

function askDoctor(world: World, settings = {}): Promise<string> {
  const { host, port } = world.sink;
  return runCommand(world.folder, world.settings(settings), ['doctor', `${host}:${port}`]);
}

/** Names, sizes and times of everything in the data folder that a command could have changed. */
async function describeFolder(folder: string): Promise<string[]> {
  const names = (await readdir(folder, { recursive: true })).toSorted();
  return Promise.all(
    names.map(async name => {
      const found = await stat(path.join(folder, name));
      return `${name} ${found.isFile() ? `${found.size} ${found.mtimeMs}` : ''}`;
    }),
  );
}

story(
  'before the first start, beside a running platform, and after it has stopped',
  async world => {
    assert.match(await askDoctor(world), /ok +database +The first start will make one/);
    assert.equal(existsSync(world.dataFolder), false);

    const platform = await world.start();
    const beside = await askDoctor(world);
    for (const line of [
      /ok +HTTP port .*it is running/,
      /ok +database +PostgreSQL \d+\S* answers, with the tables of this version/,
      /ok +clock/,
      /ok +key of data/,
      /ok +PTR +127\.0\.0\.1 is post\.pennyblack\.test, and back/,
      /ok +egress .*answers: 220/,
      /, 0 fail$/m,
    ]) {
      assert.match(beside, line);
    }
    await platform.stop();

    const before = await describeFolder(world.dataFolder);
    const after = await askDoctor(world);
    assert.match(after, /warn +database .*is not running/);
    assert.match(after, /ok +HTTP port .*is free/);
    assert.deepEqual(await describeFolder(world.dataFolder), before);

    await assert.rejects(
      askDoctor(world, { PENNYBLACK_MAIL_HOSTNAME: 'nowhere.test' }),
      /ended with 1:.*fail +host name/s,
    );
    await assert.rejects(askDoctor(world, { PENNYBLACK_HTTP_PORT: 'x' }), /ended with 1:.*fail +settings/s);
  },
  { zones },
);
