// People who log in: roles, passwords, sessions, throttling. On a real database; scrypt at a cost that tests can pay.

import assert from 'node:assert/strict';
import test from 'node:test';
import { testDatabase } from '../../testing/test-database.ts';
import { testKeyRing } from '../../testing/test-world.ts';
import { authenticateUser } from './authenticate-user.ts';
import { changePassword } from './change-password.ts';
import { changeRole, deleteUser, readUsers } from './change-user.ts';
import { createAccount } from './create-account.ts';
import { createUser, type NewUser } from './create-user.ts';
import { hashPassword, makePassword, verifyPassword } from './password.ts';
import { endSession, findSession, forgetSessions, openSession, sessionDays } from './sessions.ts';

const { database } = await testDatabase();
const db = database.accept;
const now = new Date();
const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
const cost = { logN: 10, r: 8, p: 1 };
const password = 'correct horse battery';

async function newAccount(): Promise<number> {
  const made = await db.transaction(tx => createAccount(tx, testKeyRing, { name: 'A', givenToken: undefined }, now));
  return made.accountId;
}

let clients = 0;
/** Each test logs in from an address of its own, because attempts are counted by it. */
function client(): string {
  clients += 1;
  return `192.0.2.${clients}`;
}

const create = (accountId: number, emailAddress: string, changes: Partial<NewUser> = {}) =>
  createUser(db, { accountId, emailAddress, password, role: 'admin', serverIds: [], ...changes }, now, cost);

async function created(accountId: number, emailAddress: string, changes: Partial<NewUser> = {}): Promise<number> {
  const result = await create(accountId, emailAddress, changes);
  assert.ok(result.kind === 'created', JSON.stringify(result));
  return result.userId;
}

const logIn = (emailAddress: string, given = password, clientAddress = client(), at = now) =>
  authenticateUser(db, { emailAddress, password: given, clientAddress }, at, cost);

test('a person logs in with his password, his address written in any case', async () => {
  const accountId = await newAccount();
  const userId = await created(accountId, 'Ana@Shop.test', { role: 'member', serverIds: [1002, 1001, 1002] });
  for (const written of ['Ana@Shop.test', ' ana@SHOP.test ']) {
    assert.deepEqual(await logIn(written), {
      kind: 'user',
      user: { userId, accountId, emailAddress: 'Ana@Shop.test', role: 'member', serverIds: [1001, 1002] },
    });
  }
});

test('a wrong password and an unknown address get the same answer', async () => {
  await created(await newAccount(), 'ben@shop.test');
  for (const [address, given] of [
    ['ben@shop.test', 'Correct horse battery'],
    ['ben@shop.test', ''],
    ['ben@shop.test', 'x'.repeat(100_000)],
    ['nobody@shop.test', password],
    ['', password],
  ] as const) {
    assert.deepEqual(await logIn(address, given), { kind: 'wrong_address_or_password' });
  }
});

test('a login belongs to one account, whatever its casing', async () => {
  await created(await newAccount(), 'cy@shop.test');
  const again = await create(await newAccount(), 'CY@shop.test');
  assert.ok(again.kind === 'refused' && /has a login already/.test(again.why));
});

test('what is no address, and a password that is too simple, are refused with a sentence', async () => {
  const accountId = await newAccount();
  for (const [address, given, why] of [
    ['nobody', password, /is not an address/],
    ['a@shop.test', 'short', /at least 12/],
    ['a@shop.test', 'x'.repeat(300), /at most 256/],
    ['a@shop.test', 'ababababababab', /four different/],
    ['dan.long@shop.test', 'Dan.Long@shop.test', /no password/],
  ] as const) {
    const result = await create(accountId, address, { password: given });
    assert.ok(result.kind === 'refused' && why.test(result.why), address);
  }
  assert.deepEqual(await readUsers(db, accountId), []);
});

test('an account has one owner, who hands over and is never lost', async () => {
  const accountId = await newAccount();
  await created(accountId, 'owner@one.test', { role: 'owner' });
  assert.equal((await create(accountId, 'second@one.test', { role: 'owner' })).kind, 'refused');
  await created(accountId, 'admin@one.test');
  const change = (emailAddress: string, role: NewUser['role']) =>
    db.transaction(tx => changeRole(tx, accountId, { emailAddress, role, serverIds: [7] }));
  assert.equal((await change('owner@one.test', 'member')).kind, 'refused');
  assert.equal((await db.transaction(tx => deleteUser(tx, accountId, 'owner@one.test', now))).kind, 'refused');
  assert.equal((await change('nobody@one.test', 'admin')).kind, 'refused');
  assert.deepEqual(await change('ADMIN@one.test', 'owner'), { kind: 'changed' });
  assert.deepEqual(await change('owner@one.test', 'member'), { kind: 'changed' });
  assert.deepEqual(
    (await readUsers(db, accountId)).map(user => [user.emailAddress, user.role, user.serverIds]),
    [
      ['owner@one.test', 'member', [7]],
      ['admin@one.test', 'owner', []],
    ],
  );
});

