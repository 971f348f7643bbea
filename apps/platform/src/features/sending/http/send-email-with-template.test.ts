import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { send } from '../../../edges/http-api/testing/test-api.ts';
import { startMessageApi } from '../../../testing/test-message-api.ts';
import { addServer, suppress, testWorld } from '../../../testing/test-world.ts';

const world = await testWorld();
const { database: db, server } = world;
const api = await startMessageApi(world);
after(() => api.close());

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape.
type Json = any;

async function call(method: string, path: string, body?: unknown, token = server.token, more: object = {}) {
  const headers = { 'X-Postmark-Server-Token': token, ...more };
  const answer = await send(api.port, { method, path, body, headers });
  return { status: answer.status, json: answer.json as Json, headers: answer.headers };
}

async function made(method: string, path: string, body?: unknown): Promise<Json> {
  const { status, json } = await call(method, path, body);
  assert.equal(status, 200, JSON.stringify(json));
  return json;
}

const mail = (changes: object = {}) => ({ From: 'desk@shop.test', To: 'ana@buyer.test', ...changes });
const withTemplate = (changes: object, token?: string) => call('POST', '/email/withTemplate', mail(changes), token);

async function sent(changes: object): Promise<Json> {
  const { status, json } = await withTemplate(changes);
  assert.equal(status, 200, JSON.stringify(json));
  return made('GET', `/messages/outbound/${json.MessageID}/details`);
}

async function countMessages(): Promise<number> {
  const [row] = await db.reads.query<{ count: number }>`select count(*)::int as count from messages`;
  return row?.count ?? 0;
}

await made('POST', '/templates', {
  Name: 'Base',
  Alias: 'base',
  TemplateType: 'Layout',
  HtmlBody: '<body>{{#shop}}<h1>{{name}}</h1>{{{ @content }}}{{/shop}}</body>',
});
const { TemplateId } = await made('POST', '/templates', {
  Name: 'Receipt',
  Alias: 'receipt',
  Subject: 'Receipt {{number}} for <{{buyer}}>',
  HtmlBody: '<p>{{../buyer}}: {{#each ../lines}}{{what}} {{/each}}</p>',
  TextBody: '{{buyer}}: {{#each lines}}{{what}} {{/each}}{{{ pm:unsubscribe }}}',
  LayoutTemplate: 'base',
});
await made('POST', '/templates', { Name: 'Fixed', Alias: 'fixed', Subject: 'Always', TextBody: 'the same{{x}}' });

const model = { number: 7, buyer: 'Ana & Co', shop: { name: 'A<B' }, lines: [{ what: 'tea' }, { what: 'pot' }] };

test('a message is made of template, layout and model; HTML is escaped, text and subject are not', async () => {
  const { status, json } = await withTemplate({ TemplateAlias: 'receipt', TemplateModel: model });
  assert.equal(status, 200);
  assert.deepEqual(Object.keys(json), ['ErrorCode', 'Message', 'MessageID', 'SubmittedAt', 'To']);
  assert.deepEqual([json.ErrorCode, json.Message, json.To], [0, 'OK', 'ana@buyer.test']);
  const details = await made('GET', `/messages/outbound/${json.MessageID}/details`);
  assert.equal(details.Subject, 'Receipt 7 for <Ana & Co>');
  assert.equal(details.TextBody, 'Ana & Co: tea pot {{{ pm:unsubscribe }}}');
  assert.equal(details.HtmlBody, '<body><h1>A&lt;B</h1><p>Ana &amp; Co: tea pot </p></body>');
});

test('a template is named by its id, as a number or a text, or by its alias in any case; the id goes first', async () => {
  for (const named of [
    { TemplateId },
    { TemplateID: String(TemplateId) },
    { TemplateId, TemplateAlias: 'fixed' },
    { TemplateId: 0, TemplateAlias: 'Receipt' },
    { TemplateId: '', TemplateAlias: 'RECEIPT' },
    { TemplateId: null, TemplateAlias: 'receipt', Subject: null, HtmlBody: null, TextBody: '' },
  ])
    assert.match((await sent({ ...named, TemplateModel: model })).Subject, /^Receipt 7/, JSON.stringify(named));
  assert.equal((await call('POST', '/email/withtemplate/', mail({ TemplateAlias: 'fixed' }))).status, 200);
});

