import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { send } from '../../../edges/http-api/testing/test-api.ts';
import { startMessageApi } from '../../../testing/test-message-api.ts';
import { addServer, createTestBulkAcceptor, testWorld } from '../../../testing/test-world.ts';
import { switchBulk } from '../bulk/bulk-switch.ts';

const world = await testWorld();
const { database: db, server, accountId } = world;
const api = await startMessageApi(world);
const strictApi = await startMessageApi(world, {
  acceptBulk: createTestBulkAcceptor(world, {
    settings: { mailHostname: 'mail.shop.test', requireVerifiedSenders: true, allowNonAsciiMailboxes: false },
  }),
});
after(() => Promise.all([api.close(), strictApi.close()]));

type Answer = {
  ErrorCode: number;
  Message: string;
  Errors: Record<string, { ErrorCode: number; Message: string }[]>;
  Id: string;
  ID: string;
  Requests: { Id: string }[];
  PaginationKey?: string;
};

const news = (changes: object = {}) => ({
  From: 'desk@shop.test',
  Subject: 'News for {{name}}',
  TextBody: 'Hello {{name}}',
  Messages: [{ To: 'ana@buyer.test', TemplateModel: { name: 'Ana' } }],
  ...changes,
});

async function call(
  method: string,
  path: string,
  body?: unknown,
  { port = api.port, token = server.token, headers = {} as Record<string, string> } = {},
) {
  const answer = await send(port, { method, path, headers: { 'X-Postmark-Server-Token': token, ...headers }, body });
  return { status: answer.status, json: answer.json as Answer, headers: answer.headers };
}

const post = (body: unknown, options: Parameters<typeof call>[3] = {}) => call('POST', '/email/bulk', body, options);

async function countRequests(): Promise<number> {
  const [row] = await db.reads.query<{ count: number }>`select count(*)::int as count from bulk_requests`;
  return row?.count ?? 0;
}

test('a request is accepted with its id under both keys, and its status says the same', async () => {
  const { status, json } = await post(news());
  assert.equal(status, 200);
  assert.deepEqual(Object.keys(json), [
    'ID',
    'Id',
    'SubmittedAt',
    'TotalMessages',
    'PercentageCompleted',
    'Status',
    'ReleasedCount',
    'FailedCount',
    'Subject',
  ]);
  assert.equal(json.ID, json.Id);
  const { ID, ...rest } = json;
  assert.deepEqual((await call('GET', `/email/bulk/${ID.toUpperCase()}`)).json, rest);
  assert.deepEqual(rest, {
    ...rest,
    TotalMessages: 1,
    PercentageCompleted: 0,
    Status: 'Accepted',
    ReleasedCount: 0,
    FailedCount: 0,
    Subject: 'News for {{name}}',
  });
});

test('a request without a subject has none in its answers', async () => {
  const { json } = await post(news({ Subject: undefined }));
  assert.ok(!('Subject' in json));
  assert.ok(!('Subject' in (await call('GET', `/email/bulk/${json.Id}`)).json));
});

type Mistake = [what: string, code: number, field: string, changes: object];
const entry = (changes: object) => ({ Messages: [{ To: 'ok@buyer.test' }, { To: 'ana@buyer.test', ...changes }] });
const many = Array.from({ length: 51 }, (_, index) => `r${index}@buyer.test`).join(',');
const mistakes: readonly Mistake[] = [
  ['a broken sender', 300, 'From', { From: 'desk@localhost' }],
  ['no sender', 300, 'From', { From: undefined }],
  ['a broken Reply-To', 300, 'ReplyTo', { ReplyTo: 'nobody' }],
  ['a long tag', 300, 'Tag', { Tag: 'x'.repeat(1001) }],
  ['a long subject', 300, 'Subject', { Subject: 'x'.repeat(2001) }],
  ['no content', 300, 'HtmlBody', { TextBody: undefined }],
  ['content that is no template', 1122, 'TextBody', { TextBody: 'Hello {{first name}}' }],
  ['content that is no template', 1122, 'Subject', { Subject: '{{#open}}' }],
  ['too much metadata', 300, 'Metadata', { Metadata: { k: 'v'.repeat(81) } }],
  ['a forbidden header', 300, 'Headers', { Headers: [{ Name: 'X-A', Value: 'b\r\nBcc: c@d.test' }] }],
  ['a program attached', 411, 'Attachments', { Attachments: [{ Name: 'evil.exe', Content: 'AA==' }] }],
  ['odd tracking', 300, 'TrackLinks', { TrackLinks: 'Sometimes' }],
  ['a time that is none', 300, 'SendAt', { SendAt: 'soon' }],
  ['a time too far ahead', 300, 'SendAt', { SendAt: '2099-01-01T00:00:00Z' }],
  ['no entries', 300, 'Messages', { Messages: [] }],
  ['no entries at all', 300, 'Messages', { Messages: undefined }],
  ['a broken recipient', 300, 'Messages[1].To', entry({ To: 'foo@bar' })],
  ['a broken copy', 300, 'Messages[1].Cc', entry({ Cc: 'nobody' })],
  ['a broken hidden copy', 300, 'Messages[1].Bcc', entry({ Bcc: 'nobody' })],
  ['nobody', 300, 'Messages[1].To', entry({ To: '' })],
  ['51 recipients', 300, 'Messages[1].To', entry({ To: many })],
  [
    '51 recipients in two lists',
    300,
    'Messages[1].To',
    entry({ To: `${many.replace('r0@buyer.test,', '')}`, Cc: 'a@b.test' }),
  ],
  ['too much metadata of an entry', 300, 'Messages[1].Metadata', entry({ Metadata: { k: 'v'.repeat(81) } })],
  ['a forbidden header of an entry', 300, 'Messages[1].Headers', entry({ Headers: [{ Name: 'a b', Value: 'c' }] })],
  ['a reserved name', 1122, 'Messages[1].TemplateModel', entry({ TemplateModel: { 'pm:x': 1 } })],
  ['a template beside content', 1123, 'TextBody', { TemplateId: 1, Subject: undefined }],
  ['an unknown template', 1101, 'TemplateId', { TemplateId: 9_999_999, Subject: undefined, TextBody: undefined }],
];

