import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { send } from '../../../edges/http-api/testing/test-api.ts';
import { startMessageApi } from '../../../testing/test-message-api.ts';
import { testServerDeps } from '../../../testing/test-server-deps.ts';
import { addServer, testKeyRing, testWorld } from '../../../testing/test-world.ts';
import { createAccount } from '../../accounts/create-account.ts';
import type { ServerHooks } from '../server-hooks.ts';

const world = await testWorld();
const { database: db, accountId, accountToken, server } = world;
const other = await db.accept.transaction(tx =>
  createAccount(tx, testKeyRing, { name: 'Other', givenToken: undefined }, new Date()),
);
const heardHooks: { serverId: number; hooks: ServerHooks }[] = [];
const mx = new Map<string, readonly string[] | undefined>([['in.client.test', ['mail.shop.test']]]);
const askedMx: string[] = [];
const api = await startMessageApi(world, {
  servers: testServerDeps({
    hooksChanged: async (_tx, serverId, hooks) => void heardHooks.push({ serverId, hooks }),
    findMxHosts: async domain => {
      askedMx.push(domain);
      return mx.has(domain) ? mx.get(domain) : [];
    },
  }),
});
after(() => api.close());

type Json = Record<string, unknown> & { ErrorCode?: number; Message?: string };

async function call(method: string, path: string, body?: unknown, token = accountToken) {
  const header = path.toLowerCase().startsWith('/servers') ? 'X-Postmark-Account-Token' : 'X-Postmark-Server-Token';
  const answer = await send(api.port, { method, path, body, headers: { [header]: token } });
  return { status: answer.status, json: answer.json as Json };
}

let made = 0;
async function create(fields: object = {}): Promise<Json & { ID: number; ApiTokens: string[]; Name: string }> {
  made += 1;
  const { status, json } = await call('POST', '/servers', { Name: `Made ${made}`, ...fields });
  assert.equal(status, 200, JSON.stringify(json));
  return json as never;
}

async function refused(code: number, method: string, path: string, body?: unknown, token?: string): Promise<void> {
  const { status, json } = await call(method, path, body, token);
  assert.deepEqual([status, json.ErrorCode], [422, code], `${method} ${path} ${JSON.stringify(body)} ${json.Message}`);
}

