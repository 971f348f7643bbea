import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { CommitUncertain, DatabaseUnavailable, type Pool, type Tx } from '@pennyblack/runtime/database/database.ts';
import { moveUuidV7, timeOfUuidV7 } from '@pennyblack/runtime/uuid-v7.ts';
import { createDataRemovalJob } from '../../../build-data-removals.ts';
import { send } from '../../../edges/http-api/testing/test-api.ts';
import { searchDatabase } from '../../../testing/search-database.ts';
import { startMessageApi } from '../../../testing/test-message-api.ts';
import {
  addServer,
  createFakeIntake,
  createTestAcceptor,
  readEvents,
  readQueue,
  suppress,
  testWorld,
} from '../../../testing/test-world.ts';
import { requestRemoval } from '../../data-removals/request-removal.ts';
import { unpackContent } from '../../messages/message-content.ts';
import { findSendingServer } from '../../servers/find-server.ts';
import { findStreams } from '../../streams/find-streams.ts';
import { forgetOldResults } from '../scheduled/read-scheduled.ts';
import { type ReleaseDeps, releaseDue } from '../scheduled/release-due.ts';
import { startReleaseLoop } from '../scheduled/release-loop.ts';

const world = await testWorld();
const { database: db, accountId, server, recordEvents } = world;
const api = await startMessageApi(world);
after(() => api.close());

const minutes = 60_000;
const hours = 60 * minutes;
const from = (now: Date, milliseconds: number) => new Date(now.getTime() + milliseconds);
const in_ = (milliseconds: number) => from(new Date(), milliseconds);

type Shown = {
  MessageID: string;
  Status: string;
  SendAt: string;
  Subject?: string;
  ErrorCode?: number;
  Message?: string;
  TextBody?: string;
  TotalCount: number;
  Messages: Shown[];
};

async function call(
  method: string,
  path: string,
  body?: unknown,
  { token = server.token, headers = {}, port = api.port } = {},
) {
  const answer = await send(port, { method, path, headers: { 'X-Postmark-Server-Token': token, ...headers }, body });
  return { status: answer.status, json: answer.json as Shown, text: answer.bytes.toString() };
}

const mail = (changes: object = {}) => ({ From: 'desk@shop.test', To: 'ana@buyer.test', TextBody: 'x', ...changes });

/** Answers its MessageID. */
async function schedule(sendAt: Date, changes: object = {}, options: { token?: string } = {}): Promise<string> {
  const answer = await call('POST', '/email', mail({ ...changes, SendAt: sendAt.toISOString() }), options);
  assert.equal(answer.status, 200, answer.text);
  return answer.json.MessageID;
}

function releaser(changes: Partial<ReleaseDeps> = {}) {
  const counts = { sent: 0, refused: 0, woken: 0 };
  const deps: ReleaseDeps = {
    db: db.results,
    recordEvents,
    // Not through the pool of calls, which may all wait for the rows of a release; the platform has a cache in between.
    serverOf: serverId => findSendingServer(db.claims, serverId),
    findStreams: serverId => findStreams(db.claims, serverId),
    findSenderStanding: async () => 'verified_domain',
    requireVerifiedSenders: true,
    wake: () => {
      counts.woken += 1;
    },
    onReleased: ({ sent, refused }) => {
      counts.sent += sent;
      counts.refused += refused;
    },
    ...changes,
  };
  const releaseAll = async (now: Date) => {
    while ((await releaseDue(deps, now)) === 'again');
  };
  return { deps, counts, releaseAll };
}

async function copiesOf(messageId: string): Promise<{ messages: number; queue: number }> {
  const [row] = await db.reads.query<{ messages: number; queue: number }>`
    select (select count(*)::int from messages where message_id = ${messageId}) as messages,
           (select count(*)::int from delivery_queue where message_id = ${messageId}) as queue`;
  return row ?? { messages: -1, queue: -1 };
}

async function countWaiting(): Promise<number> {
  return (await db.reads.query`select 1 from scheduled_messages`).length;
}

