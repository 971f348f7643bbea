// The unmodified official Node client keeps servers and message streams: AccountClient and ServerClient, every call.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AccountClient, Models } from 'postmark';
import { runCommand } from '../scenarios/harness/command-line.ts';
import { until } from '../scenarios/harness/until.ts';
import { accountToken, inboxDomain, sender } from '../scenarios/harness/world.ts';
import { runPlatform } from './running-platform.ts';

const { world, live, sandbox, withToken } = await runPlatform({
  zones: {
    'elsewhere.client.test': { MX: [{ exchange: 'mx.provider.test', preference: 10 }] },
    'ours.client.test': { MX: [{ exchange: 'inbound.post.pennyblack.test', preference: 10 }] },
  },
});
const account = new AccountClient(accountToken, { requestHost: new URL(world.url).host, useHttps: false, timeout: 30 });
const stranger = new AccountClient('0'.repeat(36), { requestHost: new URL(world.url).host, useHttps: false });

let made = 0;
async function create(fields: Partial<Models.CreateServerRequest> = {}) {
  made += 1;
  return account.createServer({ Name: `conformance ${made}`, ...fields });
}

function tokenOf(server: Models.Server): string {
  return server.ApiTokens[0] ?? assert.fail('the server has no token');
}

const handling = (type: Models.UnsubscribeHandlingTypes) => ({ UnsubscribeHandlingType: type });

test('getServer and editServer of a server read and change the server itself', async () => {
  const before = await live.getServer();
  assert.deepEqual([before.Name, before.DeliveryType, before.Color], ['Live', 'Live', 'blue']);
  const changes = {
    Name: 'Live, renamed',
    Color: 'green',
    RawEmailEnabled: true,
    InboundSpamThreshold: 9,
    TrackLinks: Models.LinkTrackingOptions.TextOnly,
    InboundHookUrl: 'https://hooks.client.test/inbound',
    BounceHookUrl: 'https://hooks.client.test/bounce',
    OpenHookUrl: 'http://hooks.client.test/open',
    DeliveryHookUrl: 'https://hooks.client.test/delivery',
    ClickHookUrl: 'https://hooks.client.test/click',
    PostFirstOpenOnly: true,
    IncludeBounceContentInHook: true,
    EnableSmtpApiErrorHooks: true,
  };
  assert.deepEqual(await live.editServer(changes), { ...before, ...changes });
  assert.deepEqual(await live.getServer(), { ...before, ...changes });
  const restored = await live.editServer(before);
  assert.deepEqual(restored, before);
  await assert.rejects(live.editServer({ BounceHookUrl: 'http://169.254.169.254/' }), { code: 606, statusCode: 422 });
});

test('createServer, getServer and editServer of an account, with every option', async () => {
  const server = await create({ Color: 'red', DeliveryType: Models.ServerDeliveryTypes.Sandbox });
  assert.deepEqual([server.Color, server.DeliveryType], ['red', 'Sandbox']);
  assert.ok(server.ID > 1);
  assert.match(server.InboundAddress, /^[0-9a-f]{32}@inbound\.post\.pennyblack\.test$/);
  assert.deepEqual(await account.getServer(server.ID), server);
  const edited = await account.editServer(server.ID, { Name: `${server.Name} edited`, TrackOpens: true });
  assert.deepEqual(edited, { ...server, Name: `${server.Name} edited`, TrackOpens: true });
  // The new token works on the very next call.
  assert.deepEqual(await withToken(tokenOf(server)).getServer(), edited);
});

test('getServers lists with the client’s own default paging, by pages, and by a part of the name', async () => {
  const one = await create({ Name: 'Findable One' });
  await create({ Name: 'findable two' });
  const all = await account.getServers();
  assert.equal(all.TotalCount, all.Servers.length);
  assert.ok(all.Servers.some(server => server.ID === one.ID));
  const found = await account.getServers({ count: 1, offset: 0, name: 'FINDABLE' });
  assert.deepEqual([found.TotalCount, found.Servers], [2, [one]]);
  await assert.rejects(account.getServers({ count: 501, offset: 0 }), { code: 600, statusCode: 422 });
});

test('deleteServer ends the server at once', async () => {
  const server = await create();
  const client = withToken(tokenOf(server));
  await client.getServer();
  const answer = await account.deleteServer(server.ID);
  assert.deepEqual(answer, { ErrorCode: 0, Message: `Server ${server.Name} removed.` });
  await assert.rejects(client.getServer(), { name: 'InvalidAPIKeyError', code: 10, statusCode: 401 });
  await assert.rejects(account.getServer(server.ID), { code: 601, statusCode: 422 });
  await assert.rejects(account.deleteServer(server.ID), { code: 601 });
  await account.createServer({ Name: server.Name });
});

test('refusals reach the client as the errors that it knows', async () => {
  const { ID, Name } = await create();
  const refusals: [number, () => Promise<unknown>][] = [
    [603, () => account.createServer({ Name })],
    [608, () => account.createServer({ Name: '' })],
    [607, () => account.editServer(ID, { Color: 'pink' })],
    [609, () => account.editServer(ID, {})],
    [611, () => account.editServer(ID, { InboundSpamThreshold: 31 })],
    [612, () => account.editServer(ID, { TrackLinks: 'Sometimes' as never })],
    [613, () => account.createServer({ Name: 'Typed', DeliveryType: 'Dead' as never })],
    [610, () => account.editServer(ID, { InboundDomain: 'elsewhere.client.test' })],
    [608, () => account.editServer(ID, { InboundDomain: 'post.pennyblack.test' })],
  ];
  for (const [code, call] of refusals) await assert.rejects(call(), { name: 'ApiInputError', code, statusCode: 422 });
  assert.equal((await account.editServer(ID, { InboundDomain: 'ours.client.test' })).InboundDomain, 'ours.client.test');
  await assert.rejects(create({ InboundDomain: 'ours.client.test' }), { code: 602 });
  await assert.rejects(stranger.getServers(), { name: 'InvalidAPIKeyError', code: 10 });
  await assert.rejects(stranger.deleteServer(ID), { code: 10 });
});

