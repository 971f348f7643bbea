import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createSetClock } from '@pennyblack/runtime/clock.ts';
import { send } from '../../../edges/http-api/testing/test-api.ts';
import { startMessageApi } from '../../../testing/test-message-api.ts';
import { addServer, testWorld } from '../../../testing/test-world.ts';

const world = await testWorld();
const { database: db, accountId } = world;
const clock = createSetClock(new Date('2026-11-26T12:34:56.789Z'));
const api = await startMessageApi(world, { http: { clock } });
after(() => api.close());

type Json = Record<string, unknown> & { ErrorCode?: number; Message?: string };
type List = { MessageStreams: Json[]; TotalCount: number };

/** A caller for a server of its own, so that no test sees the streams of another. */
async function newServer() {
  const { serverId, token } = await addServer(db.accept, accountId, 'Live');
  async function call(method: string, path: string, body?: unknown) {
    const answer = await send(api.port, { method, path, body, headers: { 'X-Postmark-Server-Token': token } });
    return { status: answer.status, json: answer.json as Json };
  }
  async function refused(code: number, method: string, path: string, body?: unknown): Promise<void> {
    const { status, json } = await call(method, path, body);
    assert.deepEqual(
      [status, json.ErrorCode],
      [422, code],
      `${method} ${path} ${JSON.stringify(body)} ${json.Message}`,
    );
  }
  const list = async (query = '') => (await call('GET', `/message-streams${query}`)).json as unknown as List;
  async function create(fields: object): Promise<Json> {
    const { status, json } = await call('POST', '/message-streams', { Name: 'New', ...fields });
    assert.equal(status, 200, JSON.stringify(json));
    return json;
  }
  return { serverId, token, call, refused, list, create };
}

test('a new server has three streams, with the names, types and handling of the documentation', async () => {
  const { list, serverId } = await newServer();
  const { MessageStreams, TotalCount } = await list();
  assert.equal(TotalCount, 3);
  const rows = MessageStreams.map(({ CreatedAt: _, ...stream }) => stream);
  const dates = { UpdatedAt: null, ArchivedAt: null, ExpectedPurgeDate: null };
  assert.deepEqual(
    rows,
    [
      ['broadcast', 'Default Broadcast Stream', 'Broadcasts', 'Postmark'],
      ['inbound', 'Default Inbound Stream', 'Inbound', 'None'],
      ['outbound', 'Default Transactional Stream', 'Transactional', 'None'],
    ].map(([ID, Name, MessageStreamType, UnsubscribeHandlingType]) => ({
      ID,
      ServerID: serverId,
      Name,
      Description: null,
      MessageStreamType,
      ...dates,
      SubscriptionManagementConfiguration: { UnsubscribeHandlingType },
    })),
  );
});

test('a stream is created, read and edited; dates are Eastern time without fractions', async () => {
  const { create, call, list, serverId } = await newServer();
  const made = await create({
    ID: 'news_2-x',
    Name: ' Newsletters ',
    MessageStreamType: 'broadcasts',
    Description: 'A <b',
  });
  assert.equal(
    JSON.stringify(made),
    JSON.stringify({
      ID: 'news_2-x',
      ServerID: serverId,
      Name: 'Newsletters',
      Description: 'A <b',
      MessageStreamType: 'Broadcasts',
      CreatedAt: '2026-11-26T07:34:56-05:00',
      UpdatedAt: null,
      ArchivedAt: null,
      ExpectedPurgeDate: null,
      SubscriptionManagementConfiguration: { UnsubscribeHandlingType: 'Postmark' },
    }),
  );
  assert.deepEqual((await call('GET', '/Message-Streams/news_2-x/')).json, made);
  const edited = await call('PATCH', '/message-streams/news_2-x', {
    name: 'Weekly',
    subscriptionManagementConfiguration: { unsubscribeHandlingType: 'custom' },
    Description: null,
    // A client that sends the whole stream back.
    Id: 'other',
    MessageStreamType: 'Inbound',
    ServerID: 1,
    CreatedAt: 'never',
  });
  assert.deepEqual(edited.json, {
    ...made,
    Name: 'Weekly',
    UpdatedAt: '2026-11-26T07:34:56-05:00',
    SubscriptionManagementConfiguration: { UnsubscribeHandlingType: 'Custom' },
  });
  const cleared = await call('PATCH', '/message-streams/news_2-x', { Description: '' });
  assert.equal(cleared.json.Description, null);
  for (const body of [
    undefined,
    {},
    { Name: null, SubscriptionManagementConfiguration: null },
    { SubscriptionManagementConfiguration: {} },
  ])
    assert.deepEqual((await call('PATCH', '/message-streams/news_2-x', body)).json, cleared.json);
  assert.equal((await list()).TotalCount, 4);
});

