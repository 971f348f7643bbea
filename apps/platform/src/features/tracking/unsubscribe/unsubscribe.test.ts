import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  decodeUnsubscribeToken,
  encodeUnsubscribeToken,
  type UnsubscribeToken,
} from '@pennyblack/email/unsubscribe/unsubscribe-token.ts';
import { systemClock } from '@pennyblack/runtime/clock.ts';
import { CommitUncertain, DatabaseUnavailable, type Pool } from '@pennyblack/runtime/database/database.ts';
import { send, startTestApi } from '../../../edges/http-api/testing/test-api.ts';
import {
  addServer,
  createFakeIntake,
  createTestAcceptor,
  makeTestId,
  readEvents,
  suppress,
  testKeyRing,
  testWorld,
} from '../../../testing/test-world.ts';
import { unpackContent } from '../../messages/message-content.ts';
import { sampleRequest } from '../../sending/testing/sample-requests.ts';
import { addToList, removeFromList } from '../../suppressions/change-list.ts';
import { streamList } from '../../suppressions/suppression-list.ts';
import { addUnsubscribeRoutes } from '../http/unsubscribe-routes.ts';
import { chooseLanguage, languages } from './languages.ts';
import { pageTexts } from './page-texts.ts';
import { hideMost } from './pages.ts';

// ---- rules

test('the language is the one that the reader likes best among ours, else English', () => {
  const cases: [string | undefined, string][] = [
    [undefined, 'en'],
    ['', 'en'],
    ['de', 'de'],
    ['DE-at', 'de'],
    ['ja, fr;q=0.5, nl;q=0.8', 'nl'],
    ['en;q=0.1, es-419', 'es'],
    ['it;q=0', 'en'],
    ['fr;q=x, de;q=0.2', 'de'],
    ['deutsch', 'en'],
    ['*', 'en'],
    [`${'x,'.repeat(100_000)}de`, 'en'],
  ];
  for (const [header, expected] of cases) assert.equal(chooseLanguage(header), expected, header?.slice(0, 40));
});

test('every language says everything, with the address where English has it', () => {
  for (const language of languages) {
    for (const [name, { text, button }] of Object.entries(pageTexts[language])) {
      const english = pageTexts.en[name as keyof typeof pageTexts.en];
      assert.equal(text.includes('{address}'), english.text.includes('{address}'), `${language} ${name}`);
      assert.equal(button === undefined, english.button === undefined, `${language} ${name}`);
    }
  }
  assert.deepEqual(['ana@buyer.test', '@x', 'odd', '😀a@x.test'].map(hideMost), [
    'a•••@buyer.test',
    '•••@x',
    '•••odd',
    '😀•••@x.test',
  ]);
});

// ---- routes, over real HTTP and a real database that can be away

const world = await testWorld();
const { database: db, server } = world;
const acceptor = createTestAcceptor(world, createFakeIntake(undefined));
let weather: 'fair' | 'away' | 'commit lost' = 'fair';
const pool: Pool = {
  ...db.accept,
  query: (...call: Parameters<Pool['query']>) =>
    weather === 'away' ? Promise.reject(new DatabaseUnavailable('away')) : db.accept.query(...call),
  transaction: async work => {
    if (weather === 'away') throw new DatabaseUnavailable('away');
    const result = await db.accept.transaction(work);
    if (weather === 'commit lost') throw new CommitUncertain('the answer was lost');
    return result;
  },
} as Pool;
const [key] = testKeyRing.deriveKeys('unsubscribe links');
const retired = Buffer.alloc(32, 9);
const strangersHost = 'click.stranger.test';
const api = await startTestApi([], {
  extraRoutes: app =>
    addUnsubscribeRoutes(app, {
      db: pool,
      recordEvents: world.recordEvents,
      keys: [key, retired],
      gate: { isAtHome: host => host !== strangersHost },
      clock: systemClock,
    }),
});
after(() => api.close());

const oneClick = 'List-Unsubscribe=One-Click';
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const request = (path: string, method = 'GET', body?: string | Buffer, headers: Record<string, string> = form) =>
  send(api.port, { path, method, headers, ...(body === undefined ? {} : { body }) });

