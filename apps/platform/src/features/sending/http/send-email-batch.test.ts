import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { DatabaseUnavailable } from '@pennyblack/runtime/database/database.ts';
import { send } from '../../../edges/http-api/testing/test-api.ts';
import { startMessageApi } from '../../../testing/test-message-api.ts';
import { createFakeIntake, createTestAcceptor, suppress, testWorld } from '../../../testing/test-world.ts';
import type { AcceptMessage } from '../accept-message.ts';

const world = await testWorld();
const { database: db, server } = world;
const api = await startMessageApi(world);
after(() => api.close());

type Result = { ErrorCode: number; Message: string; MessageID?: string; To?: string };

const mail = (changes: object = {}) => ({ From: 'desk@shop.test', To: 'ana@buyer.test', TextBody: 'x', ...changes });

async function post(body: unknown, { port = api.port, token = server.token, headers = {} } = {}) {
  const answer = await send(port, {
    method: 'POST',
    path: '/email/batch',
    headers: { 'X-Postmark-Server-Token': token, ...headers },
    body,
  });
  return { status: answer.status, results: answer.json as Result[], error: answer.json as Result };
}

async function countMessages(): Promise<number> {
  const [row] = await db.reads.query<{ count: number }>`select count(*)::int as count from messages`;
  return row?.count ?? 0;
}

test('each message has its own result in its own place; a refused one has code and text and nothing else', async () => {
  await suppress(db.accept, server.serverId, 'gone@buyer.test');
  const before = await countMessages();
  const { status, results } = await post([
    mail({ To: 'first@buyer.test' }),
    mail({ To: 'foo@bar' }),
    mail({ MessageStream: 'nowhere' }),
    mail({ MessageStream: 'inbound' }),
    mail({ To: 'gone@buyer.test' }),
    mail({ To: 'ana@buyer.test, gone@buyer.test' }),
    mail({ Attachments: [{ Name: 'a.exe', Content: 'AAAA' }] }),
    mail({ To: '', Cc: 'last@buyer.test' }),
  ]);
  assert.equal(status, 200);
  assert.deepEqual(
    results.map(result => result.ErrorCode),
    [0, 300, 1235, 1236, 406, 0, 411, 0],
  );
  assert.deepEqual(results[1], { ErrorCode: 300, Message: "Invalid 'To' address: 'foo@bar'." });
  for (const refused of [2, 3, 4, 6]) assert.deepEqual(Object.keys(results[refused] ?? {}), ['ErrorCode', 'Message']);
  assert.match(results[4]?.Message ?? '', /Found inactive addresses: gone@buyer\.test\. Inactive/);
  assert.match(results[5]?.Message ?? '', /these inactive addresses: gone@buyer\.test\./);
  assert.equal(results[0]?.To, 'first@buyer.test');
  assert.deepEqual(Object.keys(results[7] ?? {}), ['ErrorCode', 'Message', 'MessageID', 'SubmittedAt']);
  assert.equal(await countMessages(), before + 3);
});

test('results stand in the order of the batch, each with an id of its own', async () => {
  const { results } = await post(Array.from({ length: 50 }, (_, n) => mail({ To: `r${n}@buyer.test` })));
  assert.deepEqual(
    results.map(result => result.To),
    Array.from({ length: 50 }, (_, n) => `r${n}@buyer.test`),
  );
  assert.equal(new Set(results.map(result => result.MessageID)).size, 50);
});

test('a batch in which every message is refused is a success of the call', async () => {
  const { status, results } = await post([mail({ To: '' }), mail({ From: '' })]);
  assert.equal(status, 200);
  assert.deepEqual(
    results.map(result => result.ErrorCode),
    [300, 300],
  );
});