test('an edit that changes nothing leaves UpdatedAt null', async () => {
  const { create, call } = await newServer();
  await create({
    ID: 'quiet',
    MessageStreamType: 'Transactional',
    Description: null,
    SubscriptionManagementConfiguration: null,
  });
  assert.equal((await call('PATCH', '/message-streams/quiet', { ID: 'x' })).json.UpdatedAt, null);
});

test('what a stream may be: each mistake has its code', async () => {
  const { refused, create, list } = await newServer();
  await create({ ID: 'taken', MessageStreamType: 'Transactional' });
  const right = { ID: 'right', Name: 'Right', MessageStreamType: 'Transactional' };
  const broadcast = { ...right, MessageStreamType: 'Broadcasts' };
  const handling = (UnsubscribeHandlingType: string) => ({
    SubscriptionManagementConfiguration: { UnsubscribeHandlingType },
  });
  const cases: [number, object | undefined][] = [
    [1222, undefined],
    [1222, { ...right, ID: undefined }],
    [1222, { ...right, ID: '' }],
    [1227, { ...right, ID: '1st' }],
    [1227, { ...right, ID: 'Upper' }],
    [1227, { ...right, ID: 'a b' }],
    [1227, { ...right, ID: 'é' }],
    [1227, { ...right, ID: 'x'.repeat(31) }],
    [1233, { ...right, ID: 'pm-mine' }],
    [1237, { ...right, ID: 'all' }],
    [1223, { ...right, Name: undefined }],
    [1223, { ...right, Name: '  ' }],
    [1224, { ...right, Name: 'x'.repeat(101) }],
    [1221, { ...right, MessageStreamType: undefined }],
    [1221, { ...right, MessageStreamType: '' }],
    [1221, { ...right, MessageStreamType: 'Broadcast' }],
    [1221, { ...right, MessageStreamType: 'All' }],
    [1228, { ...right, MessageStreamType: 'Inbound' }],
    [1231, { ...right, Description: 'x'.repeat(1001) }],
    [1234, { ...right, Description: 'with <b>weight</b>' }],
    [1239, { ...right, ...handling('Postmark') }],
    [1239, { ...right, ...handling('Custom') }],
    [1239, { ...broadcast, ...handling('None') }],
    [1240, { ...broadcast, ...handling('Mine') }],
    [1230, { ...right, ID: 'taken' }],
    [1230, { ...right, ID: 'inbound' }],
    [403, { ...right, Name: 5 }],
    [403, { ...right, SubscriptionManagementConfiguration: 'None' }],
  ];
  for (const [code, body] of cases) await refused(code, 'POST', '/message-streams', body);
  assert.equal((await list()).TotalCount, 4);
  await create({
    ID: `a${'x'.repeat(29)}`,
    MessageStreamType: 'Broadcasts',
    Name: 'x'.repeat(100),
    Description: 'x'.repeat(1000),
    ...handling('Custom'),
  });
});

test('an edit has the codes of creation, and a refused one changes nothing', async () => {
  const { refused, create, call } = await newServer();
  const before = await create({ ID: 'plain', MessageStreamType: 'Transactional' });
  const cases: [number, object][] = [
    [1223, { Name: '' }],
    [1224, { Name: 'x'.repeat(101) }],
    [1231, { Description: 'x'.repeat(1001) }],
    [1234, { Description: '<script>' }],
    [1239, { SubscriptionManagementConfiguration: { UnsubscribeHandlingType: 'Postmark' } }],
    [1240, { SubscriptionManagementConfiguration: { UnsubscribeHandlingType: 'Yours' } }],
    [403, { Description: 5 }],
  ];
  for (const [code, change] of cases)
    await refused(code, 'PATCH', '/message-streams/plain', { Name: 'Changed', ...change });
  assert.deepEqual((await call('GET', '/message-streams/plain')).json, before);
  await refused(1239, 'PATCH', '/message-streams/inbound', {
    SubscriptionManagementConfiguration: { UnsubscribeHandlingType: 'Custom' },
  });
  await refused(1239, 'PATCH', '/message-streams/broadcast', {
    SubscriptionManagementConfiguration: { UnsubscribeHandlingType: 'None' },
  });
});

