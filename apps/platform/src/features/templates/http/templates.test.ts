import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { send } from '../../../edges/http-api/testing/test-api.ts';
import { startMessageApi } from '../../../testing/test-message-api.ts';
import { addServer, testWorld } from '../../../testing/test-world.ts';
import { deleteOldTemplates } from '../delete-old-templates.ts';

const world = await testWorld();
const { database: db, accountId, accountToken } = world;
const api = await startMessageApi(world);
after(() => api.close());

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape.
type Json = any;

/** A caller for a server of its own, so that no test sees the templates of another. */
async function newServer() {
  const { serverId, token } = await addServer(db.accept, accountId, 'Live');
  async function call(method: string, path: string, body?: unknown): Promise<{ status: number; json: Json }> {
    const answer = await send(api.port, { method, path, body, headers: { 'X-Postmark-Server-Token': token } });
    return { status: answer.status, json: answer.json };
  }
  async function refused(code: number, method: string, path: string, body?: unknown): Promise<string> {
    const { status, json } = await call(method, path, body);
    assert.deepEqual([status, json.ErrorCode], [422, code], `${method} ${path} ${JSON.stringify(body)?.slice(0, 200)}`);
    return json.Message;
  }
  async function made(method: string, path: string, body?: unknown): Promise<Json> {
    const { status, json } = await call(method, path, body);
    assert.equal(status, 200, `${method} ${path} ${JSON.stringify(json)}`);
    return json;
  }
  const create = (fields: object = {}) =>
    made('POST', '/templates', { Name: 'Receipt', Subject: 'Receipt {{number}}', TextBody: '{{total}}', ...fields });
  const createLayout = (fields: object = {}) =>
    made('POST', '/templates/', {
      Name: 'Base',
      TemplateType: 'Layout',
      HtmlBody: '<main>{{{@content}}}</main>',
      ...fields,
    });
  const list = (query = '') => made('GET', `/templates?count=500&offset=0${query}`);
  return { serverId, token, call, refused, made, create, createLayout, list };
}

async function asAccount(body: unknown, token = accountToken): Promise<{ status: number; json: Json }> {
  const headers = { 'X-Postmark-Account-Token': token };
  const answer = await send(api.port, { method: 'PUT', path: '/templates/push', body, headers });
  return { status: answer.status, json: answer.json };
}

test('a template is created, read, edited in part and deleted, with the fields of the documentation in their order', async () => {
  const { made, create, call, refused, serverId, list } = await newServer();
  const summary = await create({ Alias: 'receipt', HtmlBody: '<p>{{total}}</p>' });
  const { TemplateId } = summary;
  assert.equal(
    JSON.stringify(summary),
    JSON.stringify({
      TemplateId,
      Name: 'Receipt',
      Active: true,
      Alias: 'receipt',
      TemplateType: 'Standard',
      LayoutTemplate: null,
    }),
  );
  const read = await made('GET', `/templates/${TemplateId}`);
  assert.equal(
    JSON.stringify(read),
    JSON.stringify({
      Name: 'Receipt',
      TemplateId,
      Subject: 'Receipt {{number}}',
      HtmlBody: '<p>{{total}}</p>',
      TextBody: '{{total}}',
      AssociatedServerId: serverId,
      Active: true,
      Alias: 'receipt',
      TemplateType: 'Standard',
      LayoutTemplate: null,
    }),
  );
  assert.deepEqual(await made('GET', '/Templates/RECEIPT/'), read);

  const edited = await made('PUT', '/templates/receipt', { Name: ' Bill ', Subject: null });
  assert.deepEqual(edited, { ...summary, Name: 'Bill' });
  await made('PUT', `/templates/${TemplateId}/`, { name: 'Invoice', ALIAS: 'invoice', TemplateType: 'standard' });
  assert.deepEqual(await made('GET', '/templates/invoice'), { ...read, Name: 'Invoice', Alias: 'invoice' });
  await refused(1101, 'GET', '/templates/receipt');
  await made('PUT', '/templates/invoice', { TextBody: '' });
  assert.equal((await made('GET', '/templates/invoice')).TextBody, null);

  assert.deepEqual(await made('DELETE', '/templates/Invoice'), {
    ErrorCode: 0,
    Message: `Template ${TemplateId} removed.`,
  });
  const gone = await made('GET', `/templates/${TemplateId}`);
  assert.deepEqual([gone.Active, gone.Name, gone.HtmlBody], [false, 'Invoice', '<p>{{total}}</p>']);
  assert.equal((await list()).TotalCount, 0);
  await refused(1101, 'GET', '/templates/invoice');
  for (const name of [TemplateId, 'invoice']) {
    await refused(1101, 'DELETE', `/templates/${name}`);
    await refused(1101, 'PUT', `/templates/${name}`, { Name: 'Back' });
  }
  // The alias is free again.
  const second = await create({ Alias: 'invoice' });
  assert.ok(second.TemplateId > TemplateId);
  assert.equal((await call('GET', `/templates/${TemplateId}`)).status, 200);
});