test('two owners made at once are one', async () => {
  const accountId = await newAccount();
  const results = await Promise.all(['a', 'b'].map(name => create(accountId, `${name}@two.test`, { role: 'owner' })));
  const users = await readUsers(db, accountId);
  assert.equal(users.filter(user => user.role === 'owner').length, 1);
  assert.equal(results.filter(result => result.kind === 'created').length, 1);
});

test('another account’s users cannot be seen or changed', async () => {
  const [ours, theirs] = [await newAccount(), await newAccount()];
  await created(theirs, 'eve@theirs.test');
  assert.deepEqual(await readUsers(db, ours), []);
  const refused = { kind: 'refused', why: 'eve@theirs.test has no login here.' };
  const emailAddress = 'eve@theirs.test';
  assert.deepEqual(await db.transaction(tx => deleteUser(tx, ours, emailAddress, now)), refused);
  assert.deepEqual(
    await db.transaction(tx => changeRole(tx, ours, { emailAddress, role: 'member', serverIds: [] })),
    refused,
  );
  assert.deepEqual(
    await changePassword(db, { accountId: ours, emailAddress, password: 'another password' }, now, cost),
    refused,
  );
  assert.equal((await logIn(emailAddress)).kind, 'user');
});

test('a session is found by its token until it ends, runs out, or its user goes', async () => {
  const accountId = await newAccount();
  const userId = await created(accountId, 'fay@shop.test');
  const open = () => db.transaction(tx => openSession(tx, userId, now));
  const [first, second, third] = [await open(), await open(), await open()];
  assert.equal((await findSession(db, first.token, now))?.user.userId, userId);
  assert.equal(await findSession(db, `${first.token}x`, now), undefined);
  assert.equal(await endSession(db, first.sessionId, now), true);
  assert.equal(await endSession(db, first.sessionId, now), false);
  assert.equal(await findSession(db, first.token, now), undefined);
  assert.ok(await findSession(db, second.token, later(sessionDays * 24 * 60 - 1)));
  assert.equal(await findSession(db, second.token, later(sessionDays * 24 * 60)), undefined);
  await db.transaction(tx => deleteUser(tx, accountId, 'fay@shop.test', now));
  assert.equal(await findSession(db, third.token, now), undefined);
});

test('a session knows the role of now, not that of the log-in', async () => {
  const accountId = await newAccount();
  const userId = await created(accountId, 'gus@shop.test');
  const { token } = await db.transaction(tx => openSession(tx, userId, now));
  await db.transaction(tx =>
    changeRole(tx, accountId, { emailAddress: 'gus@shop.test', role: 'member', serverIds: [5] }),
  );
  const session = await findSession(db, token, now);
  assert.deepEqual([session?.user.role, session?.user.serverIds], ['member', [5]]);
});

test('a new password ends all sessions but the one that asked for it', async () => {
  const accountId = await newAccount();
  const userId = await created(accountId, 'hal@shop.test');
  const [asking, other] = await Promise.all([1, 2].map(() => db.transaction(tx => openSession(tx, userId, now))));
  assert.ok(asking && other);
  const change = { accountId, emailAddress: 'hal@shop.test', keepSessionId: asking.sessionId };
  assert.equal((await changePassword(db, { ...change, password: 'short' }, now, cost)).kind, 'refused');
  assert.ok(await findSession(db, other.token, now));
  assert.equal((await changePassword(db, { ...change, password: 'a quite new password' }, now, cost)).kind, 'changed');
  assert.ok(await findSession(db, asking.token, now));
  assert.equal(await findSession(db, other.token, now), undefined);
  assert.equal((await logIn('hal@shop.test')).kind, 'wrong_address_or_password');
  assert.equal((await logIn('hal@shop.test', 'a quite new password')).kind, 'user');
});