for (const [what, code, field, changes] of mistakes) {
  test(`one mistake has its own code, and nothing is stored: ${what} in ${field}`, async () => {
    const before = await countRequests();
    const { status, json } = await post(news(changes));
    assert.deepEqual([status, json.ErrorCode, Object.keys(json.Errors)], [422, code, [field]], JSON.stringify(json));
    assert.deepEqual(json.Errors[field], [{ ErrorCode: code, Message: json.Message }]);
    assert.equal(await countRequests(), before);
  });
}

test('several mistakes have code 11 and stand under their fields', async () => {
  const { status, json } = await post(
    news({
      From: 'nobody',
      Attachments: [{ Name: 'evil.exe', Content: 'AA==' }],
      Messages: [{ To: 'foo@bar', Cc: 'x' }, { To: 'ok@buyer.test' }, { To: '' }],
    }),
  );
  assert.deepEqual([status, json.ErrorCode], [422, 11]);
  const codes = Object.entries(json.Errors).map(([field, errors]) => [field, errors.map(error => error.ErrorCode)]);
  assert.deepEqual(Object.fromEntries(codes), {
    From: [300],
    Attachments: [411],
    'Messages[0].To': [300],
    'Messages[0].Cc': [300],
    'Messages[2].To': [300],
  });
  assert.match(json.Errors['Messages[0].To']?.[0]?.Message ?? '', /foo@bar/);
});

test('shared metadata that is wrong is told once; that an entry makes it too much is told with the entry', async () => {
  const fields = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, 'v']));
  const wrong = await post(news({ Metadata: fields(11), Messages: [{ To: 'a@b.test' }, { To: 'c@d.test' }] }));
  assert.deepEqual(Object.keys(wrong.json.Errors), ['Metadata']);
  const one = { To: 'a@b.test', Metadata: { k0: 'own' } };
  assert.equal((await post(news({ Metadata: fields(10), Messages: [one] }))).status, 200);
  const more = await post(news({ Metadata: fields(10), Messages: [{ ...one, Metadata: { more: 'x' } }] }));
  assert.deepEqual(Object.keys(more.json.Errors), ['Messages[0].Metadata']);
});

test('a request with a mistake in each of many entries is answered with a hundred of them', async () => {
  const { json } = await post(news({ Messages: Array.from({ length: 1000 }, () => ({ To: 'foo@bar' })) }));
  assert.equal(json.ErrorCode, 11);
  assert.equal(Object.keys(json.Errors).length, 100);
});

test('only broadcast streams send in bulk; an unknown one is 1226, another type 1236', async () => {
  for (const [stream, code] of [
    ['nowhere', 1226],
    ['outbound', 1236],
    ['inbound', 1236],
  ] as const)
    assert.equal((await post(news({ MessageStream: stream }))).json.ErrorCode, code, stream);
  assert.equal((await post(news({ MessageStream: 'broadcast' }))).status, 200);
});

test('From must be a sender of the account, and one of the mistakes is told with the others', async () => {
  const alone = await post(news(), { port: strictApi.port });
  assert.deepEqual([alone.json.ErrorCode, Object.keys(alone.json.Errors)], [400, ['From']]);
  const beside = await post(news({ Messages: [] }), { port: strictApi.port });
  assert.deepEqual([beside.json.ErrorCode, Object.keys(beside.json.Errors).sort()], [11, ['From', 'Messages']]);
});

