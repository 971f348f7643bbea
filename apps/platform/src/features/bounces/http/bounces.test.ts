import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { send } from '../../../edges/http-api/testing/test-api.ts';
import { startMessageApi } from '../../../testing/test-message-api.ts';
import { addServer, readEvents, suppress, testWorld } from '../../../testing/test-world.ts';
import { liftSuppression } from '../../suppressions/lift-suppression.ts';
import { recordSamples, sampleBounce } from '../testing/sample-bounces.ts';

const world = await testWorld();
const { database: db, accountId, recordEvents } = world;
const { port, close } = await startMessageApi(world);
after(close);

type Wire = Record<string, unknown>;
const record = (bounces: Parameters<typeof recordSamples>[2], now?: Date) =>
  recordSamples(db, recordEvents, bounces, now);
const newServer = () => addServer(db.accept, accountId, 'Live');

async function call(
  token: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; json: Wire }> {
  const headers = { 'X-Postmark-Server-Token': token };
  const answer = await send(port, { method, path, headers, ...(body === undefined ? {} : { body }) });
  return { status: answer.status, json: answer.json as Wire };
}

async function refusal(token: string, method: string, path: string): Promise<unknown[]> {
  const { status, json } = await call(token, method, path);
  return [status, json.ErrorCode];
}

async function listed(token: string, query: string): Promise<unknown[]> {
  const { status, json } = await call(token, 'GET', `/bounces?count=50&offset=0&${query}`);
  assert.equal(status, 200, JSON.stringify(json));
  return (json.Bounces as Wire[]).map(bounce => bounce.ID);
}

test('statistics begin with All without a type, and name only types that occur, in the order of their codes', async () => {
  const { token, serverId } = await newServer();
  const empty = await call(token, 'GET', '/deliveryStats');
  assert.deepEqual(empty.json, { InactiveMails: 0, Bounces: [{ Name: 'All', Count: 0 }] });
  await record([
    sampleBounce(serverId, { type: 'SpamComplaint', emailAddress: 'c@x.test' }),
    sampleBounce(serverId, { type: 'SoftBounce', streamId: 'broadcast' }),
    sampleBounce(serverId),
    sampleBounce(serverId, { emailAddress: 'b@x.test' }),
  ]);
  const { json } = await call(token, 'GET', '/deliverystats');
  assert.equal(
    JSON.stringify(json),
    JSON.stringify({
      InactiveMails: 3,
      Bounces: [
        { Name: 'All', Count: 4 },
        { Type: 'HardBounce', Name: 'Hard bounce', Count: 2 },
        { Type: 'SoftBounce', Name: 'Soft bounce', Count: 1 },
        { Type: 'SpamComplaint', Name: 'Spam complaint', Count: 1 },
      ],
    }),
  );
});

test('a bounce has the documented fields in the documented order', async () => {
  const { token, serverId } = await newServer();
  const bounce = sampleBounce(serverId, { tag: 'order' });
  const [ID] = await record([bounce], new Date('2026-11-01T10:11:12.345Z'));
  const { json } = await call(token, 'GET', '/BOUNCES/?Count=1&OFFSET=0');
  assert.equal(
    JSON.stringify(json),
    JSON.stringify({
      TotalCount: 1,
      Bounces: [
        {
          RecordType: 'Bounce',
          ID,
          Type: 'HardBounce',
          TypeCode: 1,
          Name: 'Hard bounce',
          Tag: 'order',
          MessageID: bounce.messageId,
          ServerID: serverId,
          MessageStream: 'outbound',
          Description: 'The server was unable to deliver your message (ex: unknown user, mailbox not found).',
          Details: 'smtp;550 no such user',
          Email: 'Ana@buyer.test',
          From: 'desk@shop.test',
          BouncedAt: '2026-11-01T10:11:12.3450000Z',
          DumpAvailable: true,
          Inactive: true,
          CanActivate: true,
          Subject: 'Order',
        },
      ],
    }),
  );
});

