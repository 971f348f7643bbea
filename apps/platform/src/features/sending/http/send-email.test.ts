import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { DatabaseUnavailable } from '@pennyblack/runtime/database/database.ts';
import { send } from '../../../edges/http-api/testing/test-api.ts';
import { startMessageApi } from '../../../testing/test-message-api.ts';
import { addServer, createFakeIntake, createTestAcceptor, suppress, testWorld } from '../../../testing/test-world.ts';
import { unpackContent } from '../../messages/message-content.ts';
import { confirmSender } from '../../senders/confirm-sender.ts';

const world = await testWorld();
const { database: db, server, accountId } = world;
const api = await startMessageApi(world);
const strictApi = await startMessageApi(world, {
  acceptor: createTestAcceptor(world, createFakeIntake(undefined), {
    settings: { mailHostname: 'mail.shop.test', requireVerifiedSenders: true, allowNonAsciiMailboxes: false },
  }),
});
after(() => Promise.all([api.close(), strictApi.close()]));

type Answer = { status: number; json: Record<string, unknown>; code: string | undefined };

const plain = { From: 'desk@shop.test', To: 'ana@buyer.test', TextBody: 'Thanks' };

async function post(body: unknown, { port = api.port, token = server.token, headers = {} } = {}): Promise<Answer> {
  const answer = await send(port, {
    method: 'POST',
    path: '/email',
    headers: { 'X-Postmark-Server-Token': token, ...headers },
    body,
  });
  const code = answer.headers['x-pm-apierrorcode'];
  return { status: answer.status, json: answer.json as Record<string, unknown>, code: code as string | undefined };
}

async function assertRefused(body: unknown, code: number, text: string | RegExp, status = 422): Promise<void> {
  const answer = await post(body);
  assert.equal(answer.status, status, JSON.stringify(answer.json));
  assert.deepEqual(Object.keys(answer.json), ['ErrorCode', 'Message']);
  assert.deepEqual([answer.json.ErrorCode, answer.code], [code, String(code)]);
  if (typeof text === 'string') assert.equal(answer.json.Message, text);
  else assert.match(String(answer.json.Message), text);
}

async function countMessages(): Promise<number> {
  const [row] = await db.reads.query<{ count: number }>`select count(*)::int as count from messages`;
  return row?.count ?? 0;
}

async function contentOf(messageId: unknown) {
  const [row] = await db.reads.query<{ content: Buffer }>`
    select content from message_contents where server_id = ${server.serverId} and message_id = ${messageId}`;
  return row ? unpackContent(row.content) : assert.fail('the message is not stored');
}