type Changes = Partial<UnsubscribeToken>;
function pathOf(changes: Changes = {}, by = key): string {
  const { serverId } = server;
  const base = { accountId: world.accountId, serverId, streamId: 'broadcast', messageId: makeTestId() };
  return `/u/${encodeUnsubscribeToken({ ...base, recipientNumber: 0, address: 'ana@buyer.test', ...changes }, by)}`;
}

async function listed(address: string, { serverId } = server, streamId = 'broadcast') {
  return db.reads.query<{ reason: string; origin: string }>`
    select reason, origin from suppressions
    where server_id = ${serverId} and stream_id = ${streamId} and address_key = ${address.toLowerCase()}`;
}
const wished = [{ reason: 'ManualSuppression', origin: 'Recipient' }];
const eventsOf = async (address: string, { serverId } = server) =>
  (await readEvents(db.reads, serverId)).filter(
    event => event.recipient === address && event.kind.startsWith('suppression_'),
  );

const accept = (to: string, changes: object = {}) =>
  acceptor.accept(server, sampleRequest({ to, messageStream: 'broadcast', ...changes }));

test('a mail program’s POST unsubscribes at once, without a redirect; the next mail is refused with code 406', async () => {
  const address = 'One.Click@buyer.test';
  const accepted = await accept(address, { tag: 'news', metadata: { campaign: '7' } });
  assert.equal(accepted.kind, 'accepted');
  const messageId = accepted.kind === 'accepted' ? accepted.messageId : '';
  const path = pathOf({ address, messageId });
  const answers = await Promise.all([request(path, 'POST', oneClick), request(path, 'POST', oneClick)]);
  for (const { status, headers } of [...answers, await request(path, 'POST', oneClick)]) {
    assert.equal(status, 200);
    assert.equal(headers.location, undefined);
  }
  assert.deepEqual(await listed(address), wished);
  const details = { reason: 'ManualSuppression', origin: 'Recipient', tag: 'news', metadata: { campaign: '7' } };
  assert.deepEqual(await eventsOf(address), [
    { kind: 'suppression_created', messageId, recipientNumber: 0, recipient: address, details },
  ]);
  const refused = await accept(address);
  assert.equal(refused.kind === 'refused' && refused.refusal, 'recipients_inactive');
  assert.equal(
    (await accept(address, { messageStream: 'outbound' })).kind,
    'accepted',
    'other streams still reach him',
  );
});

test('the body of a one-click POST may be a form of either kind, and may come without a type', async () => {
  const boundary = 'b0undary';
  const multipart = `--${boundary}\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--${boundary}--\r\n`;
  const bodies: [string, Record<string, string>][] = [
    [multipart, { 'content-type': `multipart/form-data; boundary=${boundary}` }],
    [oneClick, {}],
    ['list-unsubscribe=one-click\r\n', { 'content-type': 'text/plain' }],
    [oneClick, { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }],
  ];
  for (const [index, [body, headers]] of bodies.entries()) {
    const address = `kind${index}@buyer.test`;
    assert.equal((await request(pathOf({ address }), 'POST', body, headers)).status, 200);
    assert.deepEqual(await listed(address), wished, body);
  }
});

test('what a scanner does changes nothing: GET, HEAD, and a POST that says nothing', async () => {
  const address = 'scanned@buyer.test';
  const path = pathOf({ address });
  for (const [method, body, headers] of [
    ['GET'],
    ['HEAD'],
    ['GET', undefined, { purpose: 'prefetch' }],
    ['POST'],
    ['POST', ''],
    ['POST', 'action=else&x=1'],
    ['POST', '{"List-Unsubscribe":"One-Click"}', { 'content-type': 'application/json' }],
    ['POST', 'x', { 'content-type': 'multipart/form-data' }],
    ['POST', 'x'.repeat(20_000)],
    ['PUT', oneClick],
  ] as [string, string?, Record<string, string>?][]) {
    const { status, headers: answered } = await request(path, method, body, headers);
    assert.ok(status < 500 && answered.location === undefined, `${method} ${status}`);
    if (method === 'POST') assert.ok([400, 413].includes(status), `${status}`);
  }
  assert.deepEqual(await listed(address), []);
  assert.deepEqual(await eventsOf(address), []);
});