test('500 are taken and 501 are refused whole; an empty batch, null and nothing are empty', async () => {
  const many = (count: number) => Array.from({ length: count }, () => mail());
  const before = await countMessages();
  const tooMany = await post(many(501));
  assert.deepEqual([tooMany.status, tooMany.error.ErrorCode], [422, 410]);
  assert.equal(await countMessages(), before);
  const { results } = await post(many(500));
  assert.equal(new Set(results.map(result => result.MessageID)).size, 500);
  assert.equal(await countMessages(), before + 500);
  assert.deepEqual((await post([])).results, []);
  assert.deepEqual((await post('null', { headers: { 'Content-Type': 'application/json' } })).results, []);
});

test('a wrong type in one message, and what is no list, refuses the call with the place, and stores nothing', async () => {
  const before = await countMessages();
  const wrong = await post([mail(), mail({ To: 7 })]);
  assert.deepEqual([wrong.status, wrong.error.ErrorCode], [422, 403]);
  assert.match(wrong.error.Message, /1.*To/);
  for (const body of [{ Messages: [mail()] }, [mail(), 'x'], [mail(), [mail()]], [mail(), null]]) {
    const answer = await post(body);
    assert.deepEqual([answer.status, answer.error.ErrorCode], [422, 403], JSON.stringify(body));
  }
  assert.equal(await countMessages(), before);
});

test('one message of a batch may not be larger than one that comes alone', async () => {
  const file = (length: number) => [{ Name: 'a.txt', ContentType: 'text/plain', Content: 'A'.repeat(length) }];
  const { status, results } = await post([mail(), mail({ Attachments: file(10 * 1024 * 1024) })]);
  assert.equal(status, 200);
  assert.deepEqual(
    results.map(result => result.ErrorCode),
    [0, 300],
  );
});

test('more than 50 MB are refused before they are read', async () => {
  const answer = await post(Buffer.alloc(50 * 1024 * 1024 + 1, ' '), {
    headers: { 'Content-Type': 'application/json' },
  });
  assert.deepEqual([answer.status, answer.error.ErrorCode], [413, 300]);
});

test('POSTMARK_API_TEST answers for each message and stores none', async () => {
  const before = await countMessages();
  const { results } = await post([mail(), mail({ To: '' })], { token: 'POSTMARK_API_TEST' });
  assert.deepEqual(
    results.map(result => [result.ErrorCode, result.Message]),
    [
      [0, 'Test job accepted'],
      [300, 'Zero recipients specified'],
    ],
  );
  assert.equal(await countMessages(), before);
});

/** Fails for the addresses the test names, as when the database goes away in the middle. */
function failingFor(errors: Record<string, Error>): AcceptMessage {
  const acceptor = createTestAcceptor(world, createFakeIntake(undefined));
  return {
    ...acceptor,
    accept: (sender, request) => {
      const error = errors[request.to];
      return error ? Promise.reject(error) : acceptor.accept(sender, request);
    },
  };
}

test('when some are stored the call succeeds, so that nobody repeats it; the others say that they may be repeated', async t => {
  const errors = { 'b@buyer.test': new DatabaseUnavailable('away'), 'c@buyer.test': new Error('bug: secret detail') };
  const failing = await startMessageApi(world, { acceptor: failingFor(errors) });
  t.after(failing.close);
  const { status, results } = await post(
    ['a@buyer.test', 'b@buyer.test', 'c@buyer.test'].map(To => mail({ To })),
    { port: failing.port },
  );
  assert.equal(status, 200);
  assert.deepEqual(
    results.map(result => result.ErrorCode),
    [0, 100, 101],
  );
  assert.doesNotMatch(JSON.stringify(results), /secret/);
});

test('when none could be stored the call fails, so that everybody repeats it', async t => {
  const failing = await startMessageApi(world, {
    acceptor: failingFor({ 'b@buyer.test': new DatabaseUnavailable('away') }),
  });
  t.after(failing.close);
  const answer = await post([mail({ To: 'b@buyer.test' }), mail({ To: 'b@buyer.test' })], { port: failing.port });
  assert.deepEqual([answer.status, answer.error.ErrorCode], [503, 100]);
});