test('a template is not found with the text of its id, or of its alias', async () => {
  const { refused } = await newServer();
  for (const id of ['1', '0', '99999999999999999999'])
    assert.equal(
      await refused(1101, 'GET', `/templates/${id}`),
      "The 'TemplateId' associated with this request is not valid or was not found.",
    );
  for (const alias of ['nobody', '1a', '__proto__', "o'x", '-1', 'x'.repeat(300)])
    assert.equal(
      await refused(1101, 'GET', `/templates/${encodeURIComponent(alias)}`),
      "The Template's 'Alias' associated with this request is not valid or was not found.",
    );
  await refused(1109, 'GET', '/templates/validate');
});

test('what a template may be: each mistake has its code, and leaves nothing behind', async () => {
  const { refused, create, createLayout, list } = await newServer();
  await create({ Alias: 'taken' });
  await createLayout({ Alias: 'base' });
  const right = { Name: 'Right', Subject: 'Hello', TextBody: 'Hello' };
  const layout = { Name: 'Frame', TemplateType: 'Layout', TextBody: '{{{ @content }}}' };
  const cases: [number, object | undefined][] = [
    [1109, undefined],
    [1109, {}],
    [1109, { Unknown: 'field', Name: null }],
    [1120, { ...right, Name: undefined }],
    [1120, { ...right, Name: '  ' }],
    [1120, { ...right, Subject: undefined }],
    [1120, { ...right, Subject: '' }],
    [1120, { ...right, TextBody: undefined }],
    [1120, { ...right, TextBody: '', HtmlBody: null }],
    [1120, { ...layout, TextBody: undefined }],
    [1121, { ...right, Name: 'x'.repeat(256) }],
    [1121, { ...right, Subject: 'x'.repeat(2001) }],
    [1121, { ...right, Alias: 'x'.repeat(256) }],
    [1121, { ...right, HtmlBody: 'x'.repeat(5 * 1024 * 1024 + 1) }],
    [1122, { ...right, TemplateType: 'Frame' }],
    [1122, { ...right, Alias: '' }],
    [1122, { ...right, Alias: '1st' }],
    [1122, { ...right, Alias: 'a b' }],
    [1122, { ...right, Alias: 'é' }],
    [1122, { ...right, Alias: 'taken' }],
    [1122, { ...right, Alias: 'TAKEN' }],
    [1122, { ...right, LayoutTemplate: 'nowhere' }],
    [1122, { ...right, LayoutTemplate: 'taken' }],
    [1122, { ...right, Subject: '{{#open}}' }],
    [1122, { ...right, TextBody: '{{first name}}' }],
    [1122, { ...right, HtmlBody: '{{#each x}}' }],
    [1122, { ...right, HtmlBody: '{{{@content}}}' }],
    [1123, { ...layout, Subject: 'Hello' }],
    [1123, { ...layout, LayoutTemplate: 'base' }],
    [1131, { ...layout, TextBody: 'no place' }],
    [1131, { ...layout, TextBody: '{{{@content}}} {{{@content}}}' }],
    [1131, { ...layout, HtmlBody: '<p></p>' }],
    [403, { ...right, Name: 5 }],
    [403, { ...right, HtmlBody: ['x'] }],
  ];
  for (const [code, body] of cases) await refused(code, 'POST', '/templates', body);
  assert.match(
    await refused(1122, 'POST', '/templates', { ...right, HtmlBody: 'a\n  {{first name}}' }),
    /^The 'HtmlBody' .*The path 'first name' is not valid\. Please see documentation for examples of valid paths\. \(line 2, character 3\)$/,
  );
  assert.match(
    await refused(1131, 'POST', '/templates', { ...layout, TextBody: 'none' }),
    /The layout content placeholder must be present/,
  );
  assert.equal((await list()).TotalCount, 2);
  await create({ Name: 'x'.repeat(255), Subject: 'x'.repeat(2000), Alias: `a${'.'.repeat(254)}`, TemplateType: '' });
});

