import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type Database, DatabaseUnavailable } from '@pennyblack/runtime/database/database.ts';
import { send } from '../../../edges/http-api/testing/test-api.ts';
import { searchDatabase } from '../../../testing/search-database.ts';
import { startMessageApi } from '../../../testing/test-message-api.ts';
import {
  addServer,
  createFakeIntake,
  createTestAcceptor,
  suppress,
  testKeyRing,
  testWorld,
} from '../../../testing/test-world.ts';
import { addServerToken } from '../../servers/server-tokens.ts';
import type { AcceptMessage } from '../accept-message.ts';
import { forgetOldKeys } from '../forget-old-keys.ts';
import { keyedItemsOf } from '../idempotency-key.ts';
import { createKeyedRequests } from '../keyed-requests.ts';

const world = await testWorld();
const { database: db, server, accountId } = world;
// Two processes: what one of them knows in its memory, the other does not.
const api = await startMessageApi(world);
const otherProcess = await startMessageApi(world);
after(() => Promise.all([api.close(), otherProcess.close()]));

let keys = 0;
const newKey = () => {
  keys += 1;
  return `order-${keys}`;
};
const mail = (changes: object = {}) => ({ From: 'desk@shop.test', To: 'ana@buyer.test', TextBody: 'x', ...changes });

type Options = { port?: number; token?: string; path?: string };

async function post(key: string | undefined, body: unknown, options: Options = {}) {
  const { port = api.port, token = server.token, path = '/email' } = options;
  const headers = { 'X-Postmark-Server-Token': token, ...(key === undefined ? {} : { 'Idempotency-Key': key }) };
  const { status, bytes, json, headers: got } = await send(port, { method: 'POST', path, headers, body });
  return { status, text: bytes.toString(), json: json as Result & Result[], replayed: got['idempotency-replayed'] };
}
type Result = { ErrorCode: number; Message: string; MessageID?: string };

async function countMessages(serverId = server.serverId): Promise<number> {
  const [row] = await db.reads.query<{ count: number }>`
    select count(*)::int as count from messages where server_id = ${serverId}`;
  return row?.count ?? 0;
}

async function added<T>(work: () => Promise<T>): Promise<{ value: T; messages: number }> {
  const before = await countMessages();
  const value = await work();
  return { value, messages: (await countMessages()) - before };
}

test('a repeated call is answered byte for byte, by any process, also when it would be refused today, and sends nothing', async () => {
  const key = newKey();
  const body = mail({ To: 'Ann Other <ann@buyer.test>, gone@buyer.test' });
  await suppress(db.accept, server.serverId, 'gone@buyer.test');
  const { value: first, messages } = await added(() => post(key, body));
  assert.deepEqual([first.status, first.replayed, messages], [200, undefined, 1]);
  assert.match(first.json.Message, /inactive addresses: gone@buyer\.test/);
  await suppress(db.accept, server.serverId, 'ann@buyer.test');
  for (const port of [api.port, otherProcess.port]) {
    const { value: again, messages: more } = await added(() => post(key, body, { port }));
    assert.deepEqual([again.status, again.text, again.replayed, more], [200, first.text, 'true', 0]);
  }
  assert.equal((await post(newKey(), body)).json.ErrorCode, 406);
});

test('another body, or the same at another endpoint, is refused under the same key; without a key nothing changes', async () => {
  const key = newKey();
  await post(key, mail());
  for (const other of [mail({ Subject: 'Other' }), { ...mail(), From: undefined }]) {
    const answer = await post(key, other);
    assert.deepEqual([answer.status, answer.json.ErrorCode], [422, 300]);
    assert.match(answer.json.Message, /already used for another request/);
  }
  assert.equal((await post(key, [mail()], { path: '/email/batch' })).status, 422);
  const batchKey = newKey();
  await post(batchKey, [], { path: '/email/batch' });
  await post(batchKey, [mail(), mail()], { path: '/email/batch' });
  assert.equal((await post(batchKey, [mail()], { path: '/email/batch' })).status, 422);
  const { messages } = await added(() => Promise.all([post(undefined, mail()), post(undefined, mail())]));
  assert.equal(messages, 2);
});

test("a key belongs to its token: another token of the server, and another server's, send mail of their own", async () => {
  const key = newKey();
  const { token } = await db.accept.transaction(tx =>
    addServerToken(tx, testKeyRing, accountId, server.serverId, 'second', new Date()),
  );
  const stranger = await addServer(db.accept, accountId, 'Live');
  const answers = await Promise.all(
    [server.token, token, stranger.token].map(one => post(key, mail(), { token: one })),
  );
  assert.deepEqual(
    answers.map(answer => [answer.status, answer.replayed]),
    [
      [200, undefined],
      [200, undefined],
      [200, undefined],
    ],
  );
  assert.equal(new Set(answers.map(answer => answer.json.MessageID)).size, 3);
  assert.equal(await countMessages(stranger.serverId), 1);
});

