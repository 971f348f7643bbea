// A server is deleted while its mail waits, and the process is killed before its data is gone. The next process removes
// the rest; the other server never notices.

import assert from 'node:assert/strict';
import { AccountClient } from 'postmark';
import { ask } from './harness/database.ts';
import { sendToEach } from './harness/load.ts';
import { clientFor } from './harness/platform.ts';
import { until } from './harness/until.ts';
import { accountToken, inboxDomain, story } from './harness/world.ts';

const addressesMax = 40;
const tables = ['delivery_queue', 'messages', 'message_contents', 'message_recipients', 'events', 'message_streams'];

story(
  'the data of a deleted server goes, over a kill -9; what another server was given arrives',
  async world => {
    world.sink.setScript({
      react: moment =>
        moment.phase === 'rcpt' && moment.recipient?.startsWith('busy') ? '450 4.2.1 Later' : undefined,
    });
    const first = await world.start();
    const account = new AccountClient(accountToken, { requestHost: new URL(world.url).host, useHttps: false });
    const doomed = await account.createServer({ Name: 'Doomed' });
    const doomedClient = clientFor(world.url, doomed.ApiTokens[0] ?? '');
    const rowsLeft = async () => {
      const counts = tables.map(table => `(select count(*) from ${table} where server_id = $1)`).join(' + ');
      const [row] = await ask<{ count: number }>(world.dataFolder, `select (${counts})::int as count`, [doomed.ID]);
      return row?.count;
    };

    const addresses = (name: string) =>
      Array.from({ length: addressesMax }, (_, number) => `${name}${number}@${inboxDomain}`);
    await sendToEach(doomedClient, [...addresses('busy'), ...addresses('reached')]);
    const kept = await sendToEach(world.client, addresses('kept'));
    await until('the first attempts are over, and half of its mail waits', async () => {
      const rows = await ask(
        world.dataFolder,
        `select 1 from events where server_id = $1 and kind in ('recipient_deferred', 'recipient_delivered')`,
        [doomed.ID],
      );
      return rows.length === 2 * addressesMax;
    });
    await account.deleteServer(doomed.ID);
    await assert.rejects(doomedClient.getServer(), { code: 10, statusCode: 401 });
    assert.ok(((await rowsLeft()) ?? 0) > 0);

    // The job is due each minute, and looked for by a new process at once; a story need not wait for that.
    await ask(world.dataFolder, "update upkeep_jobs set next_at = now() where name = 'deleted_servers_purged'");
    await first.kill();
    await world.start();
    await until('nothing of the deleted server is left', async () => (await rowsLeft()) === 0, { secondsMax: 120 });
    await until('all mail of the other server is delivered', async () => {
      const ids = kept.map(message => message.messageId);
      const ends = await ask(
        world.dataFolder,
        `select distinct message_id from events where message_id = any ($1) and kind = 'recipient_delivered'`,
        [ids],
      );
      return ends.length === kept.length;
    });
    const reached = new Set(world.sink.messages.flatMap(message => message.recipients));
    for (const message of kept)
      for (const recipient of message.recipients) assert.ok(reached.has(recipient), recipient);
    assert.equal((await account.getServers({ count: 10, offset: 0, name: 'doomed' })).TotalCount, 0);
  },
  { settings: { PENNYBLACK_RETRY_SECONDS: '600' } },
);