test('a message with SendAt waits, is sent once at its time under its MessageID, and keeps its content', async () => {
  const at = in_(2 * hours);
  const id = await schedule(at, {
    To: 'Ana <ana@buyer.test>',
    Cc: 'ben@buyer.test',
    Bcc: 'eve@buyer.test',
    Tag: 'later',
    Subject: 'Soon',
    Metadata: { a: 'b' },
  });
  assert.equal(timeOfUuidV7(id).getTime(), at.getTime());
  assert.deepEqual(await copiesOf(id), { messages: 0, queue: 0 });
  assert.equal((await call('GET', `/messages/outbound/${id}/details`)).json.ErrorCode, 701);
  const shown = (await call('GET', `/email/scheduled/${id.toUpperCase()}`)).json;
  assert.deepEqual([shown.Status, shown.Subject, shown.TextBody, shown.MessageID], ['Scheduled', 'Soon', 'x', id]);
  assert.equal(Date.parse(shown.SendAt), at.getTime());

  const { counts, releaseAll } = releaser();
  await releaseAll(from(at, -1));
  assert.deepEqual(counts, { sent: 0, refused: 0, woken: 0 });
  await Promise.all([releaseAll(at), releaseAll(at)]);
  await releaseAll(at);
  assert.deepEqual([counts.sent, counts.refused], [1, 0]);
  assert.ok(counts.woken > 0);
  assert.deepEqual(await copiesOf(id), { messages: 1, queue: 3 });
  assert.ok((await readQueue(db.reads, server.serverId, id)).every(row => row.owner === null));
  const [row] = await db.reads.query<{
    content: Buffer;
  }>`select content from message_contents where message_id = ${id}`;
  const content = row && unpackContent(row.content);
  assert.equal(content?.receivedAt, at.toISOString());
  assert.equal(content?.messageIdHeader, `<${id}@mail.shop.test>`);
  assert.deepEqual(
    [content?.subject, content?.tag, content?.text, content?.metadata],
    ['Soon', 'later', 'x', { a: 'b' }],
  );
  assert.equal((await call('GET', `/messages/outbound/${id}/details`)).json.Subject, 'Soon');
  assert.equal((await call('GET', `/email/scheduled/${id}`)).json.Status, 'Sent');
  const accepted = world.heard.filter(event => event.messageId === id);
  assert.deepEqual(
    accepted.map(event => event.kind),
    ['message_accepted'],
  );
});

test('the past and the next seconds go at once; what is no time, or too far ahead, is refused and stores nothing', async () => {
  for (const sendAt of [in_(-400 * 24 * hours), in_(2000)]) {
    const { json } = await call('POST', '/email', mail({ SendAt: sendAt.toISOString() }));
    assert.deepEqual(await copiesOf(json.MessageID), { messages: 1, queue: 1 });
  }
  for (const nothing of ['', null]) assert.equal((await call('POST', '/email', mail({ SendAt: nothing }))).status, 200);
  const before = await countWaiting();
  for (const sendAt of ['tomorrow', '2026-02-31T10:00:00Z', in_(91 * 24 * hours).toISOString()]) {
    for (const token of [server.token, 'POSTMARK_API_TEST']) {
      const { status, json } = await call('POST', '/email', mail({ SendAt: sendAt }), { token });
      assert.deepEqual([status, json.ErrorCode], [422, 300], sendAt);
      assert.match(json.Message ?? '', /^The 'SendAt' value/);
    }
  }
  assert.deepEqual((await call('POST', '/email', mail({ SendAt: 12345 }))).json.ErrorCode, 403);
  assert.equal(await countWaiting(), before);
});

test('in a batch each message has its own time, is checked when it is accepted, and has its own result', async () => {
  await suppress(db.accept, server.serverId, 'gone@buyer.test');
  const at = in_(hours).toISOString();
  const answer = await call('POST', '/email/batch', [
    mail(),
    mail({ SendAt: at }),
    mail({ SendAt: at, To: 'gone@buyer.test' }),
    mail({ SendAt: at, To: 'gone@buyer.test, ana@buyer.test' }),
    mail({ SendAt: 'never' }),
    mail({ SendAt: at, MessageStream: 'nowhere' }),
  ]);
  const results = answer.json as unknown as Shown[];
  assert.deepEqual(
    results.map(result => result.ErrorCode),
    [0, 0, 406, 0, 300, 1235],
  );
  assert.match(results[3]?.Message ?? '', /will not deliver to these inactive addresses: gone@buyer\.test/);
  await releaser().releaseAll(in_(hours));
  for (const n of [0, 1, 3]) assert.deepEqual(await copiesOf(results[n]?.MessageID ?? ''), { messages: 1, queue: 1 });
  assert.deepEqual(
    (await readEvents(db.reads, server.serverId, results[3]?.MessageID)).map(event => [event.kind, event.recipient]),
    [['recipient_suppressed', 'gone@buyer.test']],
  );
});

