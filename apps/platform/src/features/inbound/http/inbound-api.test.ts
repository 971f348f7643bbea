import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { send } from '../../../edges/http-api/testing/test-api.ts';
import { startMessageApi } from '../../../testing/test-message-api.ts';
import { addServer, testWorld } from '../../../testing/test-world.ts';
import { type SampleInbound, storeSampleInbound } from '../testing/sample-inbound.ts';

const world = await testWorld();
const { database: db, accountId } = world;
const api = await startMessageApi(world);
after(() => api.close());

type Json = Record<string, unknown> & { ErrorCode?: number; Message?: string };

/** A caller for a server of its own, so that no test sees what is another's. */
async function newServer() {
  const server = await addServer(db.accept, accountId, 'Live');
  async function call(method: string, path: string, body?: unknown) {
    const answer = await send(api.port, {
      method,
      path,
      body,
      headers: { 'X-Postmark-Server-Token': server.token },
    });
    return { status: answer.status, json: answer.json as Json, bytes: answer.bytes.toString() };
  }
  async function refused(code: number, method: string, path: string, body?: unknown): Promise<string> {
    const { status, json } = await call(method, path, body);
    assert.deepEqual([status, json.ErrorCode], [422, code], `${method} ${path} ${JSON.stringify(body)}`);
    return String(json.Message);
  }
  return { server, call, refused };
}

test('rules are added, listed in their order and removed, under any casing of the path', async () => {
  const { call } = await newServer();
  const address = await call('POST', '/triggers/inboundRules', { Rule: 'Noisy+News@Ads.TEST' });
  assert.equal(address.status, 200);
  const domain = await call('POST', '/triggers/inboundrules', { rule: ' BÜCHER.test ' });
  const page = await call('GET', '/Triggers/InboundRules?count=10&offset=0');
  assert.equal(
    page.bytes,
    JSON.stringify({
      TotalCount: 2,
      InboundRules: [
        { ID: address.json.ID, Rule: 'noisy+news@ads.test' },
        { ID: domain.json.ID, Rule: 'xn--bcher-kva.test' },
      ],
    }),
  );
  const second = await call('GET', '/triggers/inboundrules?count=1&offset=1');
  assert.deepEqual(second.json, { TotalCount: 2, InboundRules: [domain.json] });
  const removed = await call('DELETE', `/triggers/inboundrules/${address.json.ID}`);
  assert.equal(removed.bytes, '{"ErrorCode":0,"Message":"Rule noisy+news@ads.test removed."}');
  const left = await call('GET', '/triggers/inboundrules?count=500&offset=0');
  assert.deepEqual(left.json, { TotalCount: 1, InboundRules: [domain.json] });
});

test('bad rules have the code of their fault and add nothing', async () => {
  const { call, refused } = await newServer();
  const path = '/triggers/inboundrules';
  for (const body of [undefined, {}, { Rule: null }, { Rule: '' }, { Rule: '  ' }, { Rules: 'a.test' }])
    await refused(809, 'POST', path, body);
  for (const Rule of ['nonsense', 'a@b', '@', 'a@@b.test', '*.ads.test', 'a b@ads.test', 'ads..test', '<a@ads.test>'])
    await refused(813, 'POST', path, { Rule });
  await refused(813, 'POST', path, { Rule: `${'x'.repeat(65)}@ads.test` });
  for (const Rule of [5, ['ads.test'], { a: 1 }, true]) await refused(403, 'POST', path, { Rule });
  await call('POST', path, { Rule: 'ads.test' });
  for (const Rule of ['ADS.test', '@ads.test']) await refused(810, 'POST', path, { Rule });
  const racing = await Promise.all([1, 2, 3].map(() => call('POST', path, { Rule: 'racing.test' })));
  assert.deepEqual(racing.map(({ json }) => json.ErrorCode ?? 0).toSorted(), [0, 810, 810]);
  for (const query of ['', '?count=1', '?offset=0', '?count=501&offset=0', '?count=x&offset=0', '?count=1&offset=-1'])
    await refused(800, 'GET', `${path}${query}`);
  for (const id of ['0', '999999999', 'ads.test', '-1']) await refused(812, 'DELETE', `${path}/${id}`);
  assert.equal((await call('GET', `${path}?count=500&offset=0`)).json.TotalCount, 2);
});

const page = 'count=500&offset=0';