test('calls side by side, in one process and in two, send once and hear the same', async () => {
  const { messages } = await added(async () => {
    const named = Array.from({ length: 10 }, newKey);
    await Promise.all(
      named.map(async key => {
        const answers = await Promise.all(
          [api, otherProcess, api, otherProcess, api].map(({ port }) => post(key, mail({ Subject: key }), { port })),
        );
        assert.equal(new Set(answers.map(answer => answer.text)).size, 1, answers.map(answer => answer.text).join());
        assert.ok(answers.every(answer => answer.status === 200));
        assert.ok(answers.filter(answer => answer.replayed === undefined).length <= 2);
      }),
    );
  });
  assert.equal(messages, 10);
});

test('what was refused was not accepted, so its repetition is a new try', async () => {
  const key = newKey();
  await suppress(db.accept, server.serverId, 'late@buyer.test', { reason: 'ManualSuppression' });
  const refused = await post(key, mail({ To: 'late@buyer.test' }));
  assert.deepEqual([refused.status, refused.json.ErrorCode], [422, 406]);
  await db.results
    .query`delete from suppressions where server_id = ${server.serverId} and address_key = 'late@buyer.test'`;
  const accepted = await post(key, mail({ To: 'late@buyer.test' }));
  assert.deepEqual([accepted.status, accepted.replayed], [200, undefined]);
  assert.equal((await post(key, mail({ To: 'late@buyer.test' }))).text, accepted.text);
});

test('a key is 1 to 255 printable characters of ASCII', async () => {
  for (const key of ['', ' ', 'a'.repeat(256), 'schlüssel', 'a\tb']) {
    const { value, messages } = await added(() => post(key, mail()));
    assert.deepEqual([value.status, value.json.ErrorCode, messages], [422, 300, 0], key);
  }
  assert.equal((await post('"~!'.repeat(85), mail())).status, 200);
  assert.equal((await post('é', mail(), { token: 'POSTMARK_API_TEST' })).status, 422);
  const tests = await Promise.all([1, 2].map(() => post('k', mail(), { token: 'POSTMARK_API_TEST' })));
  assert.ok(tests.every(answer => answer.json.Message === 'Test job accepted' && answer.replayed === undefined));
});

test('of a batch accepted and refused messages are repeated alike; a batch that was refused whole is a new try', async () => {
  const key = newKey();
  const body = [mail(), mail({ To: 'foo@bar' }), mail({ To: 'soon@buyer.test' }), mail({ MessageStream: 'nowhere' })];
  await suppress(db.accept, server.serverId, 'soon@buyer.test', { reason: 'ManualSuppression' });
  const { value: first, messages } = await added(() => post(key, body, { path: '/email/batch' }));
  assert.deepEqual([first.json.map(result => result.ErrorCode), messages], [[0, 300, 406, 1235], 1]);
  await db.results
    .query`delete from suppressions where server_id = ${server.serverId} and address_key = 'soon@buyer.test'`;
  const again = await added(() => post(key, body, { path: '/email/batch', port: otherProcess.port }));
  assert.deepEqual([again.value.text, again.value.replayed, again.messages], [first.text, 'true', 0]);

  const refusedKey = newKey();
  for (const replayed of [undefined, undefined]) {
    const answer = await post(refusedKey, [mail({ To: '' })], { path: '/email/batch' });
    assert.deepEqual([answer.status, answer.replayed, answer.json[0]?.ErrorCode], [200, replayed, 300]);
  }
});

/** Its connection dies in the middle: the first transactions are committed, then nothing is until it is mended. */
function dyingAfter(transactions: number, { isAnswered = true } = {}): Database {
  let left = transactions;
  return {
    ...db,
    accept: {
      ...db.accept,
      transaction: async work => {
        left -= 1;
        if (left < 0) throw new DatabaseUnavailable('away');
        const result = await db.accept.transaction(work);
        if (left === 0 && !isAnswered) throw new DatabaseUnavailable('the answer to COMMIT never came, nor will it');
        return result;
      },
    },
  };
}

function acceptorOn(database: Database): AcceptMessage {
  return createTestAcceptor({ ...world, database }, createFakeIntake(undefined));
}