test('an edit has the codes of creation, and a refused one changes nothing', async () => {
  const { refused, create, createLayout, made } = await newServer();
  await create({ Alias: 'plain' });
  await create({ Alias: 'taken' });
  await createLayout({ Alias: 'base' });
  const before = [await made('GET', '/templates/plain'), await made('GET', '/templates/base')];
  const cases: [number, string, object | undefined][] = [
    [1109, 'plain', undefined],
    [1109, 'plain', { Name: null, Color: 'red' }],
    [1120, 'plain', { Name: '' }],
    [1120, 'plain', { Subject: ' ' }],
    [1120, 'plain', { TextBody: '' }],
    [1121, 'plain', { Name: 'x'.repeat(256) }],
    [1122, 'plain', { Alias: '' }],
    [1122, 'plain', { Alias: 'Taken' }],
    [1122, 'plain', { Alias: 'base' }],
    [1122, 'plain', { LayoutTemplate: 'taken' }],
    [1122, 'plain', { LayoutTemplate: 'nowhere' }],
    [1122, 'plain', { Name: 'New', TextBody: '{{/each}}' }],
    [1122, 'plain', { TemplateType: 'x' }],
    [1123, 'plain', { TemplateType: 'Layout' }],
    [1123, 'base', { Subject: 'Hello' }],
    [1123, 'base', { LayoutTemplate: 'base' }],
    [1131, 'base', { Name: 'New', HtmlBody: '<p>gone</p>' }],
  ];
  for (const [code, alias, change] of cases) await refused(code, 'PUT', `/templates/${alias}`, change);
  assert.deepEqual([await made('GET', '/templates/plain'), await made('GET', '/templates/base')], before);
  await made('PUT', '/templates/plain', { Alias: 'PLAIN', HtmlBody: '<b>{{x}}</b>', TextBody: '' });
  assert.deepEqual(await made('GET', '/templates/plain'), {
    ...before[0],
    Alias: 'PLAIN',
    HtmlBody: '<b>{{x}}</b>',
    TextBody: null,
  });
});

test('a layout is named by us where its owner does not, is linked by its alias, keeps its templates when it is renamed, and goes last', async () => {
  const { create, createLayout, made, refused, list } = await newServer();
  const layout = await createLayout({ Subject: '', LayoutTemplate: null });
  assert.match(layout.Alias, /^layout-\d+$/);
  assert.equal((await made('GET', `/templates/${layout.Alias}`)).Subject, null);
  const used = await create({ LayoutTemplate: layout.Alias.toUpperCase() });
  assert.deepEqual([used.LayoutTemplate, used.Alias], [layout.Alias, null]);

  await made('PUT', `/templates/${layout.TemplateId}`, { Alias: 'frame' });
  assert.equal((await made('GET', `/templates/${used.TemplateId}`)).LayoutTemplate, 'frame');
  assert.match(await refused(1130, 'DELETE', '/templates/frame'), /used by one template/);
  for (const keeps of [null, undefined])
    assert.equal(
      (await made('PUT', `/templates/${used.TemplateId}`, { Name: 'Same', LayoutTemplate: keeps })).LayoutTemplate,
      'frame',
    );
  assert.equal((await made('PUT', `/templates/${used.TemplateId}`, { LayoutTemplate: '' })).LayoutTemplate, null);
  await made('PUT', `/templates/${used.TemplateId}`, { LayoutTemplate: 'frame' });
  await made('DELETE', `/templates/${used.TemplateId}`);
  await made('DELETE', '/templates/frame');
  assert.equal((await list()).TotalCount, 0);
});

