import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  attachmentPath,
  decodeAttachmentToken,
  encodeAttachmentToken,
} from '@pennyblack/email/inbound/attachment-token.ts';
import { systemClock } from '@pennyblack/runtime/clock.ts';
import { timeOfUuidV7 } from '@pennyblack/runtime/uuid-v7.ts';
import { send } from '../../../edges/http-api/testing/test-api.ts';
import { startMessageApi } from '../../../testing/test-message-api.ts';
import { addServer, testKeyRing, testWorld } from '../../../testing/test-world.ts';
import { attachmentKeyPurpose, createAttachmentLinks, linkToAttachment } from '../attachment-links.ts';
import { createMailReader } from '../mail-reader.ts';
import { createReadInbound } from '../read-inbound.ts';
import { type SampleInbound, storeSampleInbound } from '../testing/sample-inbound.ts';
import { addAttachmentRoutes } from './attachment-routes.ts';

const world = await testWorld();
const { database: db, accountId } = world;
const reader = createMailReader();
after(() => reader.close());
const keys = testKeyRing.deriveKeys(attachmentKeyPurpose);
const readInbound = createReadInbound(reader);
const api = await startMessageApi(world, {
  http: {
    extraRoutes: app =>
      addAttachmentRoutes(app, {
        keys,
        readAttachment: (message, position) => readInbound.attachment(db.reads, message, position),
        clock: systemClock,
      }),
  },
});
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

const source = [
  'From: Ann <ann@sender.test>',
  'To: help@in.client.test',
  'Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=',
  'In-Reply-To: <before@shop.test>',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  '--b',
  'Content-Type: text/plain; charset=utf-8',
  '',
  'Yes.',
  '',
  'On Mon, Mar 3, 2025 at 9:00 AM Support wrote:',
  '> Well?',
  '--b',
  'Content-Type: text/html',
  'Content-Disposition: attachment; filename=page.html',
  '',
  '<script>alert(1)</script>',
  '--b--',
  '',
].join('\r\n');

test('details add texts and fields in the order of the documentation; the dump is the source', async () => {
  const { call, refused, server } = await newServer();
  const messageId = await storeSampleInbound(db.accept, server.serverId, {
    source,
    status: 'Blocked',
    blockedReason: 'Inbound request blocked by domain rule: sender.test',
  });
  const path = `/messages/inbound/${messageId}`;
  const { json } = await call('GET', `${path.toUpperCase()}/Details`);
  assert.deepEqual(Object.keys(json), [
    ...['From', 'FromName', 'FromFull', 'To', 'ToFull', 'CcFull', 'Cc', 'Bcc', 'BccFull', 'ReplyTo'],
    ...['OriginalRecipient', 'Subject', 'Date', 'MailboxHash', 'TextBody', 'HtmlBody', 'StrippedTextReply', 'Tag'],
    ...['Headers', 'Attachments', 'MessageID', 'BlockedReason', 'Status', 'MessageStream'],
  ]);
  assert.equal(json.TextBody, 'Yes.\n\nOn Mon, Mar 3, 2025 at 9:00 AM Support wrote:\n> Well?');
  assert.equal(json.StrippedTextReply, 'Yes.');
  assert.equal(json.BlockedReason, 'Inbound request blocked by domain rule: sender.test');
  assert.deepEqual(json.Headers, [{ Name: 'In-Reply-To', Value: '<before@shop.test>' }]);
  assert.deepEqual((await call('GET', `${path}/dump`)).json, { Body: source });
  for (const id of ['00000000-0000-4000-8000-000000000000', 'nonsense', '%20'])
    for (const end of ['details', 'dump'])
      assert.equal(await refused(701, 'GET', `/messages/inbound/${id}/${end}`), 'This message was not found.');
});