test('the default for TrackOpens counts for the next message', async () => {
  const client = withToken(tokenOf(await create({ DeliveryType: Models.ServerDeliveryTypes.Sandbox })));
  const message = { From: sender, To: `ana@${inboxDomain}`, Subject: 'Tracked', HtmlBody: '<p>Hello</p>' };
  const tracks = async () =>
    (await client.getOutboundMessageDetails((await client.sendEmail(message)).MessageID)).TrackOpens;
  assert.equal(await tracks(), false);
  for (const TrackOpens of [true, false]) {
    await client.editServer({ TrackOpens });
    assert.equal(await tracks(), TrackOpens);
  }
});

test('streams of a new server, and one that is created, edited, archived and unarchived', async () => {
  const client = withToken(tokenOf(await create()));
  assert.equal((await client.getMessageStreams()).TotalCount, 3);
  const stream = await client.createMessageStream({
    ID: 'newsletters',
    Name: 'Newsletters',
    MessageStreamType: 'Broadcasts',
  });
  assert.deepEqual(
    [stream.ID, stream.UpdatedAt, stream.Description, stream.SubscriptionManagementConfiguration],
    ['newsletters', null, null, handling(Models.UnsubscribeHandlingTypes.Postmark)],
  );
  assert.ok(Math.abs(Date.parse(stream.CreatedAt) - Date.now()) < 600_000);
  assert.deepEqual(await client.getMessageStream('newsletters'), stream);
  const edited = await client.editMessageStream('newsletters', {
    Name: 'Weekly',
    Description: 'Every Monday',
    SubscriptionManagementConfiguration: handling(Models.UnsubscribeHandlingTypes.Custom),
  });
  assert.deepEqual([edited.Name, edited.Description], ['Weekly', 'Every Monday']);
  assert.ok(edited.UpdatedAt);

  const archived = await client.archiveMessageStream('newsletters');
  assert.equal(String(archived.ID), 'newsletters');
  const daysLeft = (Date.parse(archived.ExpectedPurgeDate) - Date.now()) / 86_400_000;
  assert.ok(daysLeft > 44.9 && daysLeft < 45.1);
  const count = async (filter: object) => (await client.getMessageStreams(filter)).TotalCount;
  assert.equal(await count({ messageStreamType: 'Broadcasts' }), 1);
  assert.equal(await count({ messageStreamType: 'Broadcasts', includeArchivedStreams: true }), 2);
  assert.equal(await count({ messageStreamType: 'All', includeArchivedStreams: true }), 4);
  const message = {
    From: sender,
    To: `ana@${inboxDomain}`,
    Subject: 'News',
    TextBody: 'x',
    MessageStream: 'newsletters',
  };
  await assert.rejects(client.sendEmail(message), { code: 1235, statusCode: 422 });
  const back = await client.unarchiveMessageStream('newsletters');
  assert.deepEqual([back.ArchivedAt, back.ExpectedPurgeDate], [null, null]);
  // The sender is right for every server of the account, and a new stream sends at once.
  assert.equal((await client.sendEmail(message)).ErrorCode, 0);
});

test('what a stream may not be', async () => {
  const client = withToken(tokenOf(await create()));
  const right = { ID: 'right', Name: 'Right', MessageStreamType: 'Transactional' };
  const refusals: [number, () => Promise<unknown>][] = [
    [1226, () => client.getMessageStream('nowhere')],
    [1226, () => client.archiveMessageStream('nowhere')],
    [1221, () => client.getMessageStreams({ messageStreamType: 'Nonsense' })],
    [1221, () => client.createMessageStream({ ...right, MessageStreamType: 'Nonsense' })],
    [1222, () => client.createMessageStream({ ...right, ID: '' })],
    [1223, () => client.createMessageStream({ ...right, Name: '' })],
    [1227, () => client.createMessageStream({ ...right, ID: 'Not Right' })],
    [1228, () => client.createMessageStream({ ...right, MessageStreamType: 'Inbound' })],
    [1230, () => client.createMessageStream({ ...right, ID: 'outbound' })],
    [1233, () => client.createMessageStream({ ...right, ID: 'pm-x' })],
    [1237, () => client.createMessageStream({ ...right, ID: 'all' })],
    [
      1239,
      () =>
        client.createMessageStream({
          ...right,
          SubscriptionManagementConfiguration: handling(Models.UnsubscribeHandlingTypes.Postmark),
        }),
    ],
    [1229, () => client.archiveMessageStream('outbound')],
    [1229, () => client.archiveMessageStream('inbound')],
    [1226, () => sandbox.editMessageStream('right', { Name: 'Theirs' })],
  ];
  for (const [code, call] of refusals) await assert.rejects(call(), { code, statusCode: 422 }, String(code));
});

test('a token that an operator revokes in another process ends soon', async () => {
  const server = await create();
  const token = tokenOf(server);
  const client = withToken(token);
  await client.getServer();
  await runCommand(world.folder, world.settings(), ['tokens', 'revoke', token]);
  await until('the token is unknown', async () =>
    client.getServer().then(
      () => false,
      error => error.code === 10,
    ),
  );
});