test('the list is newest first, in pages, filtered by type and layout', async () => {
  const { create, createLayout, list, made, refused } = await newServer();
  const { Alias } = await createLayout({ Alias: 'base' });
  for (let number = 1; number <= 4; number += 1)
    await create({ Name: `T${number}`, Alias: `t${number}`, LayoutTemplate: number % 2 ? Alias : undefined });
  const all = await list();
  assert.deepEqual(
    [all.TotalCount, all.Templates.map((row: Json) => row.Alias)],
    [5, ['t4', 't3', 't2', 't1', 'base']],
  );
  assert.equal(
    JSON.stringify(all.Templates[1]),
    JSON.stringify({
      Active: true,
      TemplateId: all.Templates[1].TemplateId,
      Name: 'T3',
      Alias: 't3',
      TemplateType: 'Standard',
      LayoutTemplate: 'base',
    }),
  );
  const page = await made('GET', '/templates/?Count=2&Offset=2');
  assert.deepEqual([page.TotalCount, page.Templates], [5, all.Templates.slice(2, 4)]);
  const aliasesOf = async (query: string) => {
    const { TotalCount, Templates } = await list(query);
    assert.equal(TotalCount, Templates.length);
    return Templates.map((row: Json) => row.Alias);
  };
  assert.deepEqual(await aliasesOf('&templateType=layout'), ['base']);
  assert.deepEqual(await aliasesOf('&TemplateType=Standard'), ['t4', 't3', 't2', 't1']);
  assert.equal((await list('&TemplateType=All&LayoutTemplate=')).TotalCount, 5);
  assert.deepEqual(await aliasesOf('&layoutTemplate=BASE'), ['t3', 't1']);
  assert.deepEqual(await aliasesOf('&LayoutTemplate=nowhere'), []);
  for (const query of [
    '',
    '?count=5',
    '?count=0&offset=0',
    '?count=501&offset=0',
    '?count=1&offset=-1',
    '?count=x&offset=0',
  ])
    await refused(1100, 'GET', `/templates${query}`);
  await refused(1100, 'GET', '/templates?count=1&offset=0&TemplateType=Frame');
});

test('a server has a hundred templates, deleted ones not counted, also in a race', async () => {
  const { serverId, refused, call, create, made } = await newServer();
  await db.accept.query`
    insert into templates (server_id, name, template_type, subject, text_body, created_at)
    select ${serverId}, 'T' || n, 'Standard', 's', 't', now() from generate_series(1, 98) n`;
  const one = { Name: 'T', Subject: 's', TextBody: 't' };
  const codes = await Promise.all(
    [1, 2, 3, 4].map(async () => (await call('POST', '/templates', one)).json.ErrorCode ?? 0),
  );
  assert.deepEqual(codes.toSorted(), [0, 0, 1105, 1105]);
  const { TotalCount, Templates } = await made('GET', '/templates?count=300&offset=0');
  assert.equal(TotalCount, 100);
  await refused(1105, 'POST', '/templates', { Name: 'L', TemplateType: 'Layout', TextBody: '{{{@content}}}' });
  await made('DELETE', `/templates/${Templates[0].TemplateId}`);
  await create();
});

test('of two creations with one alias at once, one wins; a layout is not deleted while a template begins to use it', async () => {
  const { call, createLayout, list, made } = await newServer();
  const template = { Name: 'T', Subject: 's', TextBody: 't' };
  const codes = await Promise.all(
    ['same', 'SAME', 'same'].map(
      async Alias => (await call('POST', '/templates', { ...template, Alias })).json.ErrorCode ?? 0,
    ),
  );
  assert.deepEqual(codes.toSorted(), [0, 1122, 1122]);
  for (let round = 0; round < 5; round += 1) {
    const Alias = `base${round}`;
    await createLayout({ Alias });
    const [deletion, use] = await Promise.all([
      call('DELETE', `/templates/${Alias}`),
      call('POST', '/templates', { ...template, LayoutTemplate: Alias }),
    ]);
    // Whoever comes second is refused; never both, never none.
    assert.deepEqual(
      [deletion.json.ErrorCode, use.json.ErrorCode ?? 0].filter(code => code !== 0).length,
      1,
      JSON.stringify([deletion, use]),
    );
  }
  const rows = (await list()).Templates;
  for (const row of rows) if (row.LayoutTemplate !== null) await made('GET', `/templates/${row.LayoutTemplate}`);
});

test('deleted templates are forgotten once nobody asks for them any more', async () => {
  const { create, made, refused } = await newServer();
  const { TemplateId } = await create();
  await made('DELETE', `/templates/${TemplateId}`);
  await deleteOldTemplates(db.results, new Date(Date.now() - 60_000));
  await made('GET', `/templates/${TemplateId}`);
  await deleteOldTemplates(db.results, new Date(Date.now() + 60_000));
  await refused(1101, 'GET', `/templates/${TemplateId}`);
});