test('each filter narrows the list, whatever the casing of its name; pages are newest first', async () => {
  const { token, serverId } = await newServer();
  const at = (day: number) => new Date(`2026-11-0${day}T12:00:00Z`);
  const first = sampleBounce(serverId, { tag: 'a' });
  const [one] = await record([first], at(1));
  const [two] = await record(
    [sampleBounce(serverId, { type: 'SoftBounce', emailAddress: 'bob@other.test', tag: 'b' })],
    at(2),
  );
  const [three] = await record([sampleBounce(serverId, { streamId: 'broadcast' })], at(3));
  assert.deepEqual(await listed(token, ''), [two, one]);
  assert.deepEqual(await listed(token, 'messagestream=broadcast'), [three]);
  assert.deepEqual(await listed(token, 'TYPE=softbounce'), [two]);
  assert.deepEqual(await listed(token, 'inactive=True'), [one]);
  assert.deepEqual(await listed(token, 'inactive=false'), [two]);
  assert.deepEqual(await listed(token, 'emailFilter=OTHER'), [two]);
  assert.deepEqual(await listed(token, 'emailFilter=%25'), []);
  assert.deepEqual(await listed(token, 'tag=a'), [one]);
  assert.deepEqual(await listed(token, `messageID=${first.messageId.toUpperCase()}`), [one]);
  assert.deepEqual(await listed(token, 'fromDate=2026-11-02'), [two]);
  assert.deepEqual(await listed(token, 'todate=2026-11-01'), [one]);
  const page = await call(token, 'GET', '/bounces?count=1&offset=1');
  assert.deepEqual([page.json.TotalCount, (page.json.Bounces as Wire[])[0]?.ID], [2, one]);
});

test('a wrong filter or page is refused with 1000, an unknown stream with 1226', async () => {
  const { token } = await newServer();
  const wrong = [
    'count=-1&offset=0',
    'count=501&offset=0',
    'offset=0',
    'count=1',
    'count=500&offset=9999',
    'count=x&offset=0',
  ];
  for (const query of wrong) assert.deepEqual(await refusal(token, 'GET', `/bounces?${query}`), [422, 1000], query);
  for (const filter of ['type=Nothing', 'inactive=perhaps', 'messageID=7', 'fromdate=2026-13-01', 'todate=soon'])
    assert.deepEqual(await refusal(token, 'GET', `/bounces?count=1&offset=0&${filter}`), [422, 1000], filter);
  assert.deepEqual(await refusal(token, 'GET', '/bounces?count=1&offset=0&messagestream=nowhere'), [422, 1226]);
});

test('one bounce comes with its source: the report that came by mail, or a notice of ours; after 30 days with none', async () => {
  const { token, serverId } = await newServer();
  const source = Buffer.from('From: mailer-daemon@buyer.test\r\n\r\nunbekannt: M\u00fcller\0', 'latin1');
  const [refused, reported, bare] = await record([
    sampleBounce(serverId, { host: 'mx.buyer.test', subject: 'Gr\u00fc\u00dfe' }),
    sampleBounce(serverId, { isFinal: false, details: 'unbekannt', source }),
    sampleBounce(serverId, { isFinal: false }),
  ]);
  const own = await call(token, 'GET', `/bounces/${refused}`);
  const text = String(own.json.Content);
  for (const line of ['Reporting-MTA: dns; mail.shop.test', 'Remote-MTA: dns; mx.buyer.test', 'Status: 5.0.0'])
    assert.ok(text.includes(`\r\n${line}\r\n`), line);
  assert.ok(text.includes('Diagnostic-Code: smtp; 550 no such user'));
  assert.deepEqual((await call(token, 'GET', `/bounces/${refused}/dump`)).json, { Body: text });
  const report = 'From: mailer-daemon@buyer.test\r\n\r\nunbekannt: M\u00fcller';
  assert.deepEqual((await call(token, 'GET', `/bounces/${reported}/dump`)).json, { Body: report });
  assert.equal((await call(token, 'GET', `/bounces/${reported}`)).json.Content, report);
  const without = await call(token, 'GET', `/bounces/${bare}`);
  assert.deepEqual([without.json.DumpAvailable, 'Content' in without.json], [false, false]);
  const [old] = await record([sampleBounce(serverId)], new Date(Date.now() - 31 * 86_400_000));
  assert.deepEqual((await call(token, 'GET', `/bounces/${old}/dump`)).json, { Body: '' });
});

