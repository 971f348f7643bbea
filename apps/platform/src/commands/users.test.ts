// The commands for users and account tokens, as an operator types them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadSettings } from '../config.ts';
import { authenticateAccount } from '../features/accounts/authenticate-account.ts';
import { authenticateUser } from '../features/accounts/authenticate-user.ts';
import { findSession, openSession } from '../features/accounts/sessions.ts';
import { addServer, testKeyRing, testWorld } from '../testing/test-world.ts';
import { findCommand } from './commands.ts';

const { database: db, server, accountId } = await testWorld();
const now = new Date();

/** Answers what was printed. */
async function run(line: string, input = ''): Promise<string> {
  const found = findCommand(line.split(' '));
  assert.ok(found && 'run' in found.command, line);
  const printed: string[] = [];
  const context = {
    db,
    keyRing: testKeyRing,
    settings: loadSettings({}),
    now,
    print: (text: string) => void printed.push(text),
    readInput: async () => input,
  };
  await found.command.run(context, found.arguments);
  return printed.join('\n');
}

const logIn = (emailAddress: string, password: string) =>
  authenticateUser(db.accept, { emailAddress, password, clientAddress: '192.0.2.1' }, now);

test('a user is added with a made password that is shown once and works', async () => {
  assert.match(await run('users list'), /There are none/);
  const printed = await run('users add owner@shop.test owner');
  const password = /Password, shown this once: (\S+)/.exec(printed)?.[1] ?? '';
  assert.equal((await logIn('owner@shop.test', password)).kind, 'user');
  assert.ok(!(await run('users list')).includes(password));
});

test('a password comes through the standard input and is not printed', async () => {
  const second = await addServer(db.accept, accountId, 'Live');
  const servers = `${server.serverId},${second.serverId}`;
  const printed = await run(`users add member@shop.test member ${servers} --password-stdin`, 'a piped password\n');
  assert.ok(!printed.includes('piped'));
  assert.equal((await logIn('member@shop.test', 'a piped password')).kind, 'user');
  assert.equal(
    await run('users list'),
    `owner@shop.test  owner\nmember@shop.test  member of ${server.serverId}, ${second.serverId}`,
  );
});

test('a new password ends the sessions, another role counts at once, and a deleted user is gone', async () => {
  const found = await logIn('member@shop.test', 'a piped password');
  assert.ok(found.kind === 'user');
  const { token } = await db.accept.transaction(tx => openSession(tx, found.user.userId, now));
  await run('users role member@shop.test admin');
  assert.deepEqual((await findSession(db.reads, token, now))?.user.role, 'admin');
  await run('users password member@shop.test --password-stdin', 'another password');
  assert.equal(await findSession(db.reads, token, now), undefined);
  assert.equal((await logIn('member@shop.test', 'another password')).kind, 'user');
  const made = /shown this once: (\S+)/.exec(await run('users password member@shop.test'))?.[1] ?? '';
  assert.equal((await logIn('member@shop.test', made)).kind, 'user');
  await run('users delete member@shop.test');
  assert.equal(await run('users list'), 'owner@shop.test  owner');
});

test('what cannot be done is told in a sentence, and changes nothing', async () => {
  for (const [line, why] of [
    ['users add nobody admin', /is not an address/],
    ['users add a@shop.test boss', /is not a role: owner, admin, member/],
    ['users add a@shop.test', /is not a role/],
    ['users add a@shop.test member', /needs the ids of the servers/],
    ['users add a@shop.test member 999999', /has no server 999999/],
    ['users add a@shop.test member abc', /is not a server id/],
    [`users add a@shop.test admin ${server.serverId}`, /name none/],
    ['users add a@shop.test owner', /has an owner already/],
    ['users add a@shop.test admin --password-stdin', /at least 12 characters/],
    ['users add owner@shop.test admin', /has a login already/],
    ['users role nobody@shop.test admin', /has no login here/],
    ['users role owner@shop.test admin', /keeps its owner/],
    ['users password nobody@shop.test', /has no login here/],
    ['users password owner@shop.test --password-stdin', /at least 12 characters/],
    ['users delete nobody@shop.test', /has no login here/],
    ['account-tokens add', /needs a 'Name'/],
    ['account-tokens revoke', /is not a token id/],
    ['account-tokens revoke 999999', /not found/],
  ] as const) {
    await assert.rejects(run(line), why, line);
  }
  assert.equal(await run('users list'), 'owner@shop.test  owner');
});

test('account tokens are made, listed without themselves, and revoked', async () => {
  const [, id = '', token = ''] =
    /^(\d+) {2}(\S+) {2}Nightly job$/.exec(await run('account-tokens add Nightly job')) ?? [];
  assert.equal((await authenticateAccount(db.reads, token))?.accountId, accountId);
  const listed = await run('account-tokens list');
  assert.match(listed, new RegExp(`^${id}  …${token.slice(-4)}  made \\d{4}-\\d\\d-\\d\\d  Nightly job$`, 'm'));
  assert.ok(!listed.includes(token));
  assert.ok((await run('tokens show')).includes(token));
  await run(`account-tokens revoke ${id}`);
  assert.equal(await authenticateAccount(db.reads, token), undefined);
  const [first = ''] = (await run('account-tokens list')).split(' ');
  await assert.rejects(run(`account-tokens revoke ${first}`), /last token/);
});