test('the page asks, its button unsubscribes, and the next one subscribes again', async () => {
  const address = 'person@buyer.test';
  const path = pathOf({ address }, retired);
  const asked = await request(path, 'GET', undefined, { 'accept-language': 'de-CH, en;q=0.5' });
  const page = asked.bytes.toString();
  assert.equal(asked.status, 200);
  assert.match(page, /<html lang="de">/);
  assert.match(page, /<h1>Abmelden<\/h1>\n<p role="status">Soll p•••@buyer\.test /);
  assert.match(
    page,
    /<form method="post"><button type="submit" name="action" value="unsubscribe">Abmelden<\/button><\/form>/,
  );
  assert.match(page, /<meta name="robots" content="noindex, nofollow">/);
  assert.doesNotMatch(page, /<script|person|https?:/);
  assert.equal(asked.headers['content-language'], 'de');
  assert.match(
    String(asked.headers['content-security-policy']),
    /default-src 'none'.*form-action 'self'.*frame-ancestors 'none'/,
  );
  assert.match(String(asked.headers['cache-control']), /no-store/);
  assert.equal(asked.headers['referrer-policy'], 'no-referrer');
  assert.match(String(asked.headers['x-robots-tag']), /noindex/);

  const left = await request(path, 'POST', 'action=unsubscribe');
  assert.equal(left.status, 200);
  assert.match(left.bytes.toString(), /You are unsubscribed[\s\S]*value="subscribe">Subscribe again/);
  assert.deepEqual(await listed(address), wished);
  for (const _ of [1, 2]) {
    const back = await request(path, 'POST', 'action=subscribe');
    assert.match(back.bytes.toString(), /You are subscribed again[\s\S]*value="unsubscribe"/);
  }
  assert.deepEqual(await listed(address), []);
  assert.deepEqual(
    (await eventsOf(address)).map(({ kind, messageId, details }) => [kind, messageId, details]),
    [
      ['suppression_created', null, { reason: 'ManualSuppression', origin: 'Recipient' }],
      ['suppression_lifted', null, { origin: 'Recipient' }],
    ],
  );
  assert.equal((await accept(address)).kind, 'accepted');
});

test('the wish of a recipient outlasts what the customer may lift; what others decided, he cannot undo himself', async () => {
  const [bounced, manual, complained] = ['bounced@buyer.test', 'manual@buyer.test', 'complained@buyer.test'];
  await suppress(db.accept, server.serverId, bounced, { streamId: 'broadcast' });
  await suppress(db.accept, server.serverId, complained, { streamId: 'broadcast', reason: 'SpamComplaint' });
  const list = streamList(server.serverId, 'broadcast');
  await db.accept.transaction(tx => addToList(tx, world.recordEvents, list, [manual], new Date()));
  // Not his own unsubscribe: the page does not lift it.
  const kept = await request(pathOf({ address: manual }), 'POST', 'action=subscribe');
  assert.match(kept.bytes.toString(), /cannot be undone here/);
  assert.equal((await listed(manual)).length, 1);

  for (const address of [bounced, manual, complained])
    assert.equal((await request(pathOf({ address }), 'POST', oneClick)).status, 200);
  assert.deepEqual([await listed(bounced), await listed(manual)], [wished, wished]);
  assert.deepEqual(await listed(complained), [{ reason: 'SpamComplaint', origin: 'Recipient' }]);
  const [result] = await db.accept.transaction(tx =>
    removeFromList(tx, world.recordEvents, list, [bounced], new Date()),
  );
  assert.ok(result?.failure, 'the customer cannot lift it');
  const stays = await request(pathOf({ address: complained }), 'POST', 'action=subscribe');
  assert.match(stays.bytes.toString(), /cannot be undone here/);
});

test('a stream or server that is gone, and an archived one, have a page that says so', async () => {
  const other = await addServer(db.accept, world.accountId, 'Live');
  const own = { serverId: other.serverId, address: 'old@buyer.test' };
  await db.accept.query`update message_streams set archived_at = now() where server_id = ${other.serverId}`;
  const archived = await request(pathOf(own));
  assert.deepEqual([archived.status, /is closed/.test(archived.bytes.toString())], [200, true]);
  assert.doesNotMatch(archived.bytes.toString(), /<form/);
  // Kept, because the stream may be taken out of the archive.
  assert.equal((await request(pathOf(own), 'POST', oneClick)).status, 200);
  assert.deepEqual(await listed(own.address, other), wished);
  await db.accept.query`update servers set deleted_at = now() where server_id = ${other.serverId}`;
  for (const gone of [{ ...own, address: 'new@buyer.test' }, { streamId: 'nowhere' }, { serverId: 999_999 }]) {
    for (const answer of [await request(pathOf(gone)), await request(pathOf(gone), 'POST', oneClick)])
      assert.deepEqual([answer.status, /is closed/.test(answer.bytes.toString())], [200, true]);
  }
  assert.deepEqual(await listed('new@buyer.test', other), []);
});

