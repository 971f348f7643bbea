// /account/tokens over real HTTP.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { send } from '../../edges/http-api/testing/test-api.ts';
import { startMessageApi } from '../../testing/test-message-api.ts';
import { testKeyRing, testWorld } from '../../testing/test-world.ts';
import { createAccount } from './create-account.ts';

const world = await testWorld();
const api = await startMessageApi(world);
after(() => api.close());

async function newAccount(): Promise<string> {
  const account = { name: 'An account', givenToken: undefined };
  return (await world.database.accept.transaction(tx => createAccount(tx, testKeyRing, account, new Date()))).token;
}

function call(token: string, method: string, path = '', body?: unknown) {
  return send(api.port, {
    method,
    path: `/account/tokens${path}`,
    headers: { 'X-Postmark-Account-Token': token },
    body,
  });
}

type Listed = {
  TotalCount: number;
  Tokens: { ID: number; Name: string; LastCharacters: string; IsCurrent: boolean }[];
};
const list = async (token: string) => (await call(token, 'GET')).json as Listed;
const codeOf = (received: { json: unknown }) => (received.json as { ErrorCode: number }).ErrorCode;

test('a token is made with a name, shown once, works, is listed without itself, and ends when it is revoked', async () => {
  const first = await newAccount();
  const made = await call(first, 'POST', '', { Name: ' Deploys ' });
  assert.equal(made.status, 200);
  const { ID, Name, Token } = made.json as { ID: number; Name: string; Token: string };
  assert.equal(Name, 'Deploys');
  assert.match(Token, /^[0-9a-f-]{36}$/);

  const received = await call(Token, 'GET');
  const listed = received.json as Listed;
  assert.deepEqual(
    listed.Tokens.map(({ Name: name, LastCharacters, IsCurrent }) => [name, LastCharacters, IsCurrent]),
    [
      ['First token', first.slice(-4), false],
      ['Deploys', Token.slice(-4), true],
    ],
  );
  assert.equal(listed.TotalCount, 2);
  assert.ok(!received.bytes.toString().includes(Token) && !received.bytes.toString().includes(first));

  const revoked = await call(first, 'DELETE', `/${ID}`);
  assert.deepEqual(revoked.json, { ErrorCode: 0, Message: `Token ${ID} revoked.` });
  assert.deepEqual([(await call(Token, 'GET')).status, codeOf(await call(Token, 'GET'))], [401, 10]);
  assert.equal((await list(first)).TotalCount, 1);
  const again = await call(first, 'DELETE', `/${ID}`);
  assert.deepEqual([again.status, codeOf(again)], [404, 12]);
});

test('the last token stays, also when two are revoked at once', async () => {
  const token = await newAccount();
  const [only] = (await list(token)).Tokens;
  const refused = await call(token, 'DELETE', `/${only?.ID}`);
  assert.deepEqual([refused.status, codeOf(refused)], [422, 615]);
  const second = (await call(token, 'POST', '', { Name: 'second' })).json as { ID: number; Token: string };
  const both = await Promise.all([
    call(token, 'DELETE', `/${only?.ID}`),
    call(second.Token, 'DELETE', `/${second.ID}`),
  ]);
  assert.equal(both.filter(received => received.status === 200).length, 1);
});

test('a token needs a name of at most a hundred characters', async () => {
  const token = await newAccount();
  for (const body of [
    undefined,
    {},
    { Name: '' },
    { Name: '  ' },
    { Name: null },
    { Name: 'x'.repeat(101) },
    { Name: 7 },
  ]) {
    const received = await call(token, 'POST', '', body);
    assert.deepEqual([received.status, codeOf(received)], [422, 403], JSON.stringify(body));
  }
  assert.equal((await call(token, 'POST', '', { Name: 'x'.repeat(100) })).status, 200);
});

test('another account neither sees nor revokes a token', async () => {
  const [ours, theirs] = [await newAccount(), await newAccount()];
  await call(theirs, 'POST', '', { Name: 'spare' });
  const [first] = (await list(theirs)).Tokens;
  for (const id of [first?.ID, 0, 'abc']) {
    const received = await call(ours, 'DELETE', `/${id}`);
    assert.deepEqual([received.status, codeOf(received)], [404, 12]);
  }
  assert.equal((await list(ours)).TotalCount, 1);
  assert.equal((await list(theirs)).TotalCount, 2);
});