test('a message with every field is on disk when it is answered', async () => {
  const { status, json } = await post({
    From: '"Shop, Desk" <desk@shop.test>',
    To: 'ana@buyer.test, Ben <ben@buyer.test>',
    Cc: '',
    Bcc: 'audit@shop.test',
    Subject: 'Order 1187 – Grüße',
    Tag: 'order',
    HtmlBody: '<p>Thanks <img src="cid:logo.png"></p>',
    TextBody: 'Thanks',
    ReplyTo: 'help@shop.test',
    Headers: [{ Name: 'X-Order', Value: '1187' }],
    TrackOpens: true,
    TrackLinks: 'HtmlOnly',
    Metadata: { 'order-id': 1187 },
    Attachments: [{ Name: 'logo.png', Content: 'iVBORw0KGgo=', ContentType: 'image/png', ContentID: 'cid:logo.png' }],
    MessageStream: 'broadcast',
    InlineCss: true,
  });
  assert.equal(status, 200);
  assert.deepEqual(Object.keys(json), ['ErrorCode', 'Message', 'MessageID', 'SubmittedAt', 'To']);
  assert.deepEqual([json.ErrorCode, json.Message, json.To], [0, 'OK', 'ana@buyer.test, Ben <ben@buyer.test>']);
  assert.match(String(json.MessageID), /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  assert.match(String(json.SubmittedAt), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/);
  const content = await contentOf(json.MessageID);
  assert.equal(content.subject, 'Order 1187 – Grüße');
  assert.equal(content.from.name, 'Shop, Desk');
  assert.deepEqual(content.metadata, { 'order-id': '1187' });
  assert.deepEqual(content.headers, [{ name: 'X-Order', value: '1187' }]);
  assert.deepEqual(content.attachments[0], {
    name: 'logo.png',
    contentType: 'image/png',
    contentId: 'cid:logo.png',
    base64: 'iVBORw0KGgo=',
  });
  assert.equal(content.streamId, 'broadcast');
});

test('keys in any case, nulls, a trailing slash and a path in capitals are understood', async () => {
  const answer = await send(api.port, {
    method: 'POST',
    path: '/EMAIL/',
    headers: { 'X-Postmark-Server-Token': server.token.toUpperCase() },
    body: {
      from: 'desk@shop.test',
      TO: 'ana@buyer.test',
      textbody: 'x',
      HtmlBody: null,
      Headers: null,
      Metadata: null,
    },
  });
  assert.equal(answer.status, 200, answer.bytes.toString());
});

test('without To in the request there is no To in the answer', async () => {
  for (const only of [{ Cc: 'c@buyer.test' }, { Bcc: 'b@buyer.test' }, { To: '', Cc: 'c@buyer.test' }]) {
    const { status, json } = await post({ From: 'desk@shop.test', TextBody: 'x', ...only });
    assert.equal(status, 200);
    assert.deepEqual(Object.keys(json), ['ErrorCode', 'Message', 'MessageID', 'SubmittedAt']);
  }
});

test('what is no message is refused before anything is looked at: 402, 403', async () => {
  const headers = { 'Content-Type': 'application/json' };
  const broken = await post('{"From": ', { headers });
  assert.deepEqual([broken.status, broken.json.ErrorCode], [422, 402]);
  await assertRefused({ ...plain, To: ['ana@buyer.test'] }, 403, /To/);
  await assertRefused({ ...plain, TrackOpens: 'perhaps' }, 403, /TrackOpens/);
  await assertRefused({ ...plain, Attachments: [{ Name: 1, Content: 'AAAA' }] }, 403, /Attachments.*Name/);
  await assertRefused({ ...plain, Metadata: { a: { b: 1 } } }, 403, /Metadata/);
  await assertRefused([plain], 403, /./);
  for (const field of ['Subject', 'TextBody', 'Tag', 'To', 'From']) {
    await assertRefused({ ...plain, [field]: 'a\u0000b' }, 403, new RegExp(field));
  }
  await assertRefused({}, 300, "Invalid 'From' address: ''.");
});

test('the form of the message: 300 with the texts that clients parse', async () => {
  const { TextBody: _, ...withoutBody } = plain;
  const longAddress = `${'n'.repeat(250)} <a@shop.test>`;
  const cases: [object, string | RegExp][] = [
    [{ ...plain, From: 'webmaster@localhost' }, "Invalid 'From' address: 'webmaster@localhost'."],
    [{ ...plain, From: longAddress }, /255/],
    [{ ...plain, To: 'foo@bar' }, "Invalid 'To' address: 'foo@bar'."],
    [
      { ...plain, To: 'x@mail.test.' },
      "Error parsing 'To': Illegal email domain 'mail.test.' in address 'x@mail.test.'.",
    ],
    [{ ...plain, Cc: 'World' }, "Error parsing 'Cc': Illegal email address 'World'. It must contain the '@' symbol."],
    [{ ...plain, ReplyTo: 'World' }, /^Error parsing 'Reply-To'/],
    [{ ...plain, To: '' }, 'Zero recipients specified'],
    [{ ...plain, To: Array.from({ length: 51 }, (__, n) => `r${n}@buyer.test`).join() }, /up to 50/],
    [withoutBody, "Provide either email 'TextBody' or 'HtmlBody' or both."],
    [{ ...plain, Subject: 's'.repeat(2001) }, /2000/],
    [{ ...plain, Tag: 't'.repeat(1001) }, /1000/],
    [{ ...plain, TextBody: 'x'.repeat(5 * 1024 * 1024 + 1) }, /5 MB/],
    [{ ...plain, Metadata: { ['k'.repeat(21)]: 'v' } }, /^Invalid metadata content\. Field names are limited to 20/],
    [{ ...plain, TrackLinks: 'Some' }, /TrackLinks/],
    [{ ...plain, Headers: [{ Name: 'X-A', Value: 'a\r\nBcc: x@y.test' }] }, /line breaks/],
    [{ ...plain, Headers: [{ Name: 'X A', Value: 'a' }] }, /header name/],
    [{ ...plain, Attachments: [{ Name: 'a.txt', Content: 'not base64!', ContentType: 'text/plain' }] }, /base64/],
    [{ ...plain, Attachments: [{ Content: 'AAAA', ContentType: 'text/plain' }] }, /'Name'/],
  ];
  for (const [body, text] of cases) await assertRefused(body, 300, text);
  await assertRefused({ ...plain, Attachments: [{ Name: 'a.EXE', Content: 'AAAA' }] }, 411, /a\.EXE/);
});

test('a message at every limit at once is taken', async () => {
  const { status, json } = await post({
    ...plain,
    To: `${Array.from({ length: 50 }, (_, n) => `r${n}@buyer.test`).join()},`,
    Subject: 's'.repeat(2000),
    Tag: 't'.repeat(1000),
    TextBody: 'x'.repeat(5 * 1024 * 1024),
    Metadata: Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`${n}`.padEnd(20, 'k'), 'v'.repeat(80)])),
  });
  assert.equal(status, 200, JSON.stringify(json));
});