test('validation answers each part that was given, null for the others, the model it asks for, and what comes out', async () => {
  const { made, refused, createLayout, create } = await newServer();
  const valid = await made('POST', '/templates/validate', {
    HtmlBody: '<p>Hi, {{name}}</p>',
    Subject: 'Welcome {{name}}',
    TextBody: null,
    TemplateType: '',
    // A whole template, as some clients send it.
    TemplateId: 5,
    Active: true,
    Name: 'Welcome',
    Alias: 'welcome',
    AssociatedServerId: 1,
    LayoutTemplate: null,
  });
  const part = (RenderedContent: string) => ({ ContentIsValid: true, ValidationErrors: [], RenderedContent });
  assert.equal(
    JSON.stringify(valid),
    JSON.stringify({
      AllContentIsValid: true,
      HtmlBody: part('<p>Hi, name_Value</p>'),
      TextBody: null,
      Subject: part('Welcome name_Value'),
      SuggestedTemplateModel: { name: 'name_Value' },
    }),
  );

  const broken = await made('POST', '/templates/validate', {
    Subject: 'fine',
    TextBody: 'a {{first name}}\n{{#open}}',
    HtmlBody: '{{#each people}}{{.}}{{/each}}',
    TestRenderModel: { people: 'many' },
  });
  assert.deepEqual(broken, {
    AllContentIsValid: false,
    HtmlBody: {
      ContentIsValid: false,
      ValidationErrors: [
        { Message: "'people' is used like an array by the template, but is a scalar value or object in your model." },
      ],
      RenderedContent: null,
    },
    TextBody: {
      ContentIsValid: false,
      ValidationErrors: [
        {
          Message: "The path 'first name' is not valid. Please see documentation for examples of valid paths.",
          Line: 1,
          CharacterPosition: 3,
        },
        {
          Message:
            "A scope block to the following path was opened but not closed: 'open', please close it using the appropriate syntax.",
          Line: 2,
          CharacterPosition: 1,
        },
      ],
      RenderedContent: null,
    },
    Subject: part('fine'),
    SuggestedTemplateModel: { people: 'many' },
  });

  const model = await made('POST', '/templates/validate', {
    TextBody: '{{content}}{{company.address}}{{#each products}}{{/each}}{{^competitors}}none{{/competitors}}',
    TestRenderModel: { content: 'Given', company: { name: 'Acme' } },
    InlineCssForHtmlTestRender: 'false',
  });
  assert.deepEqual(model.SuggestedTemplateModel, {
    content: 'Given',
    company: { address: 'address_Value', name: 'Acme' },
    products: ['products_1', 'products_2', 'products_3'],
    competitors: {},
  });
  assert.equal(model.TextBody.RenderedContent, 'Givenaddress_Valuenone');
  for (const TestRenderModel of [[], {}, null])
    assert.deepEqual(
      (await made('POST', '/templates/validate/', { Subject: 'x', TestRenderModel })).SuggestedTemplateModel,
      {},
    );

  await createLayout({ Alias: 'base', TextBody: '{{title}}: {{{ @content }}}!', HtmlBody: '' });
  const framed = await made('POST', '/templates/validate', {
    TextBody: 'Hello {{name}}',
    HtmlBody: '<i>{{name}}</i>',
    LayoutTemplate: 'base',
  });
  assert.equal(framed.TextBody.RenderedContent, 'title_Value: Hello name_Value!');
  assert.equal(framed.HtmlBody.RenderedContent, '<i>name_Value</i>');
  assert.deepEqual(framed.SuggestedTemplateModel, { title: 'title_Value', name: 'name_Value' });

  const layout = await made('POST', '/templates/validate', {
    TemplateType: 'Layout',
    HtmlBody: '<p>{{{@content}}} {{x}}</p>',
    TextBody: 'no place',
  });
  assert.deepEqual(
    [layout.AllContentIsValid, layout.HtmlBody.ContentIsValid, layout.TextBody.ContentIsValid],
    [false, true, false],
  );
  assert.equal(layout.HtmlBody.RenderedContent, '<p>{{{@content}}} x_Value</p>');
  assert.match(layout.TextBody.ValidationErrors[0].Message, /The layout content placeholder must be present/);

  const reserved = await made('POST', '/templates/validate', {
    Subject: 'x',
    TestRenderModel: { 'pm:unsubscribe': 1 },
  });
  assert.match(reserved.Subject.ValidationErrors[0].Message, /reserved/);

  await create({ Alias: 'plain' });
  const cases: [number, object | undefined][] = [
    [1109, undefined],
    [1109, {}],
    [1109, { HtmlBody: null }],
    [1120, { TestRenderModel: {} }],
    [1120, { HtmlBody: '', Subject: '' }],
    [1121, { TextBody: 'x'.repeat(5 * 1024 * 1024 + 1) }],
    [1122, { Subject: 'x', TemplateType: 'Frame' }],
    [1122, { Subject: 'x', LayoutTemplate: 'nowhere' }],
    [1122, { Subject: 'x', LayoutTemplate: 'plain' }],
    [1123, { Subject: 'x', TextBody: '{{{@content}}}', TemplateType: 'Layout' }],
    [1123, { TextBody: '{{{@content}}}', TemplateType: 'Layout', LayoutTemplate: 'base' }],
    [403, { Subject: 'x', TestRenderModel: 'text' }],
    [403, { Subject: 'x', TestRenderModel: ['a'] }],
  ];
  for (const [code, body] of cases) await refused(code, 'POST', '/templates/validate', body);
});