test('the list is filtered by type, and shows archived streams when they are asked for', async () => {
  const { create, call, list, refused } = await newServer();
  await create({ ID: 'second', MessageStreamType: 'Transactional' });
  const idsOf = async (query: string) => {
    const { MessageStreams, TotalCount } = await list(query);
    assert.equal(TotalCount, MessageStreams.length);
    return MessageStreams.map(({ ID }) => ID).toSorted();
  };
  assert.deepEqual(await idsOf('?messageStreamType=Transactional'), ['outbound', 'second']);
  await call('POST', '/message-streams/second/archive', {});
  assert.deepEqual(await idsOf('?MessageStreamType=transactional'), ['outbound']);
  assert.deepEqual(await idsOf('?MessageStreamType=Transactional&includeArchivedStreams=True'), ['outbound', 'second']);
  assert.deepEqual(await idsOf('?MessageStreamType=all&IncludeArchivedStreams=false'), [
    'broadcast',
    'inbound',
    'outbound',
  ]);
  assert.deepEqual(await idsOf('?MessageStreamType=Broadcasts'), ['broadcast']);
  assert.deepEqual(await idsOf('?MessageStreamType=Inbound'), ['inbound']);
  assert.deepEqual(await idsOf('?MessageStreamType=&IncludeArchivedStreams='), ['broadcast', 'inbound', 'outbound']);
  await refused(1221, 'GET', '/message-streams?MessageStreamType=Broadcast');
  await refused(403, 'GET', '/message-streams?IncludeArchivedStreams=perhaps');
});

test('an archived stream says when it will be purged, sends nothing, and comes back', async () => {
  const { create, call, serverId } = await newServer();
  await create({ ID: 'old', MessageStreamType: 'Transactional' });
  const archived = await call('POST', '/message-streams/old/archive', {});
  assert.deepEqual(
    [archived.status, archived.json],
    [200, { ID: 'old', ServerID: serverId, ExpectedPurgeDate: '2027-01-10T07:34:56-05:00' }],
  );
  const read = (await call('GET', '/message-streams/old')).json;
  assert.deepEqual(
    [read.ArchivedAt, read.ExpectedPurgeDate],
    ['2026-11-26T07:34:56-05:00', '2027-01-10T07:34:56-05:00'],
  );
  assert.equal((await call('PATCH', '/message-streams/old', { Name: 'New' })).json.ArchivedAt, read.ArchivedAt);
  clock.advance(86_400_000);
  assert.deepEqual((await call('POST', '/message-streams/old/archive')).json, archived.json);
  clock.advance(-86_400_000);
  const message = { From: 'a@shop.test', To: 'b@client.test', TextBody: 'x', MessageStream: 'old' };
  const sent = await call('POST', '/email', message);
  assert.deepEqual([sent.status, sent.json.ErrorCode], [422, 1235]);
  const back = await call('POST', '/message-streams/old/unarchive', {});
  assert.deepEqual([back.json.ArchivedAt, back.json.ExpectedPurgeDate, back.json.Name], [null, null, 'New']);
  assert.deepEqual((await call('POST', '/message-streams/old/unarchive')).json, back.json);
  assert.equal((await call('POST', '/email', message)).status, 200);
});

test('outbound and inbound stay, broadcast may be archived; inbound cannot send', async () => {
  const { call, refused } = await newServer();
  for (const id of ['outbound', 'inbound']) await refused(1229, 'POST', `/message-streams/${id}/archive`);
  assert.equal((await call('POST', '/message-streams/broadcast/archive')).status, 200);
  await refused(1236, 'POST', '/email', {
    From: 'a@shop.test',
    To: 'b@c.test',
    TextBody: 'x',
    MessageStream: 'inbound',
  });
});

