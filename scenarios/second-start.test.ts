// What the first start makes is there for good: tokens, messages, keys. And nobody else may use the folder meanwhile.

import assert from 'node:assert/strict';
import { runCommand } from './harness/command-line.ts';
import { sendToEach } from './harness/load.ts';
import { clientFor } from './harness/platform.ts';
import { endedTimelineOf } from './harness/timeline.ts';
import { inboxDomain, senderDomain, serverToken, story, type World } from './harness/world.ts';

const ownTokens = { PENNYBLACK_SERVER_TOKEN: '', PENNYBLACK_ACCOUNT_TOKEN: '' };

/** As printed at the start. */
function tokensIn(output: string): string[] {
  return [...output.matchAll(/(?:Account|Live server|Sandbox server) token +([0-9a-f-]{36})/g)].map(
    match => match[1] ?? '',
  );
}

function records(world: World): Promise<string> {
  return runCommand(world.folder, world.settings(ownTokens), ['domains', 'records', senderDomain]);
}

story('a second start has the tokens, the messages and the keys of the first', async world => {
  const first = await world.start(ownTokens);
  const tokens = tokensIn(first.output());
  assert.equal(new Set(tokens).size, 3, first.output());
  const [, live = '', sandbox = ''] = tokens;
  const accepted = await sendToEach(clientFor(world.url, live), [`reader@${inboxDomain}`]);
  const messageId = accepted[0]?.messageId ?? '';
  await endedTimelineOf(clientFor(world.url, live), messageId);
  const { Body } = await clientFor(world.url, live).getOutboundMessageDump(messageId);
  const published = await records(world);
  assert.equal((await first.stop()).code, 0);

  const second = await world.start(ownTokens);
  assert.deepEqual(tokensIn(second.output()), tokens);
  assert.ok(!second.output().includes('first start'));
  assert.equal((await clientFor(world.url, live).getOutboundMessageDump(messageId)).Body, Body);
  assert.equal((await clientFor(world.url, sandbox).getOutboundMessages({ count: 1, offset: 0 })).TotalCount, 0);
  assert.equal(await records(world), published);
});

story(
  'a token in the settings is taken on the first start only',
  async world => {
    const first = await world.start();
    assert.ok(tokensIn(first.output()).includes(serverToken));
    await first.stop();
    const second = await world.start({ PENNYBLACK_SERVER_TOKEN: '99999999-9999-4999-8999-999999999999' });
    assert.ok(tokensIn(second.output()).includes(serverToken));
  },
  { isAboutFirstStart: true },
);

story('after kill -9, with its database or without, the next start works by itself', async world => {
  for (const withDatabase of [true, false, true, false]) {
    const platform = await world.start();
    await (withDatabase ? platform.killEverything() : platform.kill());
  }
  await world.start();
  await sendToEach(world.client, [`reader@${inboxDomain}`]);
});

story('a second Pennyblack on the same folder is refused with a sentence, and the first goes on', async world => {
  await world.start();
  await assert.rejects(
    world.start({ PENNYBLACK_HTTP_PORT: '0' }),
    /Pennyblack cannot start: Another Pennyblack \(process \d+\) is using the data folder .*PENNYBLACK_DATA_DIR/s,
  );
  await sendToEach(world.client, [`reader@${inboxDomain}`]);
});