test('a push copies what has an alias, layouts first, edits what differs, and leaves the rest alone', async () => {
  const source = await newServer();
  const destination = await newServer();
  await source.create({ Alias: 'plain' });
  await source.create({ Name: 'Nameless' });
  await source.createLayout({ Alias: 'base' });
  await source.made('PUT', '/templates/plain', { LayoutTemplate: 'base' });
  await source.create({ Alias: 'same' });
  const old = await destination.create({ Alias: 'PLAIN', Name: 'Old', Subject: 'Old', HtmlBody: '<p>old</p>' });
  await destination.create({ Alias: 'same' });
  await destination.create({ Alias: 'own' });

  const push = { SourceServerID: source.serverId, DestinationServerId: String(destination.serverId) };
  const planned = await asAccount(push);
  const rows = (layoutId?: number) => ({
    TotalCount: 2,
    Templates: [
      {
        Action: 'Create',
        ...(layoutId ? { TemplateId: layoutId } : {}),
        Alias: 'base',
        Name: 'Base',
        TemplateType: 'Layout',
      },
      { Action: 'Edit', TemplateId: old.TemplateId, Alias: 'plain', Name: 'Receipt', TemplateType: 'Standard' },
    ],
  });
  assert.equal(JSON.stringify(planned.json), JSON.stringify(rows()));
  assert.equal((await destination.list()).TotalCount, 3);

  const done = await asAccount({ ...push, PerformChanges: true });
  const layout = await destination.made('GET', '/templates/base');
  assert.equal(JSON.stringify(done.json), JSON.stringify(rows(layout.TemplateId)));
  const onSource = await source.made('GET', '/templates/plain');
  assert.deepEqual(await destination.made('GET', '/templates/plain'), {
    ...onSource,
    TemplateId: old.TemplateId,
    AssociatedServerId: destination.serverId,
  });
  assert.equal((await destination.list()).TotalCount, 4);
  assert.deepEqual((await asAccount({ ...push, PerformChanges: true })).json, { TotalCount: 0, Templates: [] });
  assert.deepEqual(
    (await asAccount({ SourceServerID: source.serverId, DestinationServerID: source.serverId, PerformChanges: true }))
      .json,
    { TotalCount: 0, Templates: [] },
  );
  await source.made('PUT', '/templates/plain', { LayoutTemplate: '' });
  assert.equal((await asAccount({ ...push, PerformChanges: 'true' })).json.TotalCount, 1);
  assert.equal((await destination.made('GET', '/templates/plain')).LayoutTemplate, null);
});