test('a link that is not ours, or is another account’s host, changes nothing and shows nothing of itself', async () => {
  const address = 'safe@buyer.test';
  const path = pathOf({ address });
  const changed = `${path.slice(0, -12)}${path.at(-12) === 'A' ? 'B' : 'A'}${path.slice(-11)}`;
  for (const wrong of [
    changed,
    path.slice(0, -1),
    '/u/%3Cscript%3Ealert(1)%3C%2Fscript%3E',
    pathOf({ address }, Buffer.alloc(32, 1)),
  ]) {
    for (const answer of [await request(wrong), await request(wrong, 'POST', oneClick)]) {
      assert.equal(answer.status, 404, wrong);
      assert.doesNotMatch(answer.bytes.toString(), /<script|alert|safe|buyer|<form/);
    }
  }
  const strange = await request(path, 'POST', oneClick, { ...form, host: strangersHost });
  assert.equal(strange.status, 404);
  assert.deepEqual(await listed(address), []);
});

test('with the database away nobody is told that he is unsubscribed; a lost answer is asked for again and counts once', async () => {
  const address = 'stormy@buyer.test';
  const path = pathOf({ address });
  weather = 'away';
  for (const answer of [await request(path, 'POST', oneClick), await request(path)]) {
    assert.deepEqual([answer.status, answer.headers['retry-after']], [503, '30']);
    assert.match(answer.bytes.toString(), /try again/);
  }
  weather = 'commit lost';
  assert.equal((await request(path, 'POST', oneClick)).status, 503);
  weather = 'fair';
  assert.equal((await request(path, 'POST', oneClick)).status, 200);
  assert.deepEqual(await listed(address), wished);
  assert.equal((await eventsOf(address)).length, 1);
});

test('a message that is gone, another’s, or whose recipient was another, is not named by the event', async () => {
  const accepted = await accept('named@buyer.test');
  const messageId = accepted.kind === 'accepted' ? accepted.messageId : '';
  for (const [address, changes] of [
    ['gone@buyer.test', {}],
    ['other@buyer.test', { messageId }],
    ['beyond@buyer.test', { messageId, recipientNumber: 40 }],
  ] as [string, Changes][]) {
    assert.equal((await request(pathOf({ address, ...changes }), 'POST', oneClick)).status, 200);
    assert.deepEqual(
      (await eventsOf(address)).map(event => event.messageId),
      [null],
    );
  }
});

test('what a message says about unsubscribing is decided as its stream is when it is accepted', async () => {
  const contentOf = async (changes: object) => {
    const result = await acceptor.accept(server, sampleRequest({ to: 'content@buyer.test', ...changes }));
    assert.equal(result.kind, 'accepted');
    const id = result.kind === 'accepted' ? result.messageId : '';
    const [row] = await db.reads.query<{
      content: Buffer;
    }>`select content from message_contents where message_id = ${id}`;
    return unpackContent(row?.content ?? Buffer.alloc(0)).unsubscribe;
  };
  const withPlaceholder = { textBody: 'Bye {{{ pm:unsubscribe }}}' };
  assert.deepEqual(await contentOf({ messageStream: 'broadcast' }), { adds: true });
  assert.equal(await contentOf({ messageStream: 'outbound' }), undefined);
  assert.deepEqual(await contentOf({ messageStream: 'outbound', ...withPlaceholder }), { adds: false });
  await db.accept.query`
    update message_streams set unsubscribe_handling = 'Custom'
    where server_id = ${server.serverId} and stream_id = 'broadcast'`;
  assert.equal(await contentOf({ messageStream: 'broadcast' }), undefined);
  assert.deepEqual(await contentOf({ messageStream: 'broadcast', ...withPlaceholder }), { adds: false });
  assert.equal(decodeUnsubscribeToken('x', [key]), undefined);
});