test('a repeated call with a key schedules once, also when it comes after the message was sent', async () => {
  const body = mail({ SendAt: in_(hours).toISOString() });
  const post = () => call('POST', '/email', body, { headers: { 'Idempotency-Key': 'later-1' } });
  const before = await countWaiting();
  const answers = await Promise.all([post(), post(), post()]);
  assert.equal(await countWaiting(), before + 1);
  await releaser().releaseAll(in_(hours));
  answers.push(await post());
  assert.equal(new Set(answers.map(answer => answer.text)).size, 1);
  assert.equal(await countWaiting(), before);
});

test('a canceled message is never sent; canceling twice, or what was sent, is refused', async () => {
  const [canceled, sent] = [await schedule(in_(hours)), await schedule(in_(hours))];
  const answer = await call('DELETE', `/email/scheduled/${canceled}`);
  assert.deepEqual([answer.status, answer.json.Status, answer.json.MessageID], [200, 'Canceled', canceled]);
  await releaser().releaseAll(in_(2 * hours));
  assert.deepEqual(await copiesOf(canceled), { messages: 0, queue: 0 });
  assert.equal((await call('GET', `/email/scheduled/${canceled}`)).json.Status, 'Canceled');
  assert.deepEqual(
    (await readEvents(db.reads, server.serverId, canceled)).map(event => event.kind),
    ['scheduled_message_canceled'],
  );
  for (const [id, why] of [
    [canceled, /was canceled/],
    [sent, /was sent/],
    ['0198d7a1-0000-7000-8000-000000000000', /not found/],
    ['nonsense', /not found/],
  ] as const) {
    for (const [method, body] of [['DELETE'], ['PATCH', { SendAt: in_(hours).toISOString() }]] as const) {
      const refused = await call(method, `/email/scheduled/${id}`, body);
      assert.deepEqual([refused.status, refused.json.ErrorCode], [422, 701]);
      assert.match(refused.json.Message ?? '', why);
    }
  }
});

test('canceling and sending race: exactly one of them wins', async () => {
  const ids = await Promise.all(Array.from({ length: 30 }, () => schedule(in_(hours))));
  const { releaseAll } = releaser();
  const [canceled] = await Promise.all([
    Promise.all(ids.map(async id => (await call('DELETE', `/email/scheduled/${id}`)).status === 200)),
    releaseAll(in_(hours)),
  ]);
  await releaseAll(in_(hours));
  for (const [n, id] of ids.entries()) {
    assert.deepEqual(await copiesOf(id), canceled[n] ? { messages: 0, queue: 0 } : { messages: 1, queue: 1 });
    assert.equal((await call('GET', `/email/scheduled/${id}`)).json.Status, canceled[n] ? 'Canceled' : 'Sent');
  }
});

test('a moved message has the id of its new time, and every id that it had leads to it, also after it was sent', async () => {
  const first = await schedule(in_(hours), { Subject: 'Moved' });
  const ids = [first];
  for (const sendAt of [in_(60 * 24 * hours), in_(30 * minutes), in_(3 * hours)]) {
    const { status, json } = await call('PATCH', `/email/scheduled/${ids.at(-1)}`, { SendAt: sendAt.toISOString() });
    assert.deepEqual([status, Date.parse(json.SendAt)], [200, sendAt.getTime()]);
    assert.equal(timeOfUuidV7(json.MessageID).getTime(), sendAt.getTime());
    ids.push(json.MessageID);
  }
  const last = ids.at(-1) ?? '';
  const { releaseAll } = releaser();
  await releaseAll(in_(2 * hours));
  for (const id of ids) assert.equal((await call('GET', `/email/scheduled/${id}`)).json.MessageID, last);
  await releaseAll(in_(3 * hours + 1000));
  assert.deepEqual(await copiesOf(last), { messages: 1, queue: 1 });
  for (const id of ids) {
    assert.equal((await call('GET', `/messages/outbound/${id}/details`)).json.MessageID, last);
    assert.equal((await call('GET', `/messages/outbound/${id}/dump`)).status, 200);
  }
  const [row] = await db.reads.query<{
    content: Buffer;
  }>`select content from message_contents where message_id = ${last}`;
  assert.equal(row && unpackContent(row.content).messageIdHeader, `<${last}@mail.shop.test>`);
});