test('a push that cannot be is refused with the text that clients know, and changes nothing', async () => {
  const source = await newServer();
  const destination = await newServer();
  const push = { SourceServerID: source.serverId, DestinationServerID: destination.serverId, PerformChanges: true };
  const refusedWith = async (code: number, body: unknown, token?: string) => {
    const { status, json } = await asAccount(body, token);
    assert.deepEqual([status, json.ErrorCode], [422, code], JSON.stringify(body));
    return json.Message;
  };
  for (const wrong of [0, 123456, undefined, null]) {
    assert.equal(
      await refusedWith(601, { SourceServerID: wrong, DestinationServerID: wrong }),
      'The source and destination servers were not found.',
    );
    assert.equal(
      await refusedWith(601, { ...push, DestinationServerID: wrong }),
      'The destination server was not found.',
    );
    assert.equal(await refusedWith(601, { ...push, SourceServerID: wrong }), 'The source server was not found.');
  }
  assert.equal((await asAccount(push, 'nobody')).status, 401);
  await source.create();
  await refusedWith(1124, push);
  await source.create({ Alias: 'both' });
  await destination.createLayout({ Alias: 'both' });
  await refusedWith(1125, push);
  await destination.made('PUT', '/templates/both', { Alias: 'another' });
  await source.create({ Alias: 'more' });
  await db.accept.query`
    insert into templates (server_id, name, template_type, subject, text_body, created_at)
    select ${destination.serverId}, 'T', 'Standard', 's', 't', now() from generate_series(1, 98)`;
  await refusedWith(1124, push);
  assert.equal((await destination.list()).TotalCount, 99);
  const server = await source.call('PUT', '/templates/push', push);
  assert.deepEqual([server.status, server.json.ErrorCode], [401, 10]);
});

test("another server's token sees and changes nothing", async () => {
  const owner = await newServer();
  const stranger = await newServer();
  const { TemplateId } = await owner.create({ Alias: 'mine' });
  for (const name of [TemplateId, 'mine']) {
    await stranger.refused(1101, 'GET', `/templates/${name}`);
    await stranger.refused(1101, 'PUT', `/templates/${name}`, { Name: 'Mine' });
    await stranger.refused(1101, 'DELETE', `/templates/${name}`);
  }
  assert.equal((await stranger.list()).TotalCount, 0);
  assert.equal((await owner.made('GET', '/templates/mine')).Name, 'Receipt');
});

test('the gallery is shown, and installed once: what is there already stays as it is', async () => {
  const { made, refused, list, call } = await newServer();
  const gallery = await made('GET', '/template-gallery');
  assert.deepEqual([gallery.TotalCount, gallery.Templates.length], [13, 13]);
  const welcome = gallery.Templates.find((row: Json) => row.Alias === 'welcome');
  const tried = await made('POST', '/templates/validate', {
    Subject: welcome.Subject,
    HtmlBody: welcome.HtmlBody,
    TextBody: welcome.TextBody,
    TestRenderModel: welcome.TestRenderModel,
  });
  assert.equal(tried.AllContentIsValid, true);

  await refused(1101, 'POST', '/template-gallery/install', { Aliases: ['welcome', 'nobody'] });
  assert.equal((await list()).TotalCount, 0);
  const one = await made('POST', '/template-gallery/install', { Aliases: ['Welcome'] });
  assert.deepEqual(
    one.Templates.map((row: Json) => [row.Action, row.Alias, row.TemplateType]),
    [
      ['Create', welcome.LayoutTemplate, 'Layout'],
      ['Create', 'welcome', 'Standard'],
    ],
  );
  await made('PUT', '/templates/welcome', { Name: 'Mine' });
  for (const expected of [2, 13]) {
    const all = await made('POST', '/template-gallery/install');
    const left = all.Templates.filter((row: Json) => row.Action === 'None');
    assert.deepEqual([all.TotalCount, left.length], [13, expected]);
  }
  assert.equal((await made('GET', '/templates/welcome')).Name, 'Mine');
  const rows = (await list()).Templates;
  assert.equal(rows.length, 13);
  assert.equal(rows.filter((row: Json) => row.TemplateType === 'Standard' && row.LayoutTemplate === null).length, 0);
  const read = await made('GET', '/templates/receipt');
  const receipt = gallery.Templates.find((row: Json) => row.Alias === 'receipt');
  assert.deepEqual([read.HtmlBody, read.TextBody], [receipt.HtmlBody, receipt.TextBody]);
  const sent = await call('POST', '/email/withTemplate', {
    From: 'desk@shop.test',
    To: 'ana@buyer.test',
    TemplateAlias: 'receipt',
    TemplateModel: receipt.TestRenderModel,
  });
  assert.equal(sent.status, 200);
  assert.deepEqual((await made('POST', '/template-gallery/install', { Aliases: [] })).Templates, []);
});
