import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { send } from '../../../edges/http-api/testing/test-api.ts';
import { startMessageApi } from '../../../testing/test-message-api.ts';
import {
  addServer,
  createFakeIntake,
  createTestAcceptor,
  makeTestId,
  testKeyRing,
  testWorld,
} from '../../../testing/test-world.ts';
import { addDomain, vouchForDomain } from '../../domains/add-domain.ts';
import { findSigningKeys } from '../../domains/find-signing-keys.ts';
import { sampleRequest } from '../../sending/testing/sample-requests.ts';

const world = await testWorld();
const { database: db, accountId, server } = world;
const domainId = await addDomain(db.accept, testKeyRing, accountId, 'shop.test', new Date());
await db.accept.transaction(tx => vouchForDomain(tx, domainId, new Date()));
const keys = await findSigningKeys(db.reads, testKeyRing, accountId, 'shop.test', 'none.test');
const api = await startMessageApi(world, { keys });
after(api.close);

const accepted = await createTestAcceptor(world, createFakeIntake(undefined)).accept(
  server,
  sampleRequest({ bcc: 'audit@shop.test', tag: 'order' }),
);
assert.equal(accepted.kind, 'accepted');
const messageId = accepted.kind === 'accepted' ? accepted.messageId : '';

const get = (path: string, token = server.token) =>
  send(api.port, { path, headers: { 'X-Postmark-Server-Token': token } });
const bodyOf = async (path: string) => ((await get(path)).json as { Body: string }).Body;

test('the dump is the signed source that the details show, with our headers and without the Bcc', async () => {
  const answer = await get(`/messages/outbound/${messageId}/dump`);
  assert.equal(answer.status, 200);
  assert.deepEqual(Object.keys(answer.json as object), ['Body']);
  const { Body } = answer.json as { Body: string };
  assert.equal(Body.match(/^DKIM-Signature:/gm)?.length, 2);
  assert.match(Body, new RegExp(`^X-PM-Message-Id: ${messageId}\r$`, 'm'));
  assert.match(Body, /^X-PM-Tag: order\r$/m);
  assert.match(Body, /^To: ana@buyer\.test\r$/m);
  assert.doesNotMatch(Body, /audit@shop\.test/);
  assert.equal(await bodyOf(`/messages/outbound/${messageId}/details`), Body);
});

test('the path is read in any case and with a trailing slash, and the id in capitals', async () => {
  const Body = await bodyOf(`/messages/outbound/${messageId}/dump`);
  assert.equal(await bodyOf(`/Messages/Outbound/${messageId.toUpperCase()}/Dump/`), Body);
});

test('an unknown id, a text that is none, and another server’s message are refused alike, with 701', async () => {
  const other = await addServer(db.accept, accountId, 'Live');
  const answers = await Promise.all([
    get(`/messages/outbound/${makeTestId()}/dump`),
    get('/messages/outbound/not-an-id/dump'),
    get(`/messages/outbound/${messageId}/dump`, other.token),
  ]);
  for (const answer of answers) {
    assert.equal(answer.status, 422);
    assert.deepEqual(answer.json, { ErrorCode: 701, Message: 'This message was not found.' });
  }
});

test('a source that is no longer held is an empty text', async () => {
  await db.results.query`delete from message_contents where message_id = ${messageId}`;
  assert.equal(await bodyOf(`/messages/outbound/${messageId}/dump`), '');
});