test('a search shows every key of the documentation in its order, newest first', async () => {
  const { call, server } = await newServer();
  const store = (sample: SampleInbound) => storeSampleInbound(db.accept, server.serverId, sample);
  assert.equal((await call('GET', `/messages/inbound?${page}`)).bytes, '{"InboundMessages":[],"TotalCount":0}');
  await store({ subject: 'Older' });
  const messageId = await store({
    from: { name: 'Ann Berg', address: 'ann+x@Client.test' },
    to: [
      { name: 'Support', address: 'help+ticket-88@in.shop.test' },
      { name: '', address: 'boss@client.test' },
    ],
    cc: [{ name: 'A "quoted" name', address: 'cc@client.test' }],
    bcc: [],
    recipient: 'help+ticket-88@in.shop.test',
    replyTo: 'other@client.test',
    subject: 'Re: Order 1042',
    date: 'Tue, 4 Mar 2025 15:02:11 +0100',
    tag: 'order',
    attachments: [{ name: 'note.txt', contentType: 'text/plain', contentLength: 5, contentId: '' }],
  });
  const { json } = await call('GET', `/messages/inbound?count=1&offset=0`);
  const [found] = json.InboundMessages as Json[];
  assert.equal(json.TotalCount, 2);
  assert.equal(
    JSON.stringify(found),
    JSON.stringify({
      From: 'ann+x@Client.test',
      FromName: 'Ann Berg',
      FromFull: { Email: 'ann+x@Client.test', Name: 'Ann Berg', MailboxHash: 'x' },
      To: '"Support" <help+ticket-88@in.shop.test>, boss@client.test',
      ToFull: [
        { Email: 'help+ticket-88@in.shop.test', Name: 'Support', MailboxHash: 'ticket-88' },
        { Email: 'boss@client.test', Name: '', MailboxHash: '' },
      ],
      CcFull: [{ Email: 'cc@client.test', Name: 'A "quoted" name', MailboxHash: '' }],
      Cc: '"A \\"quoted\\" name" <cc@client.test>',
      Bcc: '',
      BccFull: [],
      ReplyTo: 'other@client.test',
      OriginalRecipient: 'help+ticket-88@in.shop.test',
      Subject: 'Re: Order 1042',
      Date: 'Tue, 4 Mar 2025 15:02:11 +0100',
      MailboxHash: 'ticket-88',
      Tag: 'order',
      Attachments: [{ Name: 'note.txt', ContentID: '', ContentType: 'text/plain', ContentLength: 5 }],
      MessageID: messageId,
      Status: 'Processed',
      MessageStream: 'inbound',
    }),
  );
});

test('a search filters by each field, and shows what was processed unless it asks for another status', async () => {
  const { call, refused, server } = await newServer();
  const store = (sample: SampleInbound) => storeSampleInbound(db.accept, server.serverId, sample);
  const plain = await store({ from: { name: '', address: 'Ann@BÜCHER.test' }, subject: '50% off_now' });
  const copied = await store({
    recipient: 'help+T-1@in.client.test',
    to: [{ name: '', address: 'list@client.test' }],
    cc: [{ name: '', address: 'Boss@Client.test' }],
    bcc: [{ name: '', address: 'help+T-1@in.client.test' }],
    tag: 'Orders',
  });
  const other = new Map<string, string>();
  for (const status of ['Blocked', 'Queued', 'Scheduled', 'Failed'] as const)
    other.set(status, await store({ status, subject: status }));
  const ids = async (query: string) => {
    const { status, json, bytes } = await call('GET', `/messages/inbound?${page}&${query}`);
    assert.equal(status, 200, bytes);
    const messages = json.InboundMessages as { MessageID: string }[];
    assert.equal(json.TotalCount, messages.length, query);
    return messages.map(({ MessageID }) => MessageID);
  };
  assert.deepEqual(await ids(''), [copied, plain]);
  for (const query of ['status=processed', 'STATUS=Sent', 'status='])
    assert.deepEqual(await ids(query), [copied, plain]);
  for (const [status, id] of other) assert.deepEqual(await ids(`status=${status.toLowerCase()}`), [id]);
  assert.deepEqual(await ids('fromemail=ANN@b%C3%BCcher.test'), [plain]);
  assert.deepEqual(await ids('fromEmail=ann@xn--bcher-kva.test'), [plain]);
  assert.deepEqual(await ids('fromemail=ann'), []);
  assert.deepEqual(await ids('subject=%25%20OFF_'), [plain]);
  assert.deepEqual(await ids('mailboxHash=T-1'), [copied]);
  assert.deepEqual(await ids('mailboxhash=T'), []);
  assert.deepEqual(await ids('tag=orders'), [copied]);
  for (const address of ['BOSS@client.test', 'list@client.test', 'HELP%2BT-1@in.client.test'])
    assert.deepEqual(await ids(`recipient=${address}`), [copied], address);
  assert.deepEqual(await ids('recipient=ann@b%C3%BCcher.test'), [], 'its sender is nobody’s recipient');
  assert.deepEqual(await ids('fromdate=2020-01-01&todate=2090-01-01'), [copied, plain]);
  assert.deepEqual(await ids('todate=2020-01-01'), []);
  assert.deepEqual(await ids('fromdate=2090-01-01'), []);
  for (const query of [
    '',
    'count=1',
    'offset=0',
    'count=501&offset=0',
    'count=500&offset=9501',
    'count=0&offset=0',
    `${page}&status=nonsense`,
    `${page}&fromdate=yesterday`,
    `${page}&todate=2026-13-01`,
  ])
    await refused(700, 'GET', `/messages/inbound?${query}`);
});

test('a Date that is no date, and mail that was not read yet, show when it came', async () => {
  const { call, server } = await newServer();
  await storeSampleInbound(db.accept, server.serverId, { date: 'the day before yesterday' });
  const { json } = await call('GET', `/messages/inbound?${page}`);
  const [found] = json.InboundMessages as { Date: string }[];
  assert.match(found?.Date ?? '', /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000$/);
});
