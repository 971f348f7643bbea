// POST and GET /data-removals over real HTTP.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { send } from '../../edges/http-api/testing/test-api.ts';
import { startMessageApi } from '../../testing/test-message-api.ts';
import { testKeyRing, testWorld } from '../../testing/test-world.ts';
import { createAccount } from '../accounts/create-account.ts';

const world = await testWorld();
const { database: db } = world;
const api = await startMessageApi(world);
after(() => api.close());

async function newAccount(): Promise<string> {
  const account = { name: 'Another', givenToken: undefined };
  return (await db.accept.transaction(tx => createAccount(tx, testKeyRing, account, new Date()))).token;
}

const token = await newAccount();
const request = { RequestedBy: 'owner@shop.test', RequestedFor: 'nadia@client.test', NotifyWhenCompleted: true };
const headers = (accountToken = token) => ({ 'X-Postmark-Account-Token': accountToken });

function post(body: unknown, accountToken = token, port = api.port) {
  return send(port, { method: 'POST', path: '/data-removals', headers: headers(accountToken), body });
}

function get(id: string | number, accountToken = token, port = api.port) {
  return send(port, { path: `/data-removals/${id}`, headers: headers(accountToken) });
}

type Answer = { ID: number; Status: string; ErrorCode?: number; Message?: string };
const answer = (received: { json: unknown }) => received.json as Answer;

test('a request is pending, can be read again, and a second one for the same person is one of its own', async () => {
  const first = await post(request);
  assert.equal(first.status, 200);
  assert.deepEqual(Object.keys(answer(first)), ['ID', 'Status']);
  assert.ok(answer(first).ID > 1000);
  assert.equal(answer(first).Status, 'Pending');
  assert.deepEqual((await get(answer(first).ID)).json, { ID: answer(first).ID, Status: 'Pending' });
  assert.ok(answer(await post(request)).ID > answer(first).ID);
});

test('names in any case and a text for the switch are read; blanks around an address are not part of it', async () => {
  const received = await post({
    requestedby: ' o@shop.test ',
    REQUESTEDFOR: 'n@client.test',
    NotifyWhenCompleted: 'false',
  });
  assert.equal(received.status, 200);
  const [row] = await db.reads.query<{ by: string; isDue: boolean }>`
    select requested_by as by, is_notice_due as "isDue" from data_removals where data_removal_id = ${answer(received).ID}`;
  assert.deepEqual(row, { by: 'o@shop.test', isDue: false });
});

test('an empty request, a missing address and one that is none are refused with 1300', async () => {
  for (const body of [
    undefined,
    {},
    { NotifyWhenCompleted: true },
    { RequestedBy: 'owner@shop.test' },
    { RequestedFor: 'nadia@client.test' },
    { ...request, RequestedFor: '' },
    { ...request, RequestedFor: null },
    { ...request, RequestedFor: 'nadia' },
    { ...request, RequestedBy: 'owner@' },
    { ...request, RequestedFor: 'a@b.test, c@d.test' },
  ]) {
    const received = await post(body);
    assert.deepEqual([received.status, answer(received).ErrorCode], [422, 1300], JSON.stringify(body));
  }
});

test('a wrong type is refused with 403, broken JSON with 402', async () => {
  const wrong = await post({ ...request, RequestedFor: ['nadia@client.test'] });
  assert.deepEqual([wrong.status, answer(wrong).ErrorCode], [422, 403]);
  const broken = await send(api.port, {
    method: 'POST',
    path: '/data-removals',
    headers: { ...headers(), 'Content-Type': 'application/json' },
    body: '{"RequestedFor":',
  });
  assert.deepEqual([broken.status, answer(broken).ErrorCode], [422, 402]);
});

test('an id that is wrong, unknown or another account’s is refused with 1301', async () => {
  const { ID } = answer(await post(request));
  const theirs = await newAccount();
  for (const [id, accountToken] of [
    ['0', token],
    ['abc', token],
    ['-1', token],
    ['99999999999999999999', token],
    [ID + 1000, token],
    [ID, theirs],
  ] as const) {
    const received = await get(id, accountToken);
    assert.deepEqual([received.status, answer(received).ErrorCode], [422, 1301], `${id}`);
  }
  assert.equal((await get(ID)).status, 200);
});

test('where the installation allows no data removals both calls are refused with 1302', async t => {
  const closed = await startMessageApi(world, { allowsDataRemovals: false });
  t.after(closed.close);
  for (const received of [await post(request, token, closed.port), await get(1, token, closed.port)]) {
    assert.deepEqual([received.status, answer(received).ErrorCode], [422, 1302]);
  }
});