test('another time is read as the first one: the past is at once, and what is no time changes nothing', async () => {
  const id = await schedule(in_(10 * hours), {
    Headers: [
      { Name: 'Message-ID', Value: '<mine@shop.test>' },
      { Name: 'X-PM-KeepID', Value: 'true' },
    ],
  });
  for (const [body, text] of [
    [{ SendAt: 'soon' }, /not a time/],
    [{ SendAt: in_(91 * 24 * hours).toISOString() }, /90 days/],
    [{}, /required/],
    [{ SendAt: null }, /required/],
  ] as const) {
    const { status, json } = await call('PATCH', `/email/scheduled/${id}`, body);
    assert.deepEqual([status, json.ErrorCode], [422, 300]);
    assert.match(json.Message ?? '', text);
  }
  assert.equal((await call('GET', `/email/scheduled/${id}`)).json.MessageID, id);
  const moved = await call('PATCH', `/email/scheduled/${id}`, { SendAt: '2020-01-01T00:00:00Z' });
  await releaser().releaseAll(new Date());
  assert.deepEqual(await copiesOf(moved.json.MessageID), { messages: 1, queue: 1 });
  const [row] = await db.reads.query<{ content: Buffer }>`
    select content from message_contents where message_id = ${moved.json.MessageID}`;
  assert.equal(row && unpackContent(row.content).messageIdHeader, '<mine@shop.test>');
});

test('what may not be sent any more ends as refused, and says why', async () => {
  const dying = await addServer(db.accept, accountId, 'Live');
  const at = in_(hours);
  const suppressed = await schedule(at, { To: 'later.gone@buyer.test' });
  const partly = await schedule(at, { To: 'later.gone@buyer.test, ana@buyer.test' });
  const archived = await schedule(at, { MessageStream: 'broadcast' });
  const unverified = await schedule(at, { From: 'former@shop.test' });
  const orphan = await schedule(at, {}, { token: dying.token });
  const good = await schedule(at);
  await suppress(db.accept, server.serverId, 'later.gone@buyer.test');
  await db.accept.query`
    update message_streams set archived_at = now() where server_id = ${server.serverId} and stream_id = 'broadcast'`;
  const { counts, releaseAll } = releaser({
    serverOf: async id => (id === dying.serverId ? undefined : findSendingServer(db.reads, id)),
    findSenderStanding: async (_account, { address }) => (address.startsWith('former') ? 'unknown' : 'verified_domain'),
  });
  await releaseAll(at);
  await db.accept.query`
    update message_streams set archived_at = null where server_id = ${server.serverId} and stream_id = 'broadcast'`;
  assert.deepEqual([counts.sent, counts.refused], [2, 4]);
  for (const [id, code] of [
    [suppressed, 406],
    [archived, 1235],
    [unverified, 400],
  ] as const) {
    const { json } = await call('GET', `/email/scheduled/${id}`);
    assert.deepEqual([json.Status, json.ErrorCode], ['Refused', code]);
    assert.deepEqual(await copiesOf(id), { messages: 0, queue: 0 });
    const [event] = await readEvents(db.reads, server.serverId, id);
    assert.equal(event?.kind, 'scheduled_message_refused');
  }
  assert.deepEqual(await copiesOf(orphan), { messages: 0, queue: 0 });
  for (const id of [partly, good]) assert.deepEqual(await copiesOf(id), { messages: 1, queue: 1 });
  const refused = await call('GET', '/email/scheduled?count=50&offset=0&status=refused');
  assert.equal(refused.json.TotalCount, 3);
});

