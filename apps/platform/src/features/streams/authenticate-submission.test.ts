import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import test from 'node:test';
import { systemClock } from '@pennyblack/runtime/clock.ts';
import { createDirectoryCache } from '../../build-directory.ts';
import { addServer, testKeyRing, testWorld } from '../../testing/test-world.ts';
import { addServerToken, revokeServerToken } from '../servers/server-tokens.ts';
import { authenticateSubmission, type SubmissionSecret } from './authenticate-submission.ts';
import { createSmtpToken, deleteSmtpToken } from './smtp-tokens.ts';

const { database: db, accountId, accountToken, server } = await testWorld();
const directory = await createDirectoryCache({
  db,
  keyRing: testKeyRing,
  clock: systemClock,
  installationDomain: 'post.test',
});
const lookups = {
  serverOfToken: (token: string) => directory.serverOfToken(token),
  smtpToken: (accessKey: string) => directory.smtpToken(accessKey),
  keyRing: testKeyRing,
};
const logIn = (user: string, secret: SubmissionSecret | string) =>
  authenticateSubmission(lookups, user, typeof secret === 'string' ? { kind: 'password', password: secret } : secret);

function digestOf(password: string, challenge = '<1.2@post.test>'): SubmissionSecret {
  return { kind: 'digest', challenge, response: createHmac('md5', password).update(challenge).digest('hex') };
}

const makeSmtpToken = (streamId: string) =>
  db.accept.transaction(tx => createSmtpToken(tx, testKeyRing, server.serverId, streamId, 'Test', new Date()));

async function callerOf(user: string, secret: SubmissionSecret | string) {
  const login = await logIn(user, secret);
  assert.equal(login.kind, 'accepted');
  return login.kind === 'accepted' ? login : assert.fail();
}

test('a server token as user and password leads to its server, and names no stream', async () => {
  const { caller } = await callerOf(` ${server.token.toUpperCase()}`, server.token);
  assert.equal(caller.serverId, server.serverId);
  assert.equal(caller.streamId, undefined);
  assert.match(caller.credential, /^server-token:\d+$/);
  assert.equal(caller.isTest, false);
});

test('an SMTP token leads to its stream, by its own secret key alone', async () => {
  const [one, other] = [await makeSmtpToken('outbound'), await makeSmtpToken('broadcast')];
  assert.equal((await callerOf(one.accessKey, one.secretKey)).caller.streamId, 'outbound');
  assert.equal((await callerOf(other.accessKey, other.secretKey)).caller.streamId, 'broadcast');
  for (const secret of [other.secretKey, one.accessKey, one.secretKey.toUpperCase(), server.token, '']) {
    assert.equal((await logIn(one.accessKey, secret)).kind, 'unknown', secret);
  }
});

test('a proof by CRAM-MD5 opens what the password opens, and is good for its challenge only', async () => {
  const { accessKey, secretKey } = await makeSmtpToken('outbound');
  assert.equal((await callerOf(accessKey, digestOf(secretKey))).caller.streamId, 'outbound');
  assert.equal((await callerOf(server.token, digestOf(server.token))).caller.serverId, server.serverId);
  const replayed = { ...digestOf(secretKey), challenge: '<2.2@post.test>' } as SubmissionSecret;
  assert.equal((await logIn(accessKey, replayed)).kind, 'unknown');
  assert.equal((await logIn(accessKey, { kind: 'digest', challenge: 'x', response: 'zz' })).kind, 'unknown');
});

test('account tokens, unknown names and empty ones open nothing', async () => {
  for (const name of [accountToken, 'nobody', '', ' ', 'x'.repeat(5000)]) {
    assert.equal((await logIn(name, name)).kind, 'unknown');
  }
});

test('POSTMARK_API_TEST is let in as a rehearsal of no server', async () => {
  const { caller } = await callerOf('POSTMARK_API_TEST', 'postmark_api_test');
  assert.equal(caller.isTest, true);
  assert.equal(caller.serverId, 0);
});

test('a session ends with its token: revoked, deleted, or its server switched off', async () => {
  const now = new Date();
  const token = await db.accept.transaction(tx =>
    addServerToken(tx, testKeyRing, accountId, server.serverId, 'Second', now),
  );
  const bySecond = await callerOf(token.token, token.token);
  const smtpToken = await makeSmtpToken('outbound');
  const bySmtp = await callerOf(smtpToken.accessKey, smtpToken.secretKey);
  assert.ok((await bySecond.renew()) && (await bySmtp.renew()));

  await db.accept.transaction(tx => revokeServerToken(tx, accountId, server.serverId, token.tokenId, now));
  await db.accept.transaction(tx => deleteSmtpToken(tx, server.serverId, 'outbound', smtpToken.smtpTokenId));
  // The same is told to all processes by NOTIFY; here the test need not wait for it.
  directory.clear();
  assert.equal(await bySecond.renew(), undefined);
  assert.equal(await bySmtp.renew(), undefined);

  const other = await addServer(db.accept, accountId, 'Live');
  const byOther = await callerOf(other.token, other.token);
  await db.accept.query`update servers set smtp_api_activated = false where server_id = ${other.serverId}`;
  directory.clear();
  assert.equal(await byOther.renew(), undefined);
  assert.equal((await logIn(other.token, other.token)).kind, 'smtp_not_activated');
});

test('a session asks the database nothing for its next message', async () => {
  const { renew } = await callerOf(server.token, server.token);
  const [one, two] = [await renew(), await renew()];
  // One object twice: it came from the cache.
  assert.equal(one?.server, two?.server);
});