test('a model may be absent, null, empty, or the empty list that PHP sends', async () => {
  for (const empty of [{}, { TemplateModel: null }, { TemplateModel: {} }, { TemplateModel: [] }]) {
    const details = await sent({ TemplateAlias: 'fixed', ...empty });
    assert.deepEqual([details.Subject, details.TextBody], ['Always', 'the same']);
  }
});

test('the rules of style elements are put into the elements, unless InlineCss says no', async () => {
  const HtmlBody = '<style>p { color: red } @media print { p { color: blue } }</style><p>{{x}}</p>';
  await made('POST', '/templates', { Name: 'Styled', Alias: 'styled', Subject: 's', HtmlBody });
  const styled = { TemplateAlias: 'styled', TemplateModel: { x: '<' } };
  for (const yes of [{}, { InlineCss: true }, { InlineCss: null }, { InlineCss: 'true' }]) {
    const details = await sent({ ...styled, ...yes });
    assert.match(details.HtmlBody, /<p style="color: ?red;?">&lt;<\/p>/);
    assert.match(details.HtmlBody, /@media print/);
  }
  for (const no of [false, 'False'])
    assert.equal((await sent({ ...styled, InlineCss: no })).HtmlBody, HtmlBody.replace('{{x}}', '&lt;'));
  const tried = async (more: object) =>
    (await made('POST', '/templates/validate', { HtmlBody, ...more })).HtmlBody.RenderedContent;
  assert.match(await tried({}), /<p style="color: ?red;?">x_Value/);
  assert.match(await tried({ InlineCssForHtmlTestRender: false }), /<p>x_Value/);
});

test('AutoText makes the text part from the HTML, where there is none', async () => {
  const details = await sent({ TemplateAlias: 'styled', TemplateModel: { x: 'Hello' }, AutoText: true });
  assert.equal(details.TextBody, 'Hello');
  assert.match((await sent({ TemplateId, TemplateModel: model, AutoText: true })).TextBody, /^Ana & Co: tea/);
  const plain = async (fields: object) => {
    const { MessageID } = await made('POST', '/email', mail(fields));
    return (await made('GET', `/messages/outbound/${MessageID}/details`)).TextBody;
  };
  assert.equal(await plain({ HtmlBody: '<p>One</p><p>Two</p>', AutoText: true }), 'One\n\nTwo');
  assert.equal(await plain({ HtmlBody: '<p>One</p>', AutoText: false }), undefined);
  assert.equal(await plain({ HtmlBody: '<p>One</p>', TextBody: 'Mine', AutoText: true }), 'Mine');
});

test('a value with several lines makes no second header of a subject', async () => {
  const details = await sent({ TemplateId, TemplateModel: { ...model, buyer: 'Ana\r\nBcc: x@y.test' } });
  assert.equal(details.Subject, 'Receipt 7 for <Ana Bcc: x@y.test>');
});

