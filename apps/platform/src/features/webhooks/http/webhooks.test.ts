// Webhooks over real HTTP: list, get, create, edit and delete, and what each refuses.

import assert from 'node:assert/strict';
import test from 'node:test';
import { testKeyRing } from '../../../testing/test-world.ts';
import type { ServerHooks } from '../../servers/server-hooks.ts';
import { setServerHooks } from '../../servers/set-server-hooks.ts';
import { archiveStream, unarchiveStream } from '../../streams/archive-stream.ts';
import { createServerHooksSync } from '../sync-server-hooks.ts';
import { sampleSigningKey } from '../testing/sample-webhooks.ts';
import { type Json, startWebhookApi } from '../testing/webhook-api.ts';

const { world, db, request, newServer } = await startWebhookApi();
const syncHooks = createServerHooksSync(testKeyRing, sampleSigningKey);
const setHooks = (serverId: number, change: Partial<ServerHooks>) =>
  db.accept.transaction(tx => setServerHooks(tx, testKeyRing, syncHooks, serverId, change, new Date()));

const Url = 'https://hooks.shop.test/mail-events';
const off = {
  Open: { Enabled: false, PostFirstOpenOnly: false },
  Click: { Enabled: false },
  Delivery: { Enabled: false },
  Bounce: { Enabled: false, IncludeContent: false },
  SpamComplaint: { Enabled: false, IncludeContent: false },
  SubscriptionChange: { Enabled: false },
};

async function create(body: object, token?: string): Promise<Json> {
  const { status, json } = await request('POST', '/webhooks', { Url, ...body }, token);
  assert.equal(status, 200, JSON.stringify(json));
  return json;
}

async function refused(method: string, path: string, body: unknown, code: number, text?: RegExp): Promise<void> {
  const { status, json, errorCodeHeader } = await request(method, path, body);
  assert.deepEqual(
    [status, json.ErrorCode, errorCodeHeader],
    [422, code, String(code)],
    `${path} ${JSON.stringify(body)}: ${JSON.stringify(json)}`,
  );
  if (text) assert.match(json.Message ?? '', text);
}

test('a URL alone makes a webhook of the stream outbound, with every key in its place', async () => {
  const { ID, ...rest } = await create({});
  assert.ok(ID > 100_000);
  assert.deepEqual(rest, {
    Url,
    MessageStream: 'outbound',
    HttpAuth: null,
    HttpHeaders: [],
    Triggers: off,
    Status: 'verified',
    State: 'active',
    RetrySchedule: null,
    ConnectionsMax: null,
    SignatureType: 'hmac',
  });
  const keys = ['ID', 'Url', 'MessageStream', 'HttpAuth', 'HttpHeaders', 'Triggers', 'Status'];
  assert.deepEqual(Object.keys((await request('GET', `/webhooks/${ID}`)).json).slice(0, 7), keys);
});

test('everything that is given comes back, the password in clear', async () => {
  const given = {
    Url: 'http://pm:word@127.0.0.1:9/hook?password=x%20y',
    MessageStream: 'broadcast',
    HttpAuth: { Username: 'pm', Password: 's3:cret' },
    HttpHeaders: [
      { Name: 'X-Env', Value: 'staging' },
      { Name: 'Authorization', Value: 'Bearer naïve' },
    ],
    Triggers: {
      Open: { Enabled: true, PostFirstOpenOnly: true },
      Click: { Enabled: true },
      Delivery: { Enabled: true },
      Bounce: { Enabled: true, IncludeContent: true },
      SpamComplaint: { Enabled: true, IncludeContent: true },
      SubscriptionChange: { Enabled: true },
    },
    State: 'paused',
    RetrySchedule: 'postmark-2026',
    ConnectionsMax: 5,
    SignatureType: 'ed25519',
  };
  const { ID, ...rest } = await create(given);
  assert.deepEqual(rest, { ...given, Status: 'verified' });
  assert.deepEqual((await request('GET', `/Webhooks/${ID}/`)).json, { ID, ...rest });
});