test('a new server has every field in the order of the documentation, with its defaults', async () => {
  const json = await create({ Name: 'Shop 2026-11-26T01:02:03+00:00' });
  const { ID, ApiTokens, InboundHash } = json;
  assert.ok(ID > 1000);
  assert.equal(ApiTokens.length, 1);
  assert.match(ApiTokens[0] ?? '', /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.match(String(InboundHash), /^[0-9a-f]{32}$/);
  assert.equal(
    JSON.stringify(json),
    JSON.stringify({
      ID,
      Name: 'Shop 2026-11-26T01:02:03+00:00',
      ApiTokens,
      Color: 'purple',
      SmtpApiActivated: true,
      RawEmailEnabled: false,
      DeliveryType: 'Live',
      ServerLink: `https://post.shop.test/servers/${ID}/streams`,
      InboundAddress: `${InboundHash}@inbound.mail.shop.test`,
      InboundHookUrl: '',
      BounceHookUrl: '',
      OpenHookUrl: '',
      DeliveryHookUrl: '',
      PostFirstOpenOnly: false,
      InboundDomain: '',
      InboundHash,
      InboundSpamThreshold: 0,
      TrackOpens: false,
      TrackLinks: 'None',
      IncludeBounceContentInHook: false,
      ClickHookUrl: '',
      EnableSmtpApiErrorHooks: false,
    }),
  );
  const own = await call('GET', '/server', undefined, ApiTokens[0]);
  assert.deepEqual(own.json, json);
  assert.deepEqual((await call('GET', `/servers/${ID}`)).json, json);
  const streams = await call('GET', '/message-streams', undefined, ApiTokens[0]);
  assert.equal(streams.json.TotalCount, 3);
});

const everything = {
  Color: 'Turqoise',
  SmtpApiActivated: false,
  RawEmailEnabled: true,
  InboundHookUrl: 'https://user:secret@hooks.client.test/inbound',
  BounceHookUrl: 'http://hooks.client.test/bounce?password=1',
  OpenHookUrl: 'https://hooks.client.test/open',
  DeliveryHookUrl: 'https://hooks.client.test/delivery',
  ClickHookUrl: 'https://hooks.client.test/click',
  PostFirstOpenOnly: true,
  InboundDomain: 'In.Client.TEST',
  InboundSpamThreshold: 9,
  TrackOpens: true,
  TrackLinks: 'htmlandtext',
  IncludeBounceContentInHook: true,
  EnableSmtpApiErrorHooks: true,
};
const asShown = { ...everything, Color: 'turquoise', InboundDomain: 'in.client.test', TrackLinks: 'HtmlAndText' };

test('everything may be given at creation, is shown again, and the hooks are told to the webhooks', async () => {
  const json = await create({ ...everything, DeliveryType: 'sandbox' });
  for (const [name, value] of Object.entries(asShown)) assert.deepEqual(json[name], value, name);
  assert.equal(json.DeliveryType, 'Sandbox');
  const heard = heardHooks.filter(({ serverId }) => serverId === json.ID);
  assert.deepEqual(
    heard.map(({ hooks }) => hooks),
    [
      {
        bounceHookUrl: everything.BounceHookUrl,
        openHookUrl: everything.OpenHookUrl,
        deliveryHookUrl: everything.DeliveryHookUrl,
        clickHookUrl: everything.ClickHookUrl,
        inboundHookUrl: everything.InboundHookUrl,
        postFirstOpenOnly: true,
        includeBounceContentInHook: true,
        enableSmtpApiErrorHooks: true,
        inboundAction: { kind: 'webhook' },
      },
    ],
  );
  const [row] = await db.reads.query<{ text: string }>`
    select s::text as text from servers s where server_id = ${json.ID}`;
  assert.ok(row && !row.text.includes('client.test/'));
  await call('DELETE', `/servers/${json.ID}`);
});

test('an edit changes what it names and nothing else, through either path; null and absence change nothing', async () => {
  const before = await create();
  const edited = await call('PUT', `/servers/${before.ID}`, { ...everything, Name: 'Renamed', DeliveryType: null });
  assert.deepEqual(edited.json, { ...before, ...asShown, Name: 'Renamed' });
  const own = await call(
    'put',
    '/SERVER/',
    { color: 'GREEN', trackopens: 'False', OpenHookUrl: '', Name: null },
    before.ApiTokens[0],
  );
  assert.deepEqual(own.json, { ...edited.json, Color: 'green', TrackOpens: false, OpenHookUrl: '' });
  const again = await call(
    'PUT',
    '/server',
    { InboundDomain: '', InboundSpamThreshold: '30', Color: '' },
    before.ApiTokens[0],
  );
  assert.deepEqual(again.json, { ...own.json, InboundDomain: '', InboundSpamThreshold: 30 });
  assert.deepEqual((await call('GET', `/servers/${before.ID}`)).json, again.json);
  // The whole object sent back, read-only fields and all, changes nothing.
  assert.deepEqual((await call('PUT', `/servers/${before.ID}`, again.json)).json, again.json);
});

test('the delivery type is fixed: another one is refused with 615, one that does not exist with 613', async () => {
  const { ID } = await create();
  await refused(615, 'PUT', `/servers/${ID}`, { DeliveryType: 'Sandbox' });
  await refused(613, 'PUT', `/servers/${ID}`, { DeliveryType: 'Test' });
  await refused(613, 'POST', '/servers', { Name: 'Typed', DeliveryType: 'Test' });
  assert.equal((await call('PUT', `/servers/${ID}`, { DeliveryType: 'live' })).status, 200);
});

test('a request without any data is refused with 609', async () => {
  const { ID, ApiTokens } = await create();
  for (const body of [undefined, 'null', {}, { Nonsense: 1 }, { Name: null, TrackOpens: null }]) {
    const sent = body === 'null' ? Buffer.from('null') : body;
    const headers = { 'Content-Type': 'application/json' };
    for (const [method, path, token] of [
      ['PUT', `/servers/${ID}`, { 'X-Postmark-Account-Token': accountToken }],
      ['POST', '/servers', { 'X-Postmark-Account-Token': accountToken }],
      ['PUT', '/server', { 'X-Postmark-Server-Token': ApiTokens[0] ?? '' }],
    ] as const) {
      const answer = await send(api.port, { method, path, body: sent, headers: { ...headers, ...token } });
      assert.deepEqual(
        [answer.status, (answer.json as Json).ErrorCode],
        [422, 609],
        `${method} ${JSON.stringify(body)}`,
      );
    }
  }
});

test('bad values have the code of their field and change nothing', async () => {
  const before = await create();
  const cases: [number, object][] = [
    [606, { BounceHookUrl: 'hooks.client.test' }],
    [606, { OpenHookUrl: 'ftp://hooks.client.test/' }],
    [606, { ClickHookUrl: 'http://' }],
    [606, { DeliveryHookUrl: 'https://internal.test/' }],
    [606, { InboundHookUrl: `https://hooks.client.test/${'x'.repeat(2000)}` }],
    [607, { Color: 'pink' }],
    [608, { Name: '' }],
    [608, { Name: '   ' }],
    [608, { Name: 'x'.repeat(256) }],
    [608, { InboundDomain: 'mail.shop.test' }],
    [608, { InboundDomain: 'Customer.Inbound.Mail.Shop.Test.' }],
    [608, { InboundDomain: 'not a domain' }],
    [608, { InboundDomain: 'localhost' }],
    [611, { InboundSpamThreshold: 31 }],
    [611, { InboundSpamThreshold: -1 }],
    [612, { TrackLinks: 'HtmlTracking' }],
    [613, { DeliveryType: 'Dead' }],
  ];
  for (const [code, change] of cases) {
    await refused(code, 'PUT', `/servers/${before.ID}`, { ...change, TrackOpens: true });
    await refused(code, 'PUT', '/server', { ...change, TrackOpens: true }, before.ApiTokens[0]);
    await refused(code, 'POST', '/servers', { Name: 'Never made', ...change });
  }
  await refused(608, 'POST', '/servers', { Color: 'red' });
  assert.deepEqual((await call('GET', `/servers/${before.ID}`)).json, before);
  assert.equal((await call('GET', '/servers?count=1&offset=0&name=never')).json.TotalCount, 0);
});

test('wrong types are 403 with their place', async () => {
  const { status, json } = await call('POST', '/servers', { Name: 5, TrackOpens: 1, InboundSpamThreshold: 1.5 });
  assert.deepEqual(
    [status, json.ErrorCode, json.Message],
    [422, 403, 'Invalid request field(s): $.Name, $.TrackOpens, $.InboundSpamThreshold'],
  );
});

test('a name is unique in its account in any case, also for two requests at once; other accounts do not mind', async () => {
  await create({ Name: 'Unique' });
  await refused(603, 'POST', '/servers', { Name: ' UNIQUE ' });
  const second = await create();
  await refused(603, 'PUT', `/servers/${second.ID}`, { Name: 'unique' });
  const racing = await Promise.all([1, 2, 3].map(() => call('POST', '/servers', { Name: 'Racing' })));
  assert.deepEqual(racing.map(({ json }) => json.ErrorCode ?? 0).toSorted(), [0, 603, 603]);
  assert.equal((await call('POST', '/servers', { Name: 'Unique' }, other.token)).status, 200);
});

test('an inbound domain is unique in the installation, and free again when its server gives it up', async () => {
  const holder = await create({ InboundDomain: 'taken.client.test' });
  await refused(602, 'POST', '/servers', { Name: 'Wants it', InboundDomain: 'TAKEN.client.test' });
  await refused(602, 'POST', '/servers', { Name: 'Wants it', InboundDomain: 'taken.client.test' }, other.token);
  await call('DELETE', `/servers/${holder.ID}`);
  const next = await create({ InboundDomain: 'taken.client.test' });
  await call('PUT', `/servers/${next.ID}`, { InboundDomain: '' });
  await create({ InboundDomain: 'taken.client.test' });
  const racing = await Promise.all(
    [1, 2, 3].map(n => call('POST', '/servers', { Name: `R ${n}`, InboundDomain: '*.r.test' })),
  );
  assert.deepEqual(racing.map(({ json }) => json.ErrorCode ?? 0).toSorted(), [0, 602, 602]);
});

test('an inbound domain whose MX records all name others is refused with 610; without records it is taken', async () => {
  mx.set('elsewhere.client.test', ['mx1.provider.test', 'mx2.provider.test.']);
  mx.set('both.client.test', ['mx1.provider.test', 'INBOUND.mail.shop.test.']);
  mx.set('silent.client.test', undefined);
  const { ID } = await create();
  await refused(610, 'PUT', `/servers/${ID}`, { InboundDomain: 'elsewhere.client.test' });
  await refused(610, 'POST', '/servers', { Name: 'Elsewhere', InboundDomain: 'elsewhere.client.test' });
  for (const domain of ['both.client.test', 'silent.client.test', '*.nothing.client.test']) {
    const { json } = await call('PUT', `/servers/${ID}`, { InboundDomain: domain });
    assert.equal(json.InboundDomain, domain);
  }
  mx.set('pennyblack-mx-check.nothing.client.test', ['mx1.provider.test']);
  await refused(610, 'POST', '/servers', { Name: 'Below', InboundDomain: '*.nothing.client.test' });
  // A domain that stays is not looked up again.
  const asked = askedMx.length;
  await call('PUT', `/servers/${ID}`, { InboundDomain: '*.nothing.client.test', TrackOpens: true });
  assert.equal(askedMx.length, asked);
});

test('a domain whose mail does not come here yet is saved, with a warning that says what is missing', async () => {
  const { ID } = await create();
  const warningFor = async (InboundDomain: string) =>
    (await call('PUT', `/servers/${ID}`, { InboundDomain })).json.InboundDomainWarning;
  assert.match(String(await warningFor('nothing.client.test')), /^No MX record .* names mail\.shop\.test\.$/);
  mx.set('quiet.client.test', undefined);
  assert.match(String(await warningFor('quiet.client.test')), /^The DNS did not answer/);
  mx.set('ready.client.test', ['mail.shop.test']);
  assert.equal(await warningFor('ready.client.test'), undefined);
  assert.equal('InboundDomainWarning' in (await call('GET', `/servers/${ID}`)).json, false);
});

test('the record of an inbound domain is shown ready to copy, with what the DNS says now', async () => {
  const { ID, ApiTokens, InboundHash } = await create();
  const records = async () => (await call('GET', '/server/inbound/dns-records', undefined, ApiTokens[0])).json;
  const InboundAddress = `${InboundHash}@inbound.mail.shop.test`;
  assert.deepEqual(await records(), { InboundAddress, InboundDomain: '', Records: [] });
  await call('PUT', `/servers/${ID}`, { InboundDomain: '*.later.client.test' });
  const shown = async () => {
    const { Records } = (await records()) as never as { Records: Record<string, unknown>[] };
    const { CheckedAt, ...record } = Records[0] ?? {};
    assert.match(String(CheckedAt), /^\d{4}-.*Z$/);
    return record;
  };
  const missing = await shown();
  assert.match(String(missing.Note), /^No MX record/);
  assert.deepEqual(missing, {
    Purpose: 'Inbound',
    Type: 'MX',
    Host: '*.later.client.test',
    Value: '10 mail.shop.test',
    Required: true,
    Note: missing.Note,
    State: 'Missing',
    FoundValue: '',
  });
  mx.set('*.later.client.test', ['mail.shop.test.']);
  assert.deepEqual(await shown(), { ...missing, Note: '', State: 'Found', FoundValue: 'mail.shop.test.' });
  mx.set('*.later.client.test', ['mx.provider.test']);
  assert.equal((await shown()).State, 'Different');
});

test('the inbound stream takes the domain too; other streams have none', async () => {
  const { ID, ApiTokens } = await create();
  const [token] = ApiTokens;
  const set = (body: object, stream = 'inbound') => call('PATCH', `/message-streams/${stream}`, body, token);
  const { json } = await set({ InboundDomain: 'BÜCHER.client.test', Name: 'Tickets' });
  assert.deepEqual([json.Name, json.InboundDomain], ['Tickets', 'xn--bcher-kva.client.test']);
  assert.match(String(json.InboundDomainWarning), /^No MX record of xn--bcher-kva\.client\.test/);
  const domain = async () => (await call('GET', `/servers/${ID}`)).json.InboundDomain;
  assert.equal(await domain(), 'xn--bcher-kva.client.test');
  mx.set('away.client.test', ['mx.provider.test']);
  const holder = await create({ InboundDomain: 'held.client.test' });
  const cases: [number, object, string?][] = [
    [610, { InboundDomain: 'away.client.test' }],
    [602, { InboundDomain: 'held.client.test', Name: 'Stays as it was' }],
    [608, { InboundDomain: 'x.mail.shop.test' }],
    [608, { InboundDomain: 'other.client.test' }, 'outbound'],
    [1226, { InboundDomain: 'other.client.test' }, 'nowhere'],
    [1223, { InboundDomain: 'other.client.test', Name: '' }],
    [403, { InboundDomain: 7 }],
  ];
  for (const [code, body, stream] of cases) {
    const answer = await set(body, stream);
    assert.deepEqual([answer.status, answer.json.ErrorCode], [422, code], JSON.stringify(body));
  }
  const unchanged = await set({ InboundDomain: null });
  assert.deepEqual(
    [unchanged.json.Name, 'InboundDomain' in unchanged.json, await domain()],
    ['Tickets', false, 'xn--bcher-kva.client.test'],
  );
  assert.equal((await set({ InboundDomain: '' })).json.InboundDomain, '');
  assert.equal(await domain(), '');
  await call('DELETE', `/servers/${holder.ID}`);
});

test('the list pages through the servers of the account and filters by a part of the name', async () => {
  const account = await db.accept.transaction(tx =>
    createAccount(tx, testKeyRing, { name: 'Lister', givenToken: undefined }, new Date()),
  );
  const ask = async (query: string) =>
    (await call('GET', `/servers?${query}`, undefined, account.token)).json as never as {
      TotalCount: number;
      Servers: Json[];
    };
  assert.deepEqual(await ask('count=10&offset=0'), { TotalCount: 0, Servers: [] });
  for (const Name of ['Alpha', 'Beta 100%', 'alphabet_']) await call('POST', '/servers', { Name }, account.token);
  const namesOf = async (query: string) => (await ask(query)).Servers.map(({ Name }) => Name);
  assert.deepEqual(await namesOf('count=10&offset=0'), ['Alpha', 'Beta 100%', 'alphabet_']);
  assert.deepEqual(await namesOf('Count=1&Offset=1'), ['Beta 100%']);
  assert.equal((await ask('count=1&offset=1')).TotalCount, 3);
  assert.deepEqual(await namesOf('count=10&offset=0&name=ALPHA'), ['Alpha', 'alphabet_']);
  assert.deepEqual(await namesOf('count=10&offset=0&name=%25'), ['Beta 100%']);
  assert.deepEqual(await namesOf('count=10&offset=0&name=_'), ['alphabet_']);
  assert.deepEqual(await namesOf('count=10&offset=0&name='), ['Alpha', 'Beta 100%', 'alphabet_']);
  assert.equal((await ask('count=10&offset=0&name=alpha')).TotalCount, 2);
  const [first] = (await ask('count=1&offset=0')).Servers;
  assert.equal(Object.keys(first ?? {}).length, 22);
  for (const query of [
    '',
    'count=10',
    'offset=0',
    'count=0&offset=0',
    'count=501&offset=0',
    'count=1&offset=-1',
    'count=a&offset=0',
  ])
    await refused(600, 'GET', `/servers?${query}`);
});

test('a deleted server is gone at once: its tokens, its place in the list, its name and its id', async () => {
  const { ID, Name, ApiTokens } = await create({ BounceHookUrl: 'https://hooks.client.test/' });
  const { status, json } = await call('DELETE', `/servers/${ID}`);
  assert.deepEqual([status, json], [200, { ErrorCode: 0, Message: `Server ${Name} removed.` }]);
  assert.equal((await call('GET', '/server', undefined, ApiTokens[0])).status, 401);
  assert.equal((await call('GET', `/servers?count=5&offset=0&name=${encodeURIComponent(Name)}`)).json.TotalCount, 0);
  await refused(601, 'GET', `/servers/${ID}`);
  await refused(601, 'PUT', `/servers/${ID}`, { Name: 'Back' });
  await refused(601, 'DELETE', `/servers/${ID}`);
  assert.ok((await create({ Name })).ID > ID);
});

test('a server that is unknown, no number, or of another account is 601 for every call', async () => {
  for (const id of [server.serverId, 1, 0, 'nonsense', '99999999999999999999', '-1']) {
    const token = id === server.serverId ? other.token : accountToken;
    await refused(601, 'GET', `/servers/${id}`, undefined, token);
    await refused(601, 'PUT', `/servers/${id}`, { Name: 'Mine now' }, token);
    await refused(601, 'DELETE', `/servers/${id}`, undefined, token);
    await refused(601, 'GET', `/servers/${id}/tokens`, undefined, token);
    await refused(601, 'POST', `/servers/${id}/tokens`, { Name: 'Mine' }, token);
    await refused(601, 'DELETE', `/servers/${id}/tokens/1`, undefined, token);
  }
  assert.equal((await call('GET', '/server', undefined, server.token)).json.Name, server.name);
});

test('each path wants its own kind of token', async () => {
  for (const [method, path] of [
    ['GET', '/servers?count=1&offset=0'],
    ['GET', `/servers/${server.serverId}`],
    ['POST', '/servers'],
    ['PUT', `/servers/${server.serverId}`],
    ['DELETE', `/servers/${server.serverId}`],
    ['GET', `/servers/${server.serverId}/tokens`],
  ] as const) {
    const answer = await send(api.port, { method, path, headers: { 'X-Postmark-Server-Token': server.token } });
    assert.deepEqual([answer.status, (answer.json as Json).ErrorCode], [401, 10], `${method} ${path}`);
  }
  for (const token of ['POSTMARK_API_TEST', accountToken, 'nobody'])
    assert.equal((await call('GET', '/server', undefined, token)).status, 401, token);
});

test('a server has several named tokens; a revoked one opens nothing from then on, the others go on', async () => {
  const { ID, ApiTokens } = await create();
  const tokens = `/servers/${ID}/tokens`;
  const added = await call('POST', tokens, { name: ' Second ' });
  const { ID: tokenId, Token, ...rest } = added.json as Json & { ID: number; Token: string };
  assert.deepEqual(Object.keys(rest), ['Name', 'CreatedAt']);
  assert.equal(rest.Name, 'Second');
  assert.equal((await call('GET', '/server', undefined, Token.toUpperCase())).json.ID, ID);
  assert.deepEqual((await call('GET', '/server', undefined, Token)).json.ApiTokens, [ApiTokens[0], Token]);
  const listed = (await call('GET', tokens)).json as Json & { Tokens: { ID: number; Name: string; Token: string }[] };
  assert.deepEqual(
    [listed.TotalCount, listed.Tokens.map(token => [token.Name, token.Token])],
    [
      2,
      [
        ['First token', ApiTokens[0]],
        ['Second', Token],
      ],
    ],
  );
  const firstId = listed.Tokens[0]?.ID;
  assert.equal((await call('DELETE', `${tokens}/${firstId}`)).json.Message, 'Token First token revoked.');
  assert.equal((await call('GET', '/server', undefined, ApiTokens[0])).status, 401);
  assert.deepEqual((await call('GET', '/server', undefined, Token)).json.ApiTokens, [Token]);
  await refused(601, 'DELETE', `${tokens}/${firstId}`);
  await refused(601, 'DELETE', `${tokens}/nonsense`);
  const neighbour = await create();
  await refused(601, 'DELETE', `/servers/${neighbour.ID}/tokens/${tokenId}`);
  await refused(601, 'DELETE', `${tokens}/${tokenId}`, undefined, other.token);
  assert.equal((await call('GET', '/server', undefined, Token)).status, 200);
});

test('a token needs a name, and a server is limited to 50', async () => {
  const { ID } = await create();
  for (const body of [undefined, {}, { Name: '' }, { Name: ' ' }, { Name: 'x'.repeat(101) }, { Name: null }])
    await refused(608, 'POST', `/servers/${ID}/tokens`, body);
  await refused(403, 'POST', `/servers/${ID}/tokens`, { Name: 5 });
  for (let count = 1; count < 50; count += 1)
    assert.equal((await call('POST', `/servers/${ID}/tokens`, { Name: `Token ${count}` })).status, 200);
  await refused(614, 'POST', `/servers/${ID}/tokens`, { Name: 'One too many' });
});

test('the inbound address of a server never changes and is nobody else’s', async () => {
  const servers = await Promise.all([1, 2, 3].map(() => addServer(db.accept, accountId, 'Live')));
  const hashes = await Promise.all(
    servers.map(async ({ token }) => (await call('GET', '/server', undefined, token)).json.InboundHash),
  );
  assert.equal(new Set(hashes).size, 3);
  const edited = await call('PUT', '/server', { InboundHash: 'f'.repeat(32), Name: 'Hash stays' }, servers[0]?.token);
  assert.equal(edited.json.InboundHash, hashes[0]);
});