test('what cannot be sent is refused with its code, and nothing is stored', async () => {
  await suppress(db.accept, server.serverId, 'gone@buyer.test');
  const layout = await made('GET', '/templates/base');
  const removed = await made('POST', '/templates', { Name: 'R', Alias: 'removed', Subject: 's', TextBody: 't' });
  await made('DELETE', '/templates/removed');
  const before = await countMessages();
  const fixed = { TemplateAlias: 'fixed', TemplateModel: {} };
  const cases: [number, object][] = [
    [1101, {}],
    [1101, { TemplateId: 1, TemplateModel: {} }],
    [1101, { TemplateId: -5 }],
    [1101, { TemplateAlias: 'nobody' }],
    [1101, { TemplateAlias: String(TemplateId) }],
    [1101, { TemplateAlias: 'removed' }],
    [1101, { TemplateId: removed.TemplateId }],
    [1101, { TemplateAlias: 'base' }],
    [1101, { TemplateId: layout.TemplateId }],
    [1122, { TemplateId, TemplateModel: { lines: 'many' } }],
    [1122, { TemplateAlias: 'fixed', TemplateModel: { 'pm:unsubscribe': 'x' } }],
    [1123, { ...fixed, Subject: 'Mine' }],
    [1123, { ...fixed, HtmlBody: '<p>' }],
    [1123, { ...fixed, TextBody: 'Mine' }],
    [300, { ...fixed, To: 'foo@bar' }],
    [300, { ...fixed, From: 'nobody' }],
    // What is wrong with the message itself is told before what is wrong with its template.
    [300, { TemplateAlias: 'nobody', To: 'foo@bar' }],
    [406, { ...fixed, To: 'gone@buyer.test' }],
    [411, { ...fixed, Attachments: [{ Name: 'a.exe', Content: 'AAAA', ContentType: 'x/y' }] }],
    [1235, { ...fixed, MessageStream: 'nowhere' }],
    [403, { TemplateId: 'x' }],
    [403, { TemplateId: 1.5 }],
    [403, { TemplateAlias: 'fixed', TemplateModel: 'text' }],
    [403, { TemplateAlias: 'fixed', TemplateModel: ['a'] }],
    [403, { TemplateAlias: 'fixed', TemplateModel: { ['__proto__']: {} } }],
  ];
  for (const [code, changes] of cases) {
    const { status, json } = await withTemplate(changes);
    assert.deepEqual([status, json.ErrorCode], [422, code], `${JSON.stringify(changes)}: ${json.Message}`);
  }
  let deep: object = {};
  for (let level = 0; level < 200; level += 1) deep = { deep };
  assert.equal((await withTemplate({ TemplateAlias: 'fixed', TemplateModel: deep })).json.ErrorCode, 402);
  const byAlias = await withTemplate({ TemplateAlias: 'nobody' });
  assert.equal(
    byAlias.json.Message,
    "The Template's 'Alias' associated with this request is not valid or was not found.",
  );
  const byId = await withTemplate({ TemplateId: 1 });
  assert.equal(byId.json.Message, "The 'TemplateId' associated with this request is not valid or was not found.");
  const failed = await withTemplate({ TemplateId, TemplateModel: { ...model, lines: 'many' } });
  assert.match(failed.json.Message, /'HtmlBody'.*'\.\.\/lines' is used like an array by the template/);
  assert.equal(await countMessages(), before);
});

test('a body of a megabyte is rendered; one that a model blows up beyond 5 MB is refused', async () => {
  const TextBody = `${'x'.repeat(1024 * 1024)}{{#each many}}${'y'.repeat(1000)}{{/each}}`;
  await made('POST', '/templates', { Name: 'Large', Alias: 'large', Subject: 's', TextBody });
  assert.equal((await withTemplate({ TemplateAlias: 'large' })).status, 200);
  const many = Array.from({ length: 5000 }, () => 1);
  const refused = await withTemplate({ TemplateAlias: 'large', TemplateModel: { many } });
  assert.deepEqual([refused.status, refused.json.ErrorCode], [422, 300]);
});

test('the test token checks the message and needs no template', async () => {
  const before = await countMessages();
  const good = await withTemplate({ TemplateAlias: 'anything', TemplateModel: {} }, 'POSTMARK_API_TEST');
  assert.deepEqual([good.status, good.json.Message], [200, 'Test job accepted']);
  const wrong = await withTemplate({ TemplateId: 5, To: 'foo@bar' }, 'POSTMARK_API_TEST');
  assert.deepEqual([wrong.status, wrong.json.ErrorCode], [422, 300]);
  const mixed = await withTemplate({ TemplateId: 5, TextBody: 'x' }, 'POSTMARK_API_TEST');
  assert.deepEqual([mixed.status, mixed.json.ErrorCode], [422, 1123]);
  assert.equal(await countMessages(), before);
});