test('a batch of 500 that dies between its transactions is completed by the repetition, and no message goes twice', async t => {
  const key = newKey();
  const body = Array.from({ length: 500 }, (_, n) => mail({ To: n % 50 === 7 ? 'foo@bar' : `b${n}@buyer.test` }));
  const dying = await startMessageApi(world, { acceptor: acceptorOn(dyingAfter(1)) });
  t.after(dying.close);
  const { value: cut, messages: accepted } = await added(() =>
    post(key, body, { path: '/email/batch', port: dying.port }),
  );
  const done = cut.json.filter(result => result.ErrorCode === 0);
  assert.deepEqual([cut.status, done.length], [200, accepted]);
  assert.ok(accepted > 0 && accepted < 490, `${accepted} were accepted: the test proves nothing`);
  assert.ok(cut.json.some(result => result.ErrorCode === 100));

  const { value: full, messages: rest } = await added(() => post(key, body, { path: '/email/batch' }));
  assert.equal(accepted + rest, 490);
  assert.equal(full.replayed, undefined);
  for (const [n, result] of full.json.entries()) {
    assert.equal(result.ErrorCode, n % 50 === 7 ? 300 : 0);
    if (cut.json[n]?.ErrorCode === 0) assert.equal(result.MessageID, cut.json[n].MessageID);
  }
  const again = await added(() => post(key, body, { path: '/email/batch', port: otherProcess.port }));
  assert.deepEqual([again.value.text, again.value.replayed, again.messages], [full.text, 'true', 0]);
  const [mails] = await db.reads.query<{ copies: number }>`
    select max(copies)::int as copies from (
      select count(*) as copies from message_recipients
      where server_id = ${server.serverId} and address like 'b%@buyer.test' group by address) as counted`;
  assert.equal(mails?.copies, 1);
});

test('a commit whose answer is lost is found by the repetition, with the same MessageID', async t => {
  const key = newKey();
  const dying = await startMessageApi(world, { acceptor: acceptorOn(dyingAfter(1, { isAnswered: false })) });
  t.after(dying.close);
  const { value: lost, messages } = await added(() => post(key, mail(), { port: dying.port }));
  assert.deepEqual([lost.status, messages], [503, 1]);
  const again = await added(() => post(key, mail()));
  assert.deepEqual([again.value.status, again.value.replayed, again.messages], [200, 'true', 0]);
  const [row] = await db.reads.query<{ messageId: string }>`
    select message_id as "messageId" from messages where server_id = ${server.serverId} order by message_id desc limit 1`;
  assert.equal(again.value.json.MessageID, row?.messageId);
});

test('whoever meets the first call under way waits for its answer, and is told to come again when that takes too long', async () => {
  const request = { serverId: server.serverId, scope: 'token:1', key: newKey(), requestHash: Buffer.alloc(32, 1) };
  const requests = createKeyedRequests({ db, now: () => new Date(), waitMillisecondsMax: 20 });
  const { promise, resolve } = Promise.withResolvers<void>();
  const refused = { kind: 'refused', refusal: 'email_invalid', text: 'no' } as const;
  const first = requests.run(request, [() => promise.then(() => refused)]);
  await assert.rejects(requests.run(request, [async () => refused]), { refusal: 'idempotency_under_way' });
  await assert.rejects(requests.run({ ...request, requestHash: Buffer.alloc(32, 2) }, [async () => refused]), {
    refusal: 'idempotency_key_reused',
  });
  resolve();
  assert.deepEqual((await first).settled, [{ status: 'fulfilled', value: refused }]);
  assert.deepEqual((await requests.run(request, [async () => refused])).isReplayed, false);
});

test('what is stored can be read by nobody but the one who repeats the request, and goes after a day', async () => {
  const key = 'mail-to-secret.person@buyer.test';
  await suppress(db.accept, server.serverId, 'inactive.person@buyer.test');
  await post(key, mail({ To: 'secret.person@buyer.test, inactive.person@buyer.test' }));
  const found = [
    ...(await searchDatabase(db.reads, 'secret.person')),
    ...(await searchDatabase(db.reads, 'inactive.person')),
  ];
  assert.ok(found.length > 0 && found.every(line => !line.startsWith('idempotency_keys')), found.join('\n'));
  const count = async () => (await db.reads.query`select 1 from idempotency_keys`).length;
  const before = await count();
  assert.ok(before > 0);
  await forgetOldKeys(db.results, new Date(Date.now() + 23 * 3600_000));
  assert.equal(await count(), before);
  await forgetOldKeys(db.results, new Date(Date.now() + 25 * 3600_000));
  assert.equal(await count(), 0);
});

test('hashes of different requests, keys and scopes differ', () => {
  const base = { serverId: 1, scope: 'token:1', key: 'a', requestHash: Buffer.alloc(32, 1) };
  const hashes = [base, { ...base, key: 'b' }, { ...base, scope: 'token:2' }, { ...base, scope: 'token:', key: '1 a' }];
  assert.equal(new Set(hashes.map(one => keyedItemsOf(one)(0).keyHash.toString('hex'))).size, 4);
  const other = keyedItemsOf({ ...base, requestHash: Buffer.alloc(32, 2) })(0);
  assert.notDeepEqual(other.storedHash, keyedItemsOf(base)(0).storedHash);
  assert.notDeepEqual(other.sealingKey, keyedItemsOf(base)(0).sealingKey);
});