test('names in any casing, null, unknown fields, partial triggers and texts for booleans are understood', async () => {
  const { json } = await request('POST', '/webhooks', {
    url: ` ${Url} `,
    messagestream: '',
    httpAuth: { Username: '', Password: '' },
    HttpHeaders: null,
    Nonsense: 1,
    triggers: { open: { enabled: 'True' }, Bounce: { IncludeContent: true }, Foo: { Enabled: true }, Click: null },
    ID: null,
    Status: null,
  });
  assert.deepEqual(
    [json.Url, json.MessageStream, json.HttpAuth, json.HttpHeaders, json.Triggers],
    [
      Url,
      'outbound',
      null,
      [],
      {
        ...off,
        Open: { Enabled: true, PostFirstOpenOnly: false },
        Bounce: { Enabled: false, IncludeContent: true },
      },
    ],
  );
});

test('creating refuses with the code of the mistake, and keeps nothing', async () => {
  const before = (await request('GET', '/webhooks')).json.Webhooks;
  await db.accept.transaction(tx => archiveStream(tx, world.server.serverId, 'broadcast', new Date()));
  const manyHeaders = Array.from({ length: 31 }, (_, index) => ({ Name: `X-${index}`, Value: '' }));
  const header = (Name: unknown, Value: unknown = 'x') => ({ Url, HttpHeaders: [{ Name, Value }] });
  const cases: readonly [body: unknown, code: number, text?: RegExp][] = [
    [undefined, 1355],
    ['', 1355],
    [{ Url, MessageStream: 'nothing' }, 1226],
    [{ Url, MessageStream: 'Outbound' }, 1226],
    [{ Url, MessageStream: 'broadcast' }, 1350],
    [{ Url, MessageStream: 'inbound' }, 1351],
    [{ Url, ID: 12 }, 1356],
    [{ Url, ID: 'x' }, 1356],
    [{ Url, Status: 'verified' }, 1363],
    [{}, 1354],
    [{ Url: null }, 1354],
    [{ Url: '' }, 1354],
    [{ Url: '  ' }, 1354],
    [{ Url: 'hooks.shop.test' }, 1354],
    [{ Url: 'ftp://hooks.shop.test/' }, 1354],
    [{ Url: 'http:hooks.shop.test' }, 1354],
    [{ Url: 'https://' }, 1354],
    [{ Url: 'https://hooks.shop.test/a b' }, 1354],
    [{ Url: 'https://hooks.shop.test/\r\nX: y' }, 1354],
    [{ Url: 'https://us%zzer@hooks.shop.test/' }, 1354],
    [{ Url: 'https://us%0aer@hooks.shop.test/' }, 1354],
    [{ Url: 'https://hooks.shop.test:99999/' }, 1354],
    [{ Url: `${Url}?${'x'.repeat(2000)}` }, 1354, /2000/],
    [header(''), 1358],
    [header(null), 1358],
    [{ Url, HttpHeaders: [{ Value: 'x' }] }, 1358],
    [header('X Env'), 1358],
    [header('X-Env:'), 1358],
    [header('X-Ümlaut'), 1358],
    [header('Content-Length'), 1358, /Content-Length/],
    [header('hOST'), 1358],
    [header('webhook-signature'), 1358],
    [header('X-PM-Webhook-Trace-Id'), 1358],
    [header('X-Env', 'a\r\nb'), 1361],
    [header('X-Env', 'x'.repeat(4001)), 1361],
    [{ Url, HttpHeaders: [...header('X-Env').HttpHeaders, ...header('x-env').HttpHeaders] }, 1361],
    [{ Url, HttpHeaders: manyHeaders }, 1361, /30/],
    [{ Url, HttpAuth: { Username: 'a:b', Password: 'c' } }, 1361],
    [{ Url, HttpAuth: { Username: 'a', Password: 'c\n' } }, 1361],
    [{ Url, HttpAuth: { Username: 'a', Password: 'x'.repeat(501) } }, 1361],
    [{ Url, State: 'failing' }, 1361],
    [{ Url, RetrySchedule: 'never' }, 1361],
    [{ Url, ConnectionsMax: -1 }, 1361],
    [{ Url, ConnectionsMax: 101 }, 1361],
    [{ Url, SignatureType: 'rsa' }, 1361],
    [{ Url: 5 }, 403],
    [{ Url, Triggers: { Open: { Enabled: 'maybe' } } }, 403],
    [{ Url, HttpAuth: 'pm:word' }, 403],
    [header('X-Env', 'a\0b'), 403],
    [[], 403],
  ];
  for (const [body, code, text] of cases) await refused('POST', '/webhooks', body, code, text);
  assert.deepEqual((await request('GET', '/webhooks')).json.Webhooks, before);
  await db.accept.transaction(tx => unarchiveStream(tx, world.server.serverId, 'broadcast', new Date()));
});

