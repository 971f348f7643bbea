// A stream may choose that nobody gets a second copy: recipients whose outcome is unknown are then held until somebody
// decides, with the operator's commands.

import assert from 'node:assert/strict';
import { runCommand } from './harness/command-line.ts';
import { ask } from './harness/database.ts';
import { checkPromise, untilQuiet } from './harness/invariants.ts';
import { sendToEach } from './harness/load.ts';
import { uncertainMarksOf } from './harness/timeline.ts';
import { until } from './harness/until.ts';
import { inboxDomain, story, type World } from './harness/world.ts';

async function liveServerId(world: World): Promise<string> {
  const shown = await runCommand(world.folder, world.settings(), ['tokens', 'show']);
  const id = /^server (\d+) \(Live,/m.exec(shown)?.[1];
  assert.ok(id, shown);
  return id;
}

async function heldCount(world: World): Promise<number> {
  const [row] = await ask<{ count: number }>(
    world.dataFolder,
    'select count(*)::int as count from delivery_queue where is_held',
  );
  return row?.count ?? 0;
}

story(
  'a recipient whose final dot got no answer is held, and sent again only when the operator says so',
  async world => {
    world.sink.setScript({ react: moment => (moment.phase === 'dot' && moment.attempt === 1 ? 'close' : undefined) });
    await world.start();
    const server = await liveServerId(world);
    await runCommand(world.folder, world.settings(), ['streams', 'uncertain', server, 'outbound', 'hold']);

    const accepted = await sendToEach(world.client, [`unsure@${inboxDomain}`]);
    const messageId = accepted[0]?.messageId ?? '';
    await until('the recipient is held', async () => (await heldCount(world)) === 1);
    assert.equal((await world.client.getOutboundMessageDetails(messageId)).Status, 'Queued');

    const listed = await runCommand(world.folder, world.settings(), ['queue', 'held']);
    assert.ok(listed.includes(messageId), listed);
    await runCommand(world.folder, world.settings(), ['queue', 'send', server, messageId]);
    await untilQuiet(world.dataFolder);
    const report = await checkPromise(world.dataFolder, accepted, world.sinks);
    assert.deepEqual([report.delivered, report.duplicates, report.uncertain], [1, 1, 1]);
  },
);

story(
  'after kill -9 a recipient whose dot was on its way is held, and the operator may say that it arrived',
  async world => {
    world.sink.setScript({ react: moment => (moment.phase === 'dot' ? 'hang' : undefined) });
    const platform = await world.start();
    const server = await liveServerId(world);
    await runCommand(world.folder, world.settings(), ['streams', 'uncertain', server, 'outbound', 'hold']);

    const accepted = await sendToEach(world.client, [`on-its-way@${inboxDomain}`]);
    const messageId = accepted[0]?.messageId ?? '';
    await until('the message is at its dot', () => world.sink.commands.includes('DATA'));
    await until('the dot is marked', async () => (await ask(world.dataFolder, 'select from dot_marks')).length > 0);
    await platform.killEverything();

    world.sink.setScript({});
    const again = await world.start();
    assert.equal(await heldCount(world), 1);
    assert.deepEqual(await uncertainMarksOf(world.dataFolder, messageId), ['process_died_after_dot']);
    // Others go their way.
    const others = await sendToEach(world.client, [`after-the-crash@${inboxDomain}`]);
    await untilQuiet(world.dataFolder);
    assert.deepEqual(
      world.sink.messages.flatMap(message => message.recipients),
      [`after-the-crash@${inboxDomain}`],
    );

    await runCommand(world.folder, world.settings(), ['queue', 'delivered', server, messageId]);
    assert.equal(await heldCount(world), 0);
    assert.equal((await world.client.getOutboundMessageDetails(messageId)).Status, 'Sent');
    const [other] = others;
    assert.equal((await world.client.getOutboundMessageDetails(other?.messageId ?? '')).Status, 'Sent');
    assert.equal((await again.stop()).code, 0);
  },
);
