import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Settings } from '../config.ts';
import { isBulkAllowed } from '../features/sending/bulk/bulk-switch.ts';
import { authenticateServer } from '../features/servers/authenticate-server.ts';
import { findStreams } from '../features/streams/find-streams.ts';
import { testKeyRing, testWorld } from '../testing/test-world.ts';
import { findCommand } from './commands.ts';

const world = await testWorld();
const { database: db, server } = world;

/** What a command prints; the words are split as a shell would without quotes. */
async function run(...words: string[]): Promise<string> {
  const found = findCommand(words);
  assert.ok(found && 'run' in found.command, words.join(' '));
  const lines: string[] = [];
  const context = {
    db,
    keyRing: testKeyRing,
    settings: {} as Settings,
    now: new Date(),
    print: (line: string) => lines.push(line),
    readInput: async () => '',
  };
  await found.command.run(context, found.arguments);
  return lines.join('\n');
}

test('a server is added with its streams, listed, and deleted by its id and its name', async () => {
  const printed = await run('servers', 'add', 'News desk', 'Sandbox');
  const [, id = '', token = ''] = /^server (\d+) \(News desk, Sandbox\) {2}(\S+)$/.exec(printed) ?? [];
  const serverId = Number(id);
  assert.equal((await authenticateServer(db.reads, token))?.serverId, serverId);
  assert.equal((await findStreams(db.reads, serverId)).size, 3);
  assert.match(await run('servers', 'list'), new RegExp(`^${id}  News desk  Sandbox  \\(account `, 'm'));

  await assert.rejects(run('servers', 'delete', id), /is called "News desk"/);
  await assert.rejects(run('servers', 'delete', id, 'News'), /is called "News desk"/);
  await run('servers', 'delete', id, 'News', 'desk');
  assert.equal(await authenticateServer(db.reads, token), undefined);
  assert.doesNotMatch(await run('servers', 'list'), /News desk/);
  await assert.rejects(run('servers', 'delete', id, 'News desk'), /There is no server/);
});

test('bulk is switched off for a server, and on again', async () => {
  const id = String(server.serverId);
  assert.equal(await isBulkAllowed(db.reads, server.serverId), true);
  assert.match(await run('servers', 'bulk', id, 'off'), /may not send in bulk/);
  await run('servers', 'bulk', id, 'off');
  assert.equal(await isBulkAllowed(db.reads, server.serverId), false);
  assert.match(await run('servers', 'bulk', id, 'on'), /may send in bulk/);
  assert.equal(await isBulkAllowed(db.reads, server.serverId), true);
  await assert.rejects(run('servers', 'bulk', id), /on or off/);
  await assert.rejects(run('servers', 'bulk', '5', 'off'), /There is no server/);
});

test('a server that cannot be is refused with a sentence', async () => {
  await assert.rejects(run('servers', 'add'), /'Name'/);
  await assert.rejects(run('servers', 'add', 'Typed', 'Dead'), /Live and Sandbox/);
  await assert.rejects(run('servers', 'add', server.name), /already exists/);
  await assert.rejects(run('servers', 'delete', 'nonsense'), /is not a server id/);
});

test('a token is added next to the others, and one is revoked by its value', async () => {
  const printed = await run('tokens', 'add', String(server.serverId), 'Second', 'one');
  const token = printed.split('  ').at(-1) ?? '';
  assert.equal((await authenticateServer(db.reads, token))?.serverId, server.serverId);
  assert.match(await run('tokens', 'show'), new RegExp(token));
  assert.equal(
    await run('tokens', 'revoke', token.toUpperCase()),
    `The token "Second one" of server ${server.serverId} is revoked.`,
  );
  assert.equal(await authenticateServer(db.reads, token), undefined);
  assert.ok(await authenticateServer(db.reads, server.token));
  await assert.rejects(run('tokens', 'revoke', token), /No server has this token/);
  await assert.rejects(run('tokens', 'revoke'), /No server has this token/);
  await assert.rejects(run('tokens', 'add', '5', 'Name'), /There is no server 5/);
  await assert.rejects(run('tokens', 'add', String(server.serverId)), /needs a 'Name'/);
});

test('the streams of a server are listed', async () => {
  const printed = await run('streams', 'list', String(server.serverId));
  assert.match(printed, /^outbound {2}Default Transactional Stream {2}Transactional {2}unsubscribing: None$/m);
  assert.equal(printed.split('\n').length, 3);
  await assert.rejects(run('streams', 'list', '5'), /There is no server 5/);
});

test('the starter gallery is listed and installed, once', async () => {
  const id = String(server.serverId);
  assert.match(await run('templates', 'gallery'), /^welcome +Standard +\S/m);
  assert.match(await run('templates', 'list', id), /templates install/);
  assert.match(await run('templates', 'install', id, 'welcome'), /^\d+ {2}welcome {2}installed$/m);
  const all = (await run('templates', 'install', id)).split('\n');
  assert.deepEqual([all.length, all.filter(line => line.endsWith('left as it is')).length], [13, 2]);
  assert.match(await run('templates', 'list', id), /^\d+ {2}Standard {2}welcome {2}.+ in \w+$/m);
  await assert.rejects(run('templates', 'install', id, 'nobody'), /'Alias'/);
  await assert.rejects(run('templates', 'install', '999999'), /There is no server/);
});
