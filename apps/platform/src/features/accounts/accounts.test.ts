import assert from 'node:assert/strict';
import test from 'node:test';
import { createKeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import { testDatabase } from '../../testing/test-database.ts';
import { testKeyRing } from '../../testing/test-world.ts';
import { authenticateAccount } from './authenticate-account.ts';
import { checkSecret } from './check-secret.ts';
import { createAccount } from './create-account.ts';
import { readAccountTokens, readFirstAccountId } from './read-accounts.ts';

const { database: db } = await testDatabase();
const now = new Date();
const create = (name: string, givenToken?: string) =>
  db.accept.transaction(tx => createAccount(tx, testKeyRing, { name, givenToken }, now));

test('a token finds its account in any case and with blanks around it', async () => {
  const { accountId, token } = await create('First');
  assert.match(token, /^[0-9a-f-]{36}$/);
  for (const written of [token, token.toUpperCase(), ` ${token}\t`]) {
    assert.equal((await authenticateAccount(db.reads, written))?.accountId, accountId);
  }
  assert.equal(await authenticateAccount(db.reads, token.slice(1)), undefined);
  assert.equal(await authenticateAccount(db.reads, ''), undefined);
});

test('a token that was given is taken, and shown again to the operator', async () => {
  const given = 'AAAAAAAA-1111-4111-8111-111111111111';
  const { accountId } = await create('Given', given);
  assert.equal((await authenticateAccount(db.reads, given))?.accountId, accountId);
  const tokens = await readAccountTokens(db.reads, testKeyRing);
  assert.equal(tokens.find(row => row.accountId === accountId)?.token, given.toLowerCase());
});

test('a revoked token opens nothing and is not listed', async () => {
  const { accountId, token } = await create('Revoked');
  await db.accept.query`update account_tokens set revoked_at = now() where account_id = ${accountId}`;
  assert.equal(await authenticateAccount(db.reads, token), undefined);
  const tokens = await readAccountTokens(db.reads, testKeyRing);
  assert.equal(
    tokens.some(row => row.accountId === accountId),
    false,
  );
});

test('the database keeps no token in clear text', async () => {
  const { accountId, token } = await create('Sealed');
  const [row] = await db.reads.query<{ text: string }>`
    select t::text as text from account_tokens t where account_id = ${accountId}`;
  const hexToken = Buffer.from(token).toString('hex');
  assert.ok(row && !row.text.includes(token) && !row.text.includes(hexToken));
});

test('one token cannot belong to two accounts', async () => {
  const { token } = await create('Holder');
  await assert.rejects(create('Thief', token), { code: '23505' });
});

test('the oldest account is the first', async () => {
  const [row] = await db.reads.query<{ id: number }>`select min(account_id) as id from accounts`;
  assert.equal(await readFirstAccountId(db.reads), row?.id);
});

test('a database that was written with one secret key is refused by a process with another', async () => {
  const other = createKeyRing([Buffer.alloc(32, 9)]);
  const both = createKeyRing([Buffer.alloc(32, 9), Buffer.alloc(32, 7)]);
  // Two first starts at once write one check value.
  const first = await Promise.all([checkSecret(db.accept, testKeyRing, now), checkSecret(db.accept, testKeyRing, now)]);
  assert.deepEqual(first, [true, true]);
  assert.equal(await checkSecret(db.accept, other, now), false);
  assert.equal(await checkSecret(db.accept, both, now), true);
  assert.equal(await checkSecret(db.accept, testKeyRing, now), true);
});

test('a check value that was changed is another key’s', async () => {
  await checkSecret(db.accept, testKeyRing, now);
  await db.accept
    .query`update installation set secret_check = set_byte(secret_check, 40, 1 + get_byte(secret_check, 40) % 255)`;
  assert.equal(await checkSecret(db.accept, testKeyRing, now), false);
});
