// A backup is made while mail goes through; the machine is lost; another one, with nothing but the backup, has the mail.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runCommand } from './harness/command-line.ts';
import { sendToEach, startLoad } from './harness/load.ts';
import { clientFor } from './harness/platform.ts';
import { endedTimelineOf } from './harness/timeline.ts';
import { inboxDomain, senderDomain, serverToken, story, type World } from './harness/world.ts';

function command(world: World, words: readonly string[], dataFolder = world.dataFolder): Promise<string> {
  return runCommand(world.folder, world.settings({ PENNYBLACK_DATA_DIR: dataFolder }), words);
}

const recipients = (name: string, count: number) =>
  Array.from({ length: count }, (_, n) => `${name}${n}@${inboxDomain}`);

story(
  'what was accepted before the end of a backup is there on another machine, and goes on from there',
  async world => {
    const first = await world.start();
    const before = await sendToEach(world.client, recipients('before', 20));
    for (const { messageId } of before) await endedTimelineOf(world.client, messageId);
    const records = await command(world, ['domains', 'records', senderDomain]);

    const target = path.join(world.folder, 'saved', 'monday');
    const load = startLoad(world, { concurrency: 2 });
    await command(world, ['backup', target]);
    await load.stop();
    await assert.rejects(command(world, ['backup', target]), /is there already/);
    await assert.rejects(command(world, ['backup', path.join(world.dataFolder, 'within')]), /within the data folder/);
    assert.deepEqual((await readdir(target)).toSorted(), [
      'backup.json',
      'postgres',
      'postgres-password',
      'secret-key',
    ]);
    assert.equal((await stat(target)).mode & 0o777, 0o700);
    for (const file of ['secret-key', 'postgres-password', 'backup.json']) {
      assert.equal((await stat(path.join(target, file))).mode & 0o777, 0o600, file);
    }
    const archive = path.join(world.folder, 'saved', 'monday.tar.gz');
    await command(world, ['backup', archive]);
    assert.equal((await stat(archive)).mode & 0o777, 0o600);
    assert.deepEqual((await readdir(path.dirname(archive))).toSorted(), ['monday', 'monday.tar.gz']);
    await first.killEverything();

    for (const [source, name] of [
      [target, 'from-folder'],
      [archive, 'from-file'],
    ] as const) {
      const elsewhere = path.join(world.folder, name, 'data');
      assert.match(await command(world, ['restore', source], elsewhere), /Restored to/);
      assert.equal((await stat(path.join(elsewhere, 'secret-key'))).mode & 0o777, 0o600);
      await assert.rejects(command(world, ['restore', source], elsewhere), /is not empty/);
      const platform = await world.start({ PENNYBLACK_DATA_DIR: elsewhere });
      const client = clientFor(world.url, serverToken);
      for (const { messageId } of before) {
        const { Recipients, MessageEvents, Body } = await client.getOutboundMessageDetails(messageId);
        assert.equal(Recipients.length, 1);
        assert.ok(Body.includes(`Message-ID: <${messageId}@`));
        assert.deepEqual(
          MessageEvents.map(event => String(event.Type)),
          ['Delivered'],
        );
      }
      assert.equal(await command(world, ['domains', 'records', senderDomain], elsewhere), records);
      const [after] = await sendToEach(client, [`after@${inboxDomain}`]);
      await endedTimelineOf(client, after?.messageId ?? '');
      await platform.stop();
    }
  },
);

story('a stopped platform is backed up as well, and nothing else is made or changed', async world => {
  await assert.rejects(command(world, ['backup', path.join(world.folder, 'early')]), /There is no database/);
  assert.equal(existsSync(world.dataFolder), false);
  await (await world.start()).stop();
  const target = path.join(world.folder, 'cold');
  await command(world, ['backup', target]);
  const elsewhere = path.join(world.folder, 'elsewhere');
  await mkdir(elsewhere);
  await command(world, ['restore', target], elsewhere);
  await (await world.start({ PENNYBLACK_DATA_DIR: elsewhere })).stop();
});

story('a backup that does not fit is refused before anything is written', async world => {
  await (await world.start()).stop();
  const target = path.join(world.folder, 'saved');
  await command(world, ['backup', target]);
  const manifestFile = path.join(target, 'backup.json');
  const manifest = JSON.parse(await readFile(manifestFile, 'utf8'));
  const keyFile = path.join(target, 'secret-key');
  const key = await readFile(keyFile);
  const elsewhere = path.join(world.folder, 'elsewhere');
  const refused = async (why: RegExp, source = target) => {
    await assert.rejects(command(world, ['restore', source], elsewhere), why);
    assert.deepEqual(existsSync(elsewhere) ? await readdir(elsewhere) : [], []);
  };
  await refused(/There is no backup/, path.join(world.folder, 'nothing'));
  await refused(/is no backup/, keyFile);
  for (const [change, why] of [
    [{ postgresMajor: '17' }, /PostgreSQL 17/],
    [{ newestMigration: '209901010000-future' }, /newer version of Pennyblack/],
    [{ format: 2 }, /newer version of Pennyblack/],
  ] as const) {
    await writeFile(manifestFile, JSON.stringify({ ...manifest, ...change }));
    await refused(why);
  }
  await writeFile(manifestFile, 'half a pa');
  await refused(/cannot be read/);
  await writeFile(manifestFile, JSON.stringify(manifest));
  await writeFile(keyFile, `${Buffer.alloc(32, 1).toString('base64')}\n`);
  await refused(/is not the one/);
  await writeFile(keyFile, '');
  await refused(/key is missing/);
  await writeFile(keyFile, key);
  await chmod(keyFile, 0o600);
  await command(world, ['restore', target], elsewhere);
});