test('a bounce that is not there is refused with 1001, one without an id with 1002', async () => {
  const { token } = await newServer();
  for (const id of ['1', 'abc', '-7', '99999999999999999999', '1.5']) {
    for (const path of [`/bounces/${id}`, `/bounces/${id}/dump`])
      assert.deepEqual(await refusal(token, 'GET', path), [422, 1001], path);
    assert.deepEqual(await refusal(token, 'PUT', `/bounces/${id}/activate`), [422, 1001]);
  }
  assert.deepEqual(await refusal(token, 'PUT', '/bounces/%20/activate'), [400, 1002]);
});

test('activating lifts the suppression and says so; again is a success; the body may be anything empty', async () => {
  for (const body of [undefined, {}, 'null']) {
    const { token, serverId } = await newServer();
    const [id] = await record([sampleBounce(serverId)]);
    const first = await call(token, 'PUT', `/bounces/${id}/activate`, body === 'null' ? undefined : body);
    assert.deepEqual(Object.keys(first.json), ['Message', 'Bounce']);
    const bounce = first.json.Bounce as Wire;
    assert.deepEqual([first.json.Message, bounce.Inactive, bounce.CanActivate], ['OK', false, true]);
    assert.match(String(bounce.Content), /no such user/);
    assert.equal((await call(token, 'PUT', `/bounces/${id}/activate`)).status, 200);
    assert.deepEqual(await listed(token, 'inactive=true'), []);
    const lifted = (await readEvents(db.reads, serverId)).filter(event => event.kind === 'suppression_lifted');
    assert.deepEqual(
      lifted.map(event => [event.recipient, event.details]),
      [['Ana@buyer.test', { origin: 'Customer' }]],
    );
  }
});

test('a complaint cannot be activated, nor a bounce whose recipient has complained or unsubscribed since', async () => {
  const { token, serverId } = await newServer();
  const [complaint] = await record([sampleBounce(serverId, { type: 'SpamComplaint', isFinal: false })]);
  const [bounce] = await record([sampleBounce(serverId)]);
  const shown = await call(token, 'GET', `/bounces/${complaint}`);
  assert.deepEqual([shown.json.CanActivate, shown.json.Inactive], [false, true]);
  for (const id of [complaint, bounce])
    assert.deepEqual(await refusal(token, 'PUT', `/bounces/${id}/activate`), [422, 1003]);

  const [old] = await record([sampleBounce(serverId, { emailAddress: 'bob@x.test' })]);
  const lift = { serverId, streamId: 'outbound', emailAddress: 'bob@x.test', origin: 'Customer' } as const;
  await db.accept.transaction(tx => liftSuppression(tx, recordEvents, lift, new Date()));
  await suppress(db.accept, serverId, 'bob@x.test', { reason: 'ManualSuppression' });
  assert.deepEqual(await refusal(token, 'PUT', `/bounces/${old}/activate`), [422, 1003]);
});

test('tags of bounces are a bare list', async () => {
  const { token, serverId } = await newServer();
  assert.deepEqual((await call(token, 'GET', '/bounces/tags')).json, []);
  await record(['b', 'a', 'b', '', null].map(tag => sampleBounce(serverId, { tag })));
  assert.deepEqual((await call(token, 'GET', '/bounces/tags')).json, ['a', 'b']);
});

test("another server's bounces are neither seen nor changed", async () => {
  const [mine, other] = [await newServer(), await newServer()];
  const [id] = await record([sampleBounce(mine.serverId, { tag: 'secret' })]);
  assert.deepEqual(await listed(other.token, ''), []);
  assert.deepEqual((await call(other.token, 'GET', '/bounces/tags')).json, []);
  assert.equal((await call(other.token, 'GET', '/deliverystats')).json.InactiveMails, 0);
  for (const path of [`/bounces/${id}`, `/bounces/${id}/dump`])
    assert.deepEqual(await refusal(other.token, 'GET', path), [422, 1001]);
  assert.deepEqual(await refusal(other.token, 'PUT', `/bounces/${id}/activate`), [422, 1001]);
  assert.deepEqual(await listed(mine.token, 'inactive=true'), [id]);
});