test('the eleventh webhook of a stream is refused, also of several that come at the same time', async () => {
  const { token } = await newServer();
  const answers = await Promise.all(
    Array.from({ length: 14 }, () => request('POST', '/webhooks', { Url, MessageStream: 'broadcast' }, token)),
  );
  const codes = answers.map(answer => answer.json.ErrorCode ?? 200).sort();
  assert.deepEqual(codes, [...Array<number>(4).fill(1359), ...Array<number>(10).fill(200)]);
  const [first] = answers.filter(answer => answer.status === 200);
  await create({}, token);
  await request('DELETE', `/webhooks/${first?.json.ID}`, undefined, token);
  await create({ MessageStream: 'broadcast' }, token);
});

test('the list: all streams or one, in any casing of the parameter; paging is ignored', async () => {
  const { token, serverId } = await newServer();
  const list = async (query: string) => {
    const { status, json } = await request('GET', `/webhooks${query}`, undefined, token);
    assert.equal(status, 200, JSON.stringify(json));
    assert.deepEqual(Object.keys(json), ['Webhooks']);
    return (json.Webhooks as Json[]).map(webhook => webhook.ID);
  };
  assert.deepEqual(await list(''), []);
  const first = (await create({}, token)).ID;
  const second = (await create({ MessageStream: 'broadcast' }, token)).ID;
  const third = (await create({ Verify: false }, token)).ID;
  assert.deepEqual(await list(''), [first, second, third]);
  for (const name of ['MessageStream', 'messageStream', 'messagestream', 'message_stream'])
    assert.deepEqual(await list(`?${name}=outbound&count=1&offset=2`), [first, third]);
  assert.deepEqual(await list('?MessageStream='), [first, second, third]);
  assert.deepEqual(await list('?status=Verified'), [first, second]);
  assert.deepEqual(await list('?status=unverified&messagestream=outbound'), [third]);
  assert.deepEqual(await list('?messagestream=inbound'), []);
  await db.accept.transaction(tx => archiveStream(tx, serverId, 'broadcast', new Date()));
  assert.deepEqual(await list('?messagestream=broadcast'), [second]);
  const { status, json } = await request('GET', '/webhooks?messagestream=nothing', undefined, token);
  assert.deepEqual([status, json.ErrorCode], [422, 1226]);
  await refused('GET', '/webhooks?status=perhaps', undefined, 1362);
  await refused('GET', '/webhooks?includeserverhooks=perhaps', undefined, 403);
});