test('a server has ten streams, archived ones not counted; the eleventh is refused, also when it comes out of the archive or in a race', async () => {
  const { create, call, refused, list } = await newServer();
  for (let number = 4; number <= 9; number += 1) await create({ ID: `s${number}`, MessageStreamType: 'Transactional' });
  const racing = await Promise.all(
    ['a', 'b', 'c'].map(ID =>
      call('POST', '/message-streams', { ID, Name: 'Racing', MessageStreamType: 'Broadcasts' }),
    ),
  );
  assert.deepEqual(racing.map(({ json }) => json.ErrorCode ?? 0).toSorted(), [0, 1225, 1225]);
  assert.equal((await list()).TotalCount, 10);
  await call('POST', '/message-streams/s4/archive');
  await refused(1230, 'POST', '/message-streams', { ID: 's4', Name: 'Again', MessageStreamType: 'Transactional' });
  await create({ ID: 's11', MessageStreamType: 'Transactional' });
  await refused(1225, 'POST', '/message-streams/s4/unarchive');
  await call('POST', '/message-streams/s5/archive');
  assert.equal((await call('POST', '/message-streams/s4/unarchive')).status, 200);
});

test('after 45 days in the archive a stream does not come back', async () => {
  const { create, call, refused } = await newServer();
  await create({ ID: 'late', MessageStreamType: 'Transactional' });
  await call('POST', '/message-streams/late/archive');
  clock.advance(45 * 86_400_000);
  await refused(1232, 'POST', '/message-streams/late/unarchive');
  clock.advance(-45 * 86_400_000);
});

test('a stream that is unknown, or of another server, is 1226 for every call', async () => {
  const mine = await newServer();
  const theirs = await newServer();
  await theirs.create({ ID: 'theirs', MessageStreamType: 'Transactional' });
  for (const id of ['theirs', 'nowhere', 'OUTBOUND', '__proto__', '%00', encodeURIComponent("o'x")]) {
    for (const [method, path] of [
      ['GET', ''],
      ['PATCH', ''],
      ['POST', '/archive'],
      ['POST', '/unarchive'],
    ] as const) {
      const { status, json } = await mine.call(
        method,
        `/message-streams/${id}${path}`,
        method === 'PATCH' ? { Name: 'Mine' } : undefined,
      );
      if (id === '%00') assert.equal(status, 404);
      else assert.deepEqual([status, json.ErrorCode], [422, 1226], `${method} ${id}${path}`);
    }
  }
  assert.equal((await theirs.call('GET', '/message-streams/theirs')).json.ArchivedAt, null);
  const unknown = await mine.call('GET', '/message-streams/nowhere');
  assert.equal(unknown.json.Message, "The message stream for the provided 'ID' was not found.");
  for (const token of ['nobody', 'POSTMARK_API_TEST']) {
    const answer = await send(api.port, { path: '/message-streams', headers: { 'X-Postmark-Server-Token': token } });
    assert.equal(answer.status, 401);
  }
});

test('the inbound stream says what is done with its mail, and never shows a password', async () => {
  const { call, refused } = await newServer();
  const path = '/message-streams/inbound';
  const shown = async () => (await call('GET', path)).json.InboundAction;
  assert.deepEqual(await shown(), { Type: 'Webhook' });
  const set = async (action: object) => (await call('PATCH', path, { InboundAction: action })).json.InboundAction;
  const forward = { Type: 'Forward', Address: 'ops@client.test' };
  assert.deepEqual(await set(forward), forward);
  const server = { Type: 'Smtp', Host: 'mx.client.test', Port: 587, User: 'ann' };
  assert.deepEqual(await set({ ...server, Type: 'smtp', Password: 'secret' }), server);
  assert.deepEqual(await set(server), server, 'a password that is left out stays');
  assert.deepEqual(await shown(), server);
  assert.deepEqual(await set({ Type: 'Smtp', Host: '198.51.100.4' }), { Type: 'Smtp', Host: '198.51.100.4', Port: 25 });
  assert.deepEqual(await set({ Type: 'Store' }), { Type: 'Store' });

  const wrong: object[] = [
    {},
    { Type: 'Fax' },
    { Type: 'Forward' },
    { Type: 'Forward', Address: 'nobody' },
    { Type: 'Smtp' },
    { Type: 'Smtp', Host: 'not a host' },
    { Type: 'Smtp', Host: 'mx.client.test', Port: 0 },
    { Type: 'Smtp', Host: 'mx.client.test', User: 'ann' },
    { Type: 'Smtp', Host: 'mx.client.test', User: 'ann', Password: 'a\r\nb' },
  ];
  for (const action of wrong) await refused(606, 'PATCH', path, { InboundAction: action });
  await refused(606, 'PATCH', '/message-streams/outbound', { InboundAction: { Type: 'Store' } });
  assert.deepEqual(await shown(), { Type: 'Store' });
  assert.equal('InboundAction' in (await call('GET', '/message-streams/outbound')).json, false);
});