test('in a batch each message has its own template, model and result', async () => {
  const stranger = await addServer(db.accept, world.accountId, 'Live');
  const Messages = [
    mail({ TemplateAlias: 'receipt', TemplateModel: model }),
    mail({ TemplateAlias: 'nobody' }),
    mail({ TemplateId, TemplateModel: { lines: 5 } }),
    mail({ TemplateAlias: 'fixed', To: 'foo@bar' }),
    mail({ TemplateAlias: 'fixed', TextBody: 'x' }),
    mail({ TemplateAlias: 'base' }),
    mail({ TemplateId: String(TemplateId), TemplateModel: model, To: '', Cc: 'last@buyer.test' }),
  ];
  const { status, json } = await call('POST', '/email/batchWithTemplates', { Messages });
  assert.equal(status, 200);
  assert.deepEqual(
    json.map((result: Json) => result.ErrorCode),
    [0, 1101, 1122, 300, 1123, 1101, 0],
  );
  assert.deepEqual(json[1], {
    ErrorCode: 1101,
    Message: "The Template's 'Alias' associated with this request is not valid or was not found.",
  });
  assert.deepEqual(Object.keys(json[6]), ['ErrorCode', 'Message', 'MessageID', 'SubmittedAt']);
  const theirs = await call('POST', '/email/batchWithTemplates/', { messages: Messages.slice(0, 1) }, stranger.token);
  assert.deepEqual([theirs.status, theirs.json[0].ErrorCode], [200, 1101]);

  for (const body of [{ Messages: [] }, {}, undefined, { Messages: null }])
    assert.deepEqual((await call('POST', '/email/batchWithTemplates', body)).json, []);
  const many = Array.from({ length: 501 }, () => mail({ TemplateAlias: 'fixed' }));
  const tooMany = await call('POST', '/email/batchWithTemplates', { Messages: many });
  assert.deepEqual([tooMany.status, tooMany.json.ErrorCode], [422, 410]);
  const full = await call('POST', '/email/batchWithTemplates', { Messages: many.slice(0, 500) });
  assert.ok(full.json.length === 500 && full.json.every((result: Json) => result.ErrorCode === 0));
  for (const wrong of [{ Messages: {} }, { Messages: ['x'] }, []])
    assert.equal((await call('POST', '/email/batchWithTemplates', wrong)).json.ErrorCode, 403);
  const tested = await call(
    'POST',
    '/email/batchWithTemplates',
    { Messages: Messages.slice(0, 2) },
    'POSTMARK_API_TEST',
  );
  assert.deepEqual(
    tested.json.map((result: Json) => result.Message),
    ['Test job accepted', 'Test job accepted'],
  );
});

test('with an Idempotency-Key a send by template, and a batch of them, is done once', async () => {
  const again = async (path: string, body: object, key: string) => {
    const first = await call('POST', path, body, server.token, { 'Idempotency-Key': key });
    const before = await countMessages();
    const second = await call('POST', path, body, server.token, { 'Idempotency-Key': key });
    assert.deepEqual([second.status, second.json], [200, first.json]);
    assert.equal(second.headers['idempotency-replayed'], 'true');
    assert.equal(await countMessages(), before);
    return first.json;
  };
  const message = mail({ TemplateAlias: 'fixed', TemplateModel: {} });
  assert.equal((await again('/email/withTemplate', message, 'one')).ErrorCode, 0);
  const Messages = [message, mail({ TemplateAlias: 'nobody' }), message];
  const results = await again('/email/batchWithTemplates', { Messages }, 'many');
  assert.deepEqual(
    results.map((result: Json) => result.ErrorCode),
    [0, 1101, 0],
  );
  const other = await call('POST', '/email/withTemplate', mail({ TemplateAlias: 'receipt' }), server.token, {
    'Idempotency-Key': 'one',
  });
  assert.equal(other.status, 422);
});

test('with SendAt the message is made now and waits', async () => {
  const SendAt = new Date(Date.now() + 3_600_000).toISOString();
  const { status, json } = await withTemplate({ TemplateAlias: 'receipt', TemplateModel: model, SendAt });
  assert.deepEqual([status, json.ErrorCode], [200, 0]);
  const past = await withTemplate({ TemplateAlias: 'nobody', SendAt: 'soon' });
  assert.equal(past.json.ErrorCode, 300);
});