test('mail that waits to be read shows what its source says; mail whose source is gone shows what is left', async () => {
  const { call, refused, server } = await newServer();
  const { json } = await call('POST', '/server/inbound/sample', { Subject: 'Re: Sample', MailboxHash: 'Hash-1' });
  assert.match(String(json.OriginalRecipient), /^[0-9a-f]{32}\+Hash-1@inbound\.mail\.shop\.test$/);
  const path = `/messages/inbound/${json.MessageID}`;
  const waiting = (await call('GET', `${path}/details`)).json;
  assert.deepEqual(
    [waiting.Status, waiting.From, waiting.Subject, waiting.Tag, waiting.MailboxHash, waiting.StrippedTextReply],
    ['Queued', 'sender@example.com', 'Re: Sample', 'TestTag', 'Hash-1', 'This is a sample of an inbound message.'],
  );
  const { InboundMessages } = (await call('GET', `/messages/inbound?${page}&status=queued`)).json;
  assert.deepEqual(
    (InboundMessages as Json[]).map(({ MessageID }) => MessageID),
    [json.MessageID],
  );
  await refused(701, 'PUT', `${path}/bypass`);
  await refused(701, 'PUT', `${path}/retry`);

  await db.accept.query`delete from inbound_sources where server_id = ${server.serverId}`;
  const left = (await call('GET', `${path}/details`)).json;
  assert.deepEqual([left.Status, left.TextBody, left.Headers], ['Queued', '', []]);
  assert.deepEqual((await call('GET', `${path}/dump`)).json, { Body: '' });
  const blocked = await storeSampleInbound(db.accept, server.serverId, { status: 'Blocked' });
  const failed = await storeSampleInbound(db.accept, server.serverId, { status: 'Failed' });
  await db.accept.query`delete from inbound_sources where server_id = ${server.serverId}`;
  await refused(702, 'PUT', `/messages/inbound/${blocked}/bypass`);
  await refused(703, 'PUT', `/messages/inbound/${failed}/retry`);
});

test('what was blocked or has failed is released once, also by two calls at once, and by nobody else', async () => {
  const { call, server } = await newServer();
  const cases = [
    ['Blocked', 'bypass', 'Successfully bypassed message', 'bypassed'],
    ['Failed', 'retry', 'Successfully rescheduled failed message', 'retried'],
  ] as const;
  for (const [status, verb, said, done] of cases) {
    const messageId = await storeSampleInbound(db.accept, server.serverId, { status });
    const stranger = await newServer();
    const path = `/messages/inbound/${messageId}/${verb}`;
    const text = `This message was not found or cannot be ${done}.`;
    assert.equal(await stranger.refused(701, 'PUT', path), text);
    const answers = await Promise.all([call('PUT', path), call('PUT', path)]);
    assert.deepEqual(answers.map(({ bytes }) => bytes).toSorted(), [
      JSON.stringify({ ErrorCode: 0, Message: `${said}: ${messageId}.` }),
      JSON.stringify({ ErrorCode: 701, Message: text }),
    ]);
    const events = world.heard.filter(event => event.messageId === messageId);
    assert.deepEqual(
      events.map(({ kind, details }) => [kind, details.why]),
      [['inbound_released', verb]],
    );
    const other = status === 'Blocked' ? 'retry' : 'bypass';
    assert.equal((await call('PUT', `/messages/inbound/${messageId}/${other}`)).json.ErrorCode, 701);
  }
});

test('bad samples are refused and take nothing', async () => {
  const { call, refused } = await newServer();
  const bad: [number, object][] = [
    [300, { From: 'nobody' }],
    [300, { From: 'a@b@c.test' }],
    [300, { MailboxHash: 'a b' }],
    [300, { MailboxHash: 'x'.repeat(32) }],
    [300, { MailboxHash: 'a@other.test' }],
    [300, { TextBody: 'x'.repeat(1_000_001) }],
    [403, { Subject: 7 }],
  ];
  for (const [code, body] of bad) await refused(code, 'POST', '/server/inbound/sample', body);
  assert.equal((await call('GET', `/messages/inbound?${page}&status=queued`)).json.TotalCount, 0);
  const { json } = await call('POST', '/server/inbound/sample', {
    Subject: 'One\r\nBcc: eve@evil.test',
    HtmlBody: '',
    Tag: '',
  });
  const { Subject, HtmlBody, Tag, Headers } = (await call('GET', `/messages/inbound/${json.MessageID}/details`)).json;
  assert.deepEqual([HtmlBody, Tag], ['', '']);
  assert.doesNotMatch(JSON.stringify(Headers), /eve@evil/);
  assert.match(String(Subject), /^One/);
});