test('lists show what waits, next first, by stream, tag and time, page by page, of the own server only', async () => {
  const { token } = await addServer(db.accept, accountId, 'Live');
  const day = 24 * hours;
  const ids = [];
  for (const n of [3, 1, 2]) ids.push(await schedule(in_(n * day), { Tag: `T${n}`, Subject: `${n}` }, { token }));
  await schedule(in_(4 * day), { MessageStream: 'broadcast', Subject: '4' }, { token });
  const list = async (query: string, as = token) => {
    const { status, json } = await call('GET', `/email/scheduled?${query}`, undefined, { token: as });
    assert.equal(status, 200, JSON.stringify(json));
    return [json.TotalCount, json.Messages.map(message => message.Subject).join('')];
  };
  assert.deepEqual(await list('count=50&offset=0'), [4, '1234']);
  assert.deepEqual(await list('count=2&offset=1'), [4, '23']);
  assert.deepEqual(await list('count=50&offset=0&tag=t2'), [1, '2']);
  assert.deepEqual(await list('count=50&offset=0&messagestream=broadcast'), [1, '4']);
  const time = (days: number) => encodeURIComponent(in_(days * day).toISOString());
  assert.deepEqual(await list(`count=50&offset=0&fromdate=${time(1.5)}&todate=${time(3.5)}`), [2, '23']);
  await call('DELETE', `/email/scheduled/${ids[0]}`, undefined, { token });
  assert.deepEqual(await list('count=50&offset=0'), [3, '124']);
  assert.deepEqual((await list('count=50&offset=0&status=Canceled'))[0], 1);
  assert.deepEqual((await list('count=50&offset=0&status=sent'))[0], 0);
  assert.ok(!JSON.stringify(await list('count=500&offset=0', server.token)).includes('1234'));
  for (const query of [
    '',
    'count=0&offset=0',
    'count=501&offset=0',
    'count=1&offset=0&status=lost',
    'count=1&offset=0&fromdate=x',
    'count=1&offset=0&status=sent&tag=a',
  ]) {
    const { status, json } = await call('GET', `/email/scheduled?${query}`, undefined, { token });
    assert.deepEqual([status, json.ErrorCode], [422, 700], query);
  }
});

test('a release that cannot be committed leaves everything waiting, and one whose COMMIT is not answered sends once', async () => {
  const id = await schedule(in_(hours));
  const at = in_(hours);
  const unanswered = (isCommitted: boolean): Pool => ({
    ...db.results,
    transaction: async work => {
      await db.results
        .transaction(async tx => {
          await work(tx);
          if (!isCommitted) throw new Error('rolled back');
        })
        .catch(() => {});
      throw new CommitUncertain('the connection died during COMMIT');
    },
  });
  await assert.rejects(releaser({ db: unanswered(false) }).releaseAll(at), DatabaseUnavailable);
  assert.deepEqual(await copiesOf(id), { messages: 0, queue: 0 });
  await assert.rejects(releaser({ db: unanswered(true) }).releaseAll(at), DatabaseUnavailable);
  await releaser().releaseAll(at);
  assert.deepEqual(await copiesOf(id), { messages: 1, queue: 1 });
});

test('what cannot be read or stored any more ends as refused and holds up nobody', async () => {
  const at = in_(hours);
  const ids = await Promise.all(Array.from({ length: 12 }, () => schedule(at)));
  const [unreadable, unstorable] = [ids[3] ?? '', ids[7] ?? ''];
  await db.accept.query`update scheduled_messages set content = 'x' where message_id = ${unreadable}`;
  // A field that PostgreSQL refuses, though none of ours could be.
  await db.accept.query`
    update scheduled_messages set recipients = jsonb_set(recipients, '{0,field}', '"Nobody"') where message_id = ${unstorable}`;
  const { counts, releaseAll } = releaser();
  await releaseAll(at);
  assert.deepEqual([counts.sent, counts.refused], [10, 2]);
  for (const id of ids) {
    const isBad = id === unreadable || id === unstorable;
    assert.deepEqual(await copiesOf(id), isBad ? { messages: 0, queue: 0 } : { messages: 1, queue: 1 });
    if (isBad) assert.equal((await call('GET', `/email/scheduled/${id}`)).json.Status, 'Refused');
  }
});

test('an error that says nothing about a message refuses none: everything goes on waiting', async () => {
  const at = in_(hours);
  const ids = [await schedule(at), await schedule(at)];
  const failing = (fail: (tx: Tx) => Promise<unknown>) =>
    releaser({
      recordEvents: async (tx, events, now) => {
        await recordEvents(tx, events, now);
        await fail(tx);
      },
    });
  const noPartition = (tx: Tx) => tx.query`
    insert into messages select (jsonb_populate_record(m, '{"message_id": "ffffffff-0000-7000-8000-000000000000"}')).*
    from messages m limit 1`;
  for (const fail of [
    noPartition,
    (tx: Tx) => tx.query`select no_such_function()`,
    async () => Promise.reject(new TypeError('ours')),
  ]) {
    const { counts, releaseAll } = failing(fail);
    await assert.rejects(releaseAll(at));
    assert.deepEqual([counts.sent, counts.refused], [0, 0]);
  }
  await releaser().releaseAll(at);
  for (const id of ids) assert.deepEqual(await copiesOf(id), { messages: 1, queue: 1 });
});