test('wrong types are 403 with their place, and what is too large is refused before it is read', async () => {
  for (const body of [news({ Messages: {} }), news({ Messages: ['x'] }), news({ Messages: [{ To: 7 }] }), [news()]]) {
    const { status, json } = await post(body);
    assert.deepEqual([status, json.ErrorCode], [422, 403], JSON.stringify(body));
  }
  const large = await post(Buffer.alloc(50 * 1024 * 1024 + 1, ' '), {
    headers: { 'Content-Type': 'application/json' },
  });
  assert.deepEqual([large.status, large.json.ErrorCode], [413, 300]);
});

test('the names of fields are read in any case, empty texts and null are absent', async () => {
  const { status, json } = await post({
    from: 'desk@shop.test',
    HTMLBody: '<p>Hi</p>',
    subject: '',
    TemplateId: 0,
    templateAlias: '',
    messages: [{ TO: 'ana@buyer.test', templateModel: [], Cc: null, headers: null }],
  });
  assert.equal(status, 200, JSON.stringify(json));
});

test('an operator may switch bulk off for a server: then it is 14, and nothing else changes', async () => {
  await switchBulk(db.accept, server.serverId, false, new Date());
  const refused = await post(news());
  assert.deepEqual([refused.status, refused.json.ErrorCode], [422, 14]);
  assert.equal((await call('GET', '/email/bulk')).status, 200);
  await switchBulk(db.accept, server.serverId, true, new Date());
  assert.equal((await post(news())).status, 200);
});

test('the test token checks everything and stores nothing', async () => {
  const before = await countRequests();
  const right = await post(news(), { token: 'POSTMARK_API_TEST' });
  assert.deepEqual([right.status, right.json.ErrorCode], [200, undefined]);
  const wrong = await post(news({ From: '' }), { token: 'POSTMARK_API_TEST' });
  assert.deepEqual([wrong.status, wrong.json.ErrorCode], [422, 300]);
  assert.equal(await countRequests(), before);
});

test('a repetition with the same Idempotency-Key stores nothing and is answered the same', async () => {
  const before = await countRequests();
  const headers = { 'Idempotency-Key': 'october' };
  const [first, second] = await Promise.all([post(news(), { headers }), post(news(), { headers })]);
  assert.deepEqual(second.json, first.json);
  assert.deepEqual([first, second].map(answer => answer.headers['idempotency-replayed']).filter(Boolean), ['true']);
  assert.equal(await countRequests(), before + 1);
  const other = await post(news({ Subject: 'Other' }), { headers });
  assert.equal(other.status, 422);
  assert.equal(await countRequests(), before + 1);
});

test('an id that is none, or is not there, is 404 with code 12', async () => {
  for (const method of ['GET', 'DELETE'])
    for (const id of ['nothing', '5d9f0a77-7d2c-4a57-9d69-8ed0c0f6f0d1']) {
      const { status, json } = await call(method, `/email/bulk/${id}`);
      assert.deepEqual([status, json.ErrorCode], [404, 12]);
    }
});

test('a list shows the newest first and goes on with its key; a key that is none is 13', async () => {
  const { token } = await addServer(db.accept, accountId, 'Live');
  const ids: string[] = [];
  for (let number = 0; number < 5; number += 1) ids.unshift((await post(news(), { token })).json.Id);
  const seen: string[] = [];
  let key: string | undefined;
  do {
    const page = await call('GET', `/email/bulk?Count=2${key ? `&paginationKey=${key}` : ''}`, undefined, { token });
    assert.ok(page.json.Requests.length <= 2);
    seen.push(...page.json.Requests.map(request => request.Id));
    key = page.json.PaginationKey;
  } while (key);
  assert.deepEqual(seen, ids);
  const whole = await call('GET', '/email/bulk', undefined, { token });
  assert.deepEqual(
    whole.json.Requests.map(request => request.Id),
    ids,
  );
  for (const query of ['paginationKey=x', 'paginationKey=YmVmb3JlIHg', 'count=0', 'count=501', 'count=x']) {
    const wrong = await call('GET', `/email/bulk?${query}`, undefined, { token });
    assert.deepEqual([wrong.status, wrong.json.ErrorCode], [422, 13], query);
  }
});

test('another server sees nothing of a request and cannot cancel it', async () => {
  const { json } = await post(news());
  const { token } = await addServer(db.accept, accountId, 'Live');
  for (const method of ['GET', 'DELETE'])
    assert.equal((await call(method, `/email/bulk/${json.Id}`, undefined, { token })).status, 404);
  assert.deepEqual((await call('GET', '/email/bulk', undefined, { token })).json.Requests, []);
  const cancelled = (await call('DELETE', `/email/bulk/${json.Id}`)).json;
  assert.equal((cancelled as unknown as { Status: string }).Status, 'Cancelled');
  assert.deepEqual((await call('DELETE', `/email/bulk/${json.Id}`)).json, cancelled);
});
