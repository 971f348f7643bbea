// A backup is made while mail goes through; the machine is lost; another one, with nothing but the backup, has the mail.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { runCommand } from './harness/command-line.ts';
import { sendToEach, startLoad } from './harness/load.ts';
import { clientFor } from './harness/platform.ts';
import { endedTimelineOf } from './harness/timeline.ts';
import { inboxDomain, senderDomain, serverToken, story, type World } from './harness/world.ts';

function command(world: World, words: readonly string[], dataFolder = world.dataFolder): Promise<string> {
  return runCommand(world.folder, world.settings({ PENNYBLACK_DATA_DIR: dataFolder }), words);
}

/** The event feed from a cursor, or from the start, to its end: ids of messages, and the cursor to go on with. */
async function readFeed(world: World, since?: string): Promise<{ messageIds: string[]; cursor: string }> {
  const messageIds: string[] = [];
  let cursor = since;
  for (;;) {
    const url = new URL('/events?count=500', world.url);
    if (cursor !== undefined) url.searchParams.set('since', cursor);
    const response = await fetch(url, { headers: { 'X-Postmark-Server-Token': serverToken } });
    assert.equal(response.status, 200);
    const page = (await response.json()) as {
      Events: { Payload: { MessageID: string } }[];
      Cursor: string;
      HasMore: boolean;
    };
    messageIds.push(...page.Events.map(event => event.Payload.MessageID));
    cursor = page.Cursor;
    if (!page.HasMore) return { messageIds, cursor };
  }
}

const recipients = (name: string, count: number) =>
  Array.from({ length: count }, (_, n) => `${name}${n}@${inboxDomain}`);

story(
  'what was accepted before the end of a backup is there on another machine, and goes on from there',
  async world => {
    const first = await world.start();
    const before = await sendToEach(world.client, recipients('before', 10));
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
    // A reader of the feed sees mail that the backup does not know.
    for (const { messageId } of await sendToEach(world.client, recipients('lost', 20)))
      await endedTimelineOf(world.client, messageId);
    const { cursor } = await readFeed(world);
    await first.killEverything();

    const elsewhere = path.join(world.folder, 'elsewhere', 'data');
    assert.match(await command(world, ['restore', target], elsewhere), /Restored to/);
    assert.equal((await stat(path.join(elsewhere, 'secret-key'))).mode & 0o777, 0o600);
    await assert.rejects(command(world, ['restore', target], elsewhere), /is not empty/);
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
    // Its transactions have the numbers of those that the reader has seen, and go beyond them before he asks again.
    const after = await sendToEach(client, recipients('after', 40));
    for (const { messageId } of after) await endedTimelineOf(client, messageId);
    const seen = new Set((await readFeed(world, cursor)).messageIds);
    assert.deepEqual(
      after.filter(({ messageId }) => !seen.has(messageId)),
      [],
    );
    await platform.stop();
  },
);

story('a stopped platform is backed up as well, into one file, and nothing else is made', async world => {
  await assert.rejects(command(world, ['backup', path.join(world.folder, 'early')]), /There is no database/);
  assert.equal(existsSync(world.dataFolder), false);
  const first = await world.start();
  const [sent] = await sendToEach(world.client, recipients('cold', 1));
  await first.stop();
  const archive = path.join(world.folder, 'saved', 'cold.tar.gz');
  await command(world, ['backup', archive]);
  assert.equal((await stat(archive)).mode & 0o777, 0o600);
  assert.deepEqual(await readdir(path.dirname(archive)), ['cold.tar.gz']);
  const elsewhere = path.join(world.folder, 'elsewhere');
  await mkdir(elsewhere);
  await command(world, ['restore', archive], elsewhere);
  const platform = await world.start({ PENNYBLACK_DATA_DIR: elsewhere });
  await endedTimelineOf(world.client, sent?.messageId ?? '');
  await platform.stop();
});