test('an edit changes what it names: triggers one by one, sub-keys one by one, lists as a whole', async () => {
  const { ID } = await create({
    HttpAuth: { Username: 'pm', Password: 'word' },
    HttpHeaders: [{ Name: 'X-Env', Value: 'staging' }],
    Triggers: {
      Open: { Enabled: true, PostFirstOpenOnly: true },
      SpamComplaint: { Enabled: false, IncludeContent: true },
    },
    RetrySchedule: 'long',
    ConnectionsMax: 2,
  });
  let expected = (await request('GET', `/webhooks/${ID}`)).json;
  const edit = async (body: object, changes: object) => {
    const { json } = await request('PUT', `/webhooks/${ID}`, body);
    expected = { ...expected, ...changes };
    assert.deepEqual(json, expected);
    assert.deepEqual((await request('GET', `/webhooks/${ID}`)).json, expected);
  };
  await edit({}, {});
  await edit({ Url: null, HttpAuth: null, HttpHeaders: null, Triggers: null, RetrySchedule: null }, {});
  await edit({ HttpAuth: {} }, {});
  await edit({ HttpAuth: { Username: null, Password: null } }, {});
  await edit({ Url: 'https://other.shop.test/' }, { Url: 'https://other.shop.test/' });
  const spam = {
    ...off,
    Open: { Enabled: true, PostFirstOpenOnly: true },
    SpamComplaint: { Enabled: true, IncludeContent: true },
  };
  await edit({ Triggers: { SpamComplaint: { Enabled: true } } }, { Triggers: spam });
  const open = { ...spam, Open: { Enabled: false, PostFirstOpenOnly: true }, Click: { Enabled: true } };
  await edit({ Triggers: { Open: { Enabled: false }, Click: { Enabled: true } } }, { Triggers: open });
  await edit(
    { Triggers: { Open: { PostFirstOpenOnly: false }, SpamComplaint: {} } },
    {
      Triggers: { ...open, Open: { Enabled: false, PostFirstOpenOnly: false } },
    },
  );
  await edit({ HttpHeaders: [{ Name: 'X-New', Value: '' }] }, { HttpHeaders: [{ Name: 'X-New', Value: '' }] });
  await edit({ HttpHeaders: [] }, { HttpHeaders: [] });
  await edit({ HttpAuth: { Username: 'you' } }, { HttpAuth: { Username: 'you', Password: '' } });
  await edit({ HttpAuth: { Username: '', Password: '' } }, { HttpAuth: null });
  await edit({ ID, MessageStream: 'outbound' }, {});
  await edit({ RetrySchedule: 'default', ConnectionsMax: 0 }, { RetrySchedule: null, ConnectionsMax: null });
  await edit({ State: 'paused' }, { State: 'paused' });
  await edit({ State: 'Paused' }, {});
  await edit({ State: 'active' }, { State: 'active' });
  await edit({ SignatureType: 'ed25519' }, { SignatureType: 'ed25519' });
  const events = world.heard.filter(event => event.details.webhookId === ID);
  assert.deepEqual(
    events.map(event => event.kind),
    ['webhook_paused', 'webhook_resumed'],
  );
});

test('an edit refuses with the code of the mistake, and changes nothing', async () => {
  const { ID } = await create({});
  const before = (await request('GET', `/webhooks/${ID}`)).json;
  const path = `/webhooks/${ID}`;
  await refused('PUT', path, undefined, 1355);
  await refused('PUT', path, { ID: ID + 1 }, 1357);
  await refused('PUT', path, { MessageStream: 'broadcast' }, 1357);
  await refused('PUT', path, { Status: 'verified' }, 1363);
  await refused('PUT', path, { Url: '' }, 1354);
  await refused('PUT', path, { Url: 'https://other.shop.test/', HttpHeaders: [{ Name: '' }] }, 1358);
  await refused('PUT', path, { Url: 'https://other.shop.test/', HttpAuth: { Username: 'a:b' } }, 1361);
  await refused('PUT', path, { Url: 'https://other.shop.test/', State: 'failing' }, 1361);
  await refused('PUT', path, { Url: 'https://other.shop.test/', Triggers: { Open: 1 } }, 403);
  assert.deepEqual((await request('GET', path)).json, before);
});

test('an archived stream keeps its webhooks, which can be edited and removed', async () => {
  const { token, serverId } = await newServer();
  const { ID } = await create({ MessageStream: 'broadcast' }, token);
  await db.accept.transaction(tx => archiveStream(tx, serverId, 'broadcast', new Date()));
  const edited = await request('PUT', `/webhooks/${ID}`, { Triggers: { Open: { Enabled: true } } }, token);
  assert.equal(edited.status, 200);
  assert.equal((await request('DELETE', `/webhooks/${ID}`, undefined, token)).status, 200);
});

test('a removed webhook is gone', async () => {
  const { ID } = await create({});
  const { status, json } = await request('DELETE', `/webhooks/${ID}`);
  assert.deepEqual([status, json as object], [200, { ErrorCode: 0, Message: `Webhook ${ID} removed.` }]);
  const text = "The webhook for the provided 'ID' was not found.";
  for (const method of ['GET', 'DELETE']) {
    const gone = await request(method, `/webhooks/${ID}`);
    assert.deepEqual([gone.status, gone.json as object], [422, { ErrorCode: 1352, Message: text }]);
  }
});