test('what is half a day late is sent under an id of the present, and the promised id still finds it', async () => {
  const id = await schedule(in_(hours));
  const old = moveUuidV7(id, in_(-80 * 24 * hours));
  await db.accept.query`
    update scheduled_messages set due_at = ${timeOfUuidV7(old)}, message_id = ${old} where message_id = ${id}`;
  const now = new Date();
  await releaser().releaseAll(now);
  const { json } = await call('GET', `/messages/outbound/${old}/details`);
  assert.equal(json.MessageID, moveUuidV7(id, now));
  assert.deepEqual(await copiesOf(json.MessageID), { messages: 1, queue: 1 });
});

test('an accept whose COMMIT was not answered is answered with the truth', async t => {
  const make = (isCommitted: boolean) =>
    createTestAcceptor(
      {
        ...world,
        database: {
          ...db,
          accept: {
            ...db.accept,
            transaction: async work => {
              await db.accept
                .transaction(async tx => {
                  await work(tx);
                  if (!isCommitted) throw new Error('rolled back');
                })
                .catch(() => {});
              throw new CommitUncertain('the connection died during COMMIT');
            },
          },
        },
      },
      createFakeIntake(undefined),
    );
  for (const isCommitted of [true, false]) {
    const before = await countWaiting();
    const other = await startMessageApi(world, { acceptor: make(isCommitted) });
    t.after(other.close);
    const answer = await call('POST', '/email', mail({ SendAt: in_(hours).toISOString() }), { port: other.port });
    assert.equal(answer.status, isCommitted ? 200 : 503);
    assert.equal(await countWaiting(), before + (isCommitted ? 1 : 0));
  }
});

test('an erased recipient gets nothing of what waits, the others do, and nothing is left of the address', async () => {
  const at = in_(hours);
  const address = 'nadia.later@client.test';
  const alone = await schedule(at, { To: `Nadia <${address}>` });
  const shared = await schedule(at, { To: `Nadia <${address}>, ana@buyer.test`, TextBody: `${address} and Ana` });
  const request = { requestedBy: 'owner@shop.test', requestedFor: address, notifyWhenCompleted: false };
  await db.accept.transaction(tx => requestRemoval(tx, accountId, request, new Date()));
  const after_ = await schedule(at, { To: 'somebody.else@client.test' });
  const run = createDataRemovalJob(db.results, recordEvents);
  await run(in_(61_000));
  assert.deepEqual(
    (await searchDatabase(db.reads, address)).filter(line => !line.startsWith('data_removals')),
    [],
  );
  await releaser().releaseAll(at);
  assert.deepEqual(await copiesOf(alone), { messages: 0, queue: 0 });
  assert.equal((await call('GET', `/email/scheduled/${alone}`)).json.Status, 'Canceled');
  assert.deepEqual(await copiesOf(shared), { messages: 1, queue: 1 });
  assert.deepEqual(await copiesOf(after_), { messages: 1, queue: 1 });
});

test('the loop sends by itself what is due, at its time, also when it fails now and then', async () => {
  const id = await schedule(in_(hours));
  const failures: unknown[] = [];
  const { deps } = releaser();
  let transactions = 0;
  const failing: Pool = {
    ...db.results,
    transaction: work => {
      transactions += 1;
      return transactions === 1 ? Promise.reject(new DatabaseUnavailable('away')) : db.results.transaction(work);
    },
  };
  const loop = startReleaseLoop({
    ...deps,
    db: failing,
    reads: db.reads,
    now: () => new Date(),
    onError: error => failures.push(error),
  });
  await db.accept.query`update scheduled_messages set due_at = now() + interval '300 ms' where message_id = ${id}`;
  while ((await call('GET', `/email/scheduled/${id}`)).json.Status !== 'Sent') {
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  await loop.stop();
  assert.equal(failures.length, 1);
  assert.deepEqual(await copiesOf(id), { messages: 1, queue: 1 });
});

test('what became of messages is forgotten with time, and waiting messages are not', async () => {
  await schedule(in_(80 * 24 * hours));
  const waiting = await countWaiting();
  await forgetOldResults(db.results, in_(100 * 24 * hours));
  assert.equal((await db.reads.query`select 1 from scheduled_results`).length, 0);
  assert.equal(await countWaiting(), waiting);
});