async function fetchAttachment(token: string, method = 'GET') {
  return send(api.port, { method, path: `${attachmentPath}/${token}`, headers: { 'X-Postmark-Server-Token': '' } });
}

test('a link to an attachment answers the file, safe for a browser, until it ends; of large mail too', async () => {
  const { server } = await newServer();
  const { serverId } = server;
  const file = Buffer.alloc(600_000, 'large ').toString('base64');
  const large = source
    .replace('<script>alert(1)</script>', file)
    .replace('text/html', 'text/html\r\nContent-Transfer-Encoding: base64');
  const endsAt = new Date(Date.now() + 3_600_000);
  for (const [written, bytes] of [
    [source, Buffer.from('<script>alert(1)</script>')],
    [large, Buffer.from(file, 'base64')],
  ] as const) {
    const messageId = await storeSampleInbound(db.accept, serverId, { source: written });
    const reference = { serverId, messageId, position: 0, endsAt };
    const token = encodeAttachmentToken(reference, keys[0]);
    const answer = await fetchAttachment(token);
    assert.equal(answer.status, 200, answer.bytes.toString('utf8', 0, 200));
    assert.ok(answer.bytes.equals(bytes));
    const { headers } = answer;
    assert.equal(headers['content-type'], 'text/html');
    assert.equal(headers['content-disposition'], `attachment; filename="page.html"; filename*=UTF-8''page.html`);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.match(String(headers['content-security-policy']), /^sandbox; default-src 'none'/);
    assert.equal((await fetchAttachment(token, 'HEAD')).headers['content-length'], String(bytes.length));

    const other = (change: object) => fetchAttachment(encodeAttachmentToken({ ...reference, ...change }, keys[0]));
    assert.equal((await other({ endsAt: new Date(Date.now() - 1000) })).status, 403);
    assert.equal((await other({ position: 1 })).status, 404);
    assert.equal((await other({ serverId: serverId + 1 })).status, 404);
    assert.equal((await other({ messageId: server.token })).status, 404);
    assert.equal((await fetchAttachment(`${token.slice(0, -4)}AAAA`)).status, 404);
    assert.equal((await fetchAttachment(encodeAttachmentToken(reference, Buffer.alloc(32, 1)))).status, 404);
  }
});

test('links are the same in every post, and end when the message does', () => {
  const linksOf = createAttachmentLinks({
    key: keys[0],
    contentBytesMax: 1000,
    retentionDays: 45,
    publicUrl: () => 'https://post.shop.test',
  });
  const message = { serverId: 1001, messageId: '019a1b2c-3d4e-7f50-8a61-72839405a6b7' };
  const links = linksOf(message);
  assert.equal(linkToAttachment(links, message.messageId, 0, 1000), undefined);
  const link = linkToAttachment(links, message.messageId, 2, 1001) ?? '';
  assert.equal(linkToAttachment(linksOf(message), message.messageId, 2, 1001), link);
  const [base, token = ''] = link.split(`${attachmentPath}/`);
  assert.equal(base, 'https://post.shop.test');
  const read = decodeAttachmentToken(token, keys);
  const received = timeOfUuidV7(message.messageId).getTime();
  assert.equal(read?.endsAt.getTime(), Math.floor(received / 1000) * 1000 + 45 * 86_400_000);
  assert.equal(linkToAttachment(undefined, message.messageId, 2, 1001), undefined);
});