const paths: readonly [method: string, path: (id: unknown) => string, body?: object][] = [
  ['GET', id => `/webhooks/${id}`],
  ['PUT', id => `/webhooks/${id}`, { Url: 'https://thief.test/', Verify: true }],
  ['DELETE', id => `/webhooks/${id}`],
  ['POST', id => `/webhooks/${id}/verify`],
  ['POST', id => `/webhooks/${id}/test`, { Trigger: 'all' }],
  ['GET', id => `/webhooks/${id}/secrets`],
  ['POST', id => `/webhooks/${id}/secrets/rotate`, {}],
];

test("another server's token sees nothing and changes nothing, by any endpoint", async () => {
  const other = await newServer();
  const { ID } = await create({ Triggers: { Delivery: { Enabled: true } } });
  const before = [
    (await request('GET', `/webhooks/${ID}`)).json,
    (await request('GET', `/webhooks/${ID}/secrets`)).json,
  ];
  for (const [method, path, body] of paths) {
    const { status, json } = await request(method, path(ID), body, other.token);
    assert.deepEqual([status, json.ErrorCode], [422, 1352], `${method} ${path(ID)}`);
  }
  assert.deepEqual((await request('GET', '/webhooks', undefined, other.token)).json.Webhooks, []);
  const after = [
    (await request('GET', `/webhooks/${ID}`)).json,
    (await request('GET', `/webhooks/${ID}/secrets`)).json,
  ];
  assert.deepEqual(after, before);
});

test('what is no id is the id of no webhook, and the test token is not welcome', async () => {
  for (const [method, path, body] of paths) {
    for (const id of ['1', '0', 'abc', '-1', '1.5', '999999999999999', '99999999999999999999', '%27'])
      await refused(method, path(id), body, 1352);
    assert.equal((await request(method, path(1), body, 'POSTMARK_API_TEST')).status, 401);
  }
  assert.equal((await request('GET', '/webhooks', undefined, 'POSTMARK_API_TEST')).status, 401);
  assert.equal((await request('POST', '/webhooks', { Url }, 'POSTMARK_API_TEST')).status, 401);
});

test("the server's own hook URLs are listed when asked for, and changed with the server only", async () => {
  const { token, serverId } = await newServer();
  await setHooks(serverId, {
    bounceHookUrl: Url,
    openHookUrl: Url,
    inboundHookUrl: Url,
    postFirstOpenOnly: true,
    includeBounceContentInHook: true,
  });
  const { ID } = await create({}, token);
  const list = async (query: string) =>
    (await request('GET', `/webhooks${query}`, undefined, token)).json.Webhooks as Json[];
  assert.deepEqual(
    (await list('')).map(webhook => webhook.ID),
    [ID],
  );
  const hooks = (await list('?IncludeServerHooks=true')).filter(webhook => webhook.ID !== ID);
  assert.deepEqual(
    hooks.map(hook => [hook.ServerHook, hook.MessageStream, hook.Triggers]),
    [
      [
        'BounceHookUrl',
        'outbound',
        {
          ...off,
          Bounce: { Enabled: true, IncludeContent: true },
          SpamComplaint: { Enabled: true, IncludeContent: true },
        },
      ],
      ['OpenHookUrl', 'outbound', { ...off, Open: { Enabled: true, PostFirstOpenOnly: true } }],
      ['InboundHookUrl', 'inbound', off],
    ],
  );
  assert.deepEqual((await list('?includeserverhooks=true&messagestream=inbound')).length, 1);
  for (const hook of hooks) {
    const path = `/webhooks/${hook.ID}`;
    assert.deepEqual((await request('GET', path, undefined, token)).json, hook);
    for (const [method, body] of [
      ['PUT', { Url: 'https://other.shop.test/' }],
      ['DELETE', undefined],
    ] as const) {
      const { status, json } = await request(method, path, body, token);
      assert.deepEqual([status, json.ErrorCode], [422, 1360]);
      assert.match(json.Message ?? '', new RegExp(String(hook.ServerHook)));
    }
    assert.deepEqual((await request('GET', path, undefined, token)).json, hook);
  }
});