test('after ten failures a login is closed for a quarter of an hour, from every address and with the right password', async () => {
  await created(await newAccount(), 'ida@shop.test');
  // Side by side, as somebody who guesses would.
  const guesses = await Promise.all(Array.from({ length: 10 }, () => logIn('ida@shop.test', 'a wrong password')));
  assert.ok(guesses.every(guess => guess.kind === 'wrong_address_or_password'));
  const closed = await logIn('IDA@shop.test');
  assert.ok(closed.kind === 'too_often');
  assert.deepEqual(closed.retryAt, later(15));
  assert.equal((await logIn('ida@shop.test', password, client(), later(15))).kind, 'user');
});

test('a right password forgives the failures before it', async () => {
  await created(await newAccount(), 'jo@shop.test');
  const address = client();
  for (let round = 0; round < 2; round += 1) {
    await Promise.all(Array.from({ length: 9 }, () => logIn('jo@shop.test', 'a wrong password', address)));
    assert.equal((await logIn('jo@shop.test', password, address)).kind, 'user');
  }
});

test('one address that tries many logins is closed as well', async () => {
  const address = client();
  const tries = Array.from({ length: 50 }, (_, number) => logIn(`nobody${number}@shop.test`, 'x', address));
  assert.ok((await Promise.all(tries)).every(answer => answer.kind === 'wrong_address_or_password'));
  assert.equal((await logIn('one-more@shop.test', 'x', address)).kind, 'too_often');
  assert.equal((await logIn('one-more@shop.test', 'x')).kind, 'wrong_address_or_password');
});

test('the database keeps no password, no session token and no address of a failed log-in in clear', async () => {
  const accountId = await newAccount();
  const userId = await created(accountId, 'kim@shop.test');
  const { token } = await db.transaction(tx => openSession(tx, userId, now));
  await logIn('typing-error@shop.test');
  const rows = await db.query<{ text: string }>`
    select u::text as text from users u union all select s::text from user_sessions s
    union all select a::text from login_attempts a`;
  const all = rows.map(row => row.text).join('\n');
  for (const secret of [password, token, Buffer.from(token).toString('hex'), 'typing-error']) {
    assert.ok(!all.includes(secret), secret);
  }
});

test('a hash says how it was made; one of a lower cost still opens, and is replaced at the next log-in', async () => {
  const accountId = await newAccount();
  const userId = await created(accountId, 'lou@shop.test');
  const cheap = await hashPassword(password, { logN: 9, r: 8, p: 1 });
  assert.match(cheap, /^\$scrypt\$ln=9,r=8,p=1\$/);
  assert.notEqual(await hashPassword(password, { logN: 9, r: 8, p: 1 }), cheap);
  assert.deepEqual(await verifyPassword(password, cheap, cost), { isRight: true, isOutdated: true });
  assert.equal((await verifyPassword(`${password} `, cheap)).isRight, false);
  await db.query`update users set password_hash = ${cheap} where user_id = ${userId}`;
  assert.equal((await logIn('lou@shop.test')).kind, 'user');
  const [row] = await db.query<{ hash: string }>`select password_hash as hash from users where user_id = ${userId}`;
  assert.match(row?.hash ?? '', /^\$scrypt\$ln=10,r=8,p=1\$/);
  assert.equal((await logIn('lou@shop.test')).kind, 'user');
  assert.match(await hashPassword(password), /^\$scrypt\$ln=15,r=8,p=3\$/);
});

test('one password typed in two Unicode forms is the same', async () => {
  const stored = await hashPassword('Zażółć gęślą jaźń', cost);
  assert.equal((await verifyPassword('Zażółć gęślą jaźń'.normalize('NFD'), stored)).isRight, true);
});

test('made passwords are long, all different, and may be used', () => {
  const made = new Set(Array.from({ length: 100 }, makePassword));
  assert.equal(made.size, 100);
  for (const each of made) assert.match(each, /^([a-z2-9]{4}-){4}[a-z2-9]{4}$/);
});

test('sessions that are over and attempts of long ago are deleted, open ones stay', async () => {
  const userId = await created(await newAccount(), 'max@shop.test');
  const open = () => db.transaction(tx => openSession(tx, userId, now));
  const [ended, kept] = [await open(), await open()];
  await endSession(db, ended.sessionId, now);
  await forgetSessions(db, later(60));
  const ids = await db.query<{ id: number }>`select session_id as id from user_sessions where user_id = ${userId}`;
  assert.deepEqual(
    ids.map(row => row.id),
    [kept.sessionId],
  );
  assert.deepEqual(await db.query`select 1 from login_attempts`, []);
});