test('a request of 10 MB is taken, and one byte more is too large', async () => {
  const start = JSON.stringify({ ...plain, Attachments: [{ Name: 'a.txt', ContentType: 'text/plain', Content: '' }] });
  const [before, behind] = [start.slice(0, -4), start.slice(-4)];
  const room = 10 * 1024 * 1024 - start.length;
  const body = `${before}${'A'.repeat(room - (room % 4))}${behind}`.padEnd(10 * 1024 * 1024, ' ');
  const headers = { 'Content-Type': 'application/json' };
  assert.equal((await post(body, { headers })).status, 200);
  const tooLarge = await post(`${body} `, { headers });
  assert.deepEqual([tooLarge.status, tooLarge.json.ErrorCode], [413, 300]);
});

test('another type of content is 415', async () => {
  const answer = await post('From=desk%40shop.test', {
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
  });
  assert.deepEqual([answer.status, answer.json.ErrorCode], [415, 409]);
});

test('a wrong token is 401, and a token of nobody stores nothing', async () => {
  const before = await countMessages();
  const answer = await post(plain, { token: '99999999-0000-4000-8000-000000000000' });
  assert.deepEqual([answer.status, answer.json.ErrorCode], [401, 10]);
  assert.equal(await countMessages(), before);
});

test('streams: unknown 1235, inbound 1236', async () => {
  await assertRefused(
    { ...plain, MessageStream: 'nowhere' },
    1235,
    "The stream provided: 'nowhere' does not exist on this server.",
  );
  await assertRefused({ ...plain, MessageStream: 'inbound' }, 1236, /'inbound' is an inbound stream/);
  assert.equal((await post({ ...plain, MessageStream: '' })).status, 200);
});

test('senders: unknown 400, unconfirmed 401, confirmed sends; a sandbox asks nobody', async () => {
  const from = (address: string, token = server.token) =>
    post({ ...plain, From: address }, { port: strictApi.port, token });
  const unknown = await from('new@sender.test');
  assert.deepEqual([unknown.status, unknown.json.ErrorCode, unknown.code], [422, 400, '400']);
  assert.match(String(unknown.json.Message), /\(new@sender\.test\) is not a Sender Signature on your account/);
  await db.accept.transaction(tx => confirmSender(tx, accountId, 'New@sender.test', 'New', new Date()));
  assert.equal((await from('"New" <new@SENDER.test>')).status, 200);
  await db.accept.query`update sender_signatures set confirmed_at = null where account_id = ${accountId}`;
  const unconfirmed = await from('new@sender.test');
  assert.deepEqual([unconfirmed.status, unconfirmed.json.ErrorCode], [422, 401]);

  const sandbox = await addServer(db.accept, accountId, 'Sandbox');
  const sent = await from('new@sender.test', sandbox.token);
  assert.equal(sent.status, 200);
});

test('suppressed: all are 406 with every address in lower case, some are a success that names them', async () => {
  await suppress(db.accept, server.serverId, 'Gone@buyer.test');
  await suppress(db.accept, server.serverId, 'left@buyer.test', { reason: 'ManualSuppression' });
  const before = await countMessages();
  await assertRefused(
    { ...plain, To: 'GONE@buyer.test', Cc: 'left@buyer.test' },
    406,
    'You tried to send to recipient(s) that have been marked as inactive. Found inactive addresses: gone@buyer.test, ' +
      'left@buyer.test. Inactive recipients are ones that have generated a hard bounce, a spam complaint, or a manual suppression.',
  );
  assert.equal(await countMessages(), before);
  const { status, json } = await post({ ...plain, Cc: 'gone@buyer.test' });
  assert.deepEqual([status, json.ErrorCode, json.To], [200, 0, 'ana@buyer.test']);
  assert.match(
    String(json.Message),
    /^Message OK, but will not deliver to these inactive addresses: gone@buyer\.test\./,
  );
  // Another stream is another list.
  assert.equal((await post({ ...plain, To: 'gone@buyer.test', MessageStream: 'broadcast' })).json.Message, 'OK');
});

test('POSTMARK_API_TEST checks the form, says that the test job was accepted, and stores nothing', async () => {
  const before = await countMessages();
  for (const token of ['POSTMARK_API_TEST', 'postmark_api_test']) {
    const { status, json } = await post(plain, { token });
    assert.equal(status, 200);
    assert.deepEqual([json.ErrorCode, json.Message, json.To], [0, 'Test job accepted', 'ana@buyer.test']);
    assert.equal(String(json.MessageID).length, 36);
  }
  const refused = await post({ ...plain, To: 'foo@bar' }, { token: 'POSTMARK_API_TEST' });
  assert.deepEqual([refused.status, refused.json.ErrorCode], [422, 300]);
  assert.equal(await countMessages(), before);
});

test('what is not on disk is not accepted: 503 with the time to wait', async t => {
  const away = async () => {
    throw new DatabaseUnavailable('away');
  };
  const acceptor = createTestAcceptor(
    { ...world, database: { ...db, accept: { ...db.accept, prepared: away, transaction: away } } },
    createFakeIntake(undefined),
  );
  const awayApi = await startMessageApi(world, { acceptor });
  t.after(awayApi.close);
  const answer = await post(plain, { port: awayApi.port });
  assert.deepEqual([answer.status, answer.json.ErrorCode], [503, 100]);
});
