import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createSetClock } from '@pennyblack/runtime/clock.ts';
import { systemRandom } from '@pennyblack/runtime/random.ts';
import { createUuidV7Source } from '@pennyblack/runtime/uuid-v7.ts';
import { send } from '../../../edges/http-api/testing/test-api.ts';
import { startMessageApi } from '../../../testing/test-message-api.ts';
import { addServer, createFakeIntake, createTestAcceptor, testWorld } from '../../../testing/test-world.ts';
import type { SendRequest } from '../../sending/send-request.ts';
import { sampleRequest } from '../../sending/testing/sample-requests.ts';

const world = await testWorld();
const { database: db, server, accountId } = world;
const other = await addServer(db.accept, accountId, 'Live');
const api = await startMessageApi(world);
after(() => api.close());
const acceptor = createTestAcceptor(world, createFakeIntake(undefined));

async function accept(changes: Partial<SendRequest>, sender = server, by = acceptor): Promise<string> {
  const result = await by.accept(sender, sampleRequest(changes));
  return result.kind === 'accepted' ? result.messageId : assert.fail(result.text);
}

const oneDayAgo = createSetClock(new Date(Date.now() - 86_400_000));
const acceptorOfYesterday = createTestAcceptor(world, createFakeIntake(undefined), {
  clock: oneDayAgo,
  makeMessageId: createUuidV7Source(oneDayAgo, systemRandom),
});
const yesterday = await accept({ subject: 'Yesterday' }, server, acceptorOfYesterday);
const receipt = await accept({
  from: 'Billing <billing@shop.test>',
  to: 'Nadia <nadia@client.test>, ben@client.test',
  cc: 'carl@client.test',
  bcc: 'Audit <audit@shop.test>',
  subject: 'Receipt 1042 für Nadia',
  tag: 'Receipt',
  metadata: { Color: 'blue', order: '1042' },
  trackOpens: true,
  trackLinks: 'TextOnly',
  attachments: [{ name: 'receipt.pdf', contentType: 'application/pdf', base64: 'JVBERi0=' }],
});
const welcome = await accept({
  to: 'NADIA@client.test',
  subject: '100%_sure',
  textBody: 'x',
  metadata: { color: 'red' },
});
const newsletter = await accept({ to: 'ben@client.test', messageStream: 'broadcast', subject: 'News' });
const foreign = await accept({ to: 'nadia@client.test', tag: 'Receipt' }, other);
// The recipient of the welcome has its final state.
await db.accept.query`delete from delivery_queue where message_id = ${welcome}`;

type Page = { TotalCount: number; Messages: Record<string, unknown>[] };

async function ask(query: Record<string, string>, token = server.token) {
  const path = `/messages/outbound?${new URLSearchParams(query)}`;
  const answer = await send(api.port, { path, headers: { 'X-Postmark-Server-Token': token } });
  return { status: answer.status, json: answer.json as Page & { ErrorCode: number; Message: string } };
}

async function find(query: Record<string, string>, token = server.token): Promise<unknown[]> {
  const { status, json } = await ask({ count: '10', offset: '0', ...query }, token);
  assert.equal(status, 200, JSON.stringify(json));
  assert.equal(json.TotalCount, json.Messages.length);
  return json.Messages.map(message => message.MessageID);
}

test('newest first, of the stream outbound, and of this server only', async () => {
  assert.deepEqual(await find({}), [welcome, receipt, yesterday]);
  assert.deepEqual(await find({ messagestream: 'outbound' }), [welcome, receipt, yesterday]);
  assert.deepEqual(await find({ messageStream: 'broadcast' }), [newsletter]);
  assert.deepEqual(await find({ messagestream: 'inbound' }), []);
  assert.deepEqual(await find({}, other.token), [foreign]);
});

test('each filter finds what it names, and nothing else', async () => {
  const cases: [Record<string, string>, string[]][] = [
    [{ recipient: 'nadia@client.test' }, [welcome, receipt]],
    [{ recipient: 'Nadia@CLIENT.test' }, [welcome, receipt]],
    [{ recipient: 'carl@client.test' }, [receipt]],
    [{ recipient: 'audit@shop.test' }, [receipt]],
    [{ recipient: 'nadia' }, []],
    [{ recipient: 'nobody@client.test' }, []],
    [{ fromemail: 'BILLING@shop.test' }, [receipt]],
    [{ fromEmail: 'desk@shop.test' }, [welcome, yesterday]],
    [{ tag: 'receipt' }, [receipt]],
    [{ tag: 'Rec' }, []],
    [{ subject: 'RECEIPT 10' }, [receipt]],
    [{ subject: 'FÜR' }, [receipt]],
    // Not a pattern.
    [{ subject: '%' }, [welcome]],
    [{ subject: '_' }, [welcome]],
    [{ subject: '.*' }, []],
    [{ status: 'queued' }, [receipt, yesterday]],
    [{ status: 'sent' }, [welcome]],
    [{ status: 'PROCESSED' }, [welcome]],
    [{ metadata_color: 'blue' }, [receipt]],
    [{ metadata_COLOR: 'red' }, [welcome]],
    [{ metadata_color: 'BLUE' }, []],
    [{ metadata_nothing: 'blue' }, []],
    [{ recipient: 'nadia@client.test', status: 'sent', subject: 'sure' }, [welcome]],
    [{ recipient: 'nadia@client.test', tag: 'receipt', metadata_order: '1042' }, [receipt]],
    // What comes empty is not asked for.
    [
      { tag: '', subject: '', recipient: '', fromemail: '', status: '', messagestream: '' },
      [welcome, receipt, yesterday],
    ],
  ];
  for (const [query, expected] of cases) assert.deepEqual(await find(query), expected, JSON.stringify(query));
});

test('dates are inclusive days in New York', async () => {
  const day = (offsetInDays: number) => {
    const date = new Date(Date.now() + offsetInDays * 86_400_000);
    return new Intl.DateTimeFormat('en-CA', { timeZone: 'America/New_York' }).format(date);
  };
  const all = [welcome, receipt, yesterday];
  assert.deepEqual(await find({ fromdate: day(0), todate: day(0) }), [welcome, receipt]);
  assert.deepEqual(await find({ fromdate: day(-1) }), all);
  assert.deepEqual(await find({ fromdate: day(1) }), []);
  assert.deepEqual(await find({ todate: day(-1) }), [yesterday]);
  assert.deepEqual(await find({ fromdate: day(-3), todate: day(-2) }), []);
  assert.deepEqual(await find({ todate: day(5) }), all);
  assert.deepEqual(await find({ fromdate: day(2), todate: day(1) }), []);
  assert.deepEqual(await find({ fromdate: '1970-01-01' }), all);
});

test('pages do not overlap, and each counts all', async () => {
  const pages = [];
  for (const offset of ['0', '1', '2', '3']) {
    const { json } = await ask({ count: '1', offset });
    assert.equal(json.TotalCount, 3);
    pages.push(json.Messages.map(message => message.MessageID));
  }
  assert.deepEqual(pages, [[welcome], [receipt], [yesterday], []]);
  assert.equal((await ask({ count: '500', offset: '9500' })).status, 200);
});

test('paging and filters that are wrong are 700, an unknown stream is 1226', async () => {
  const wrong: Record<string, string>[] = [
    {},
    { count: '10' },
    { offset: '0' },
    { count: '0', offset: '0' },
    { count: '501', offset: '0' },
    { count: 'ten', offset: '0' },
    { count: '1.5', offset: '0' },
    { count: '10', offset: '-1' },
    { count: '500', offset: '9501' },
    { count: '10', offset: '0', status: 'delivered' },
    { count: '10', offset: '0', fromdate: 'yesterday' },
    { count: '10', offset: '0', todate: '2026-02-30' },
    { count: '10', offset: '0', metadata_a: '1', metadata_b: '2' },
  ];
  for (const query of wrong) {
    const { status, json } = await ask(query);
    assert.deepEqual([status, json.ErrorCode], [422, 700], JSON.stringify(query));
    assert.deepEqual(Object.keys(json), ['ErrorCode', 'Message']);
  }
  const { status, json } = await ask({ count: '1', offset: '0', messagestream: 'nowhere' });
  assert.deepEqual([status, json.ErrorCode], [422, 1226]);
});

test('odd texts are searched for, not stumbled over', async () => {
  for (const text of ["'", '\\', 'a\u0000b', '\ud800', '😀', 'x'.repeat(3000)]) {
    for (const name of ['subject', 'tag', 'recipient', 'fromemail', 'metadata_k']) {
      const { status } = await ask({ count: '1', offset: '0', [name]: text });
      assert.ok(status === 200 || status === 422, `${name} ${JSON.stringify(text)}: ${status}`);
    }
  }
});

test('an item says everything, with empty lists and texts where there is nothing', async () => {
  const { json } = await ask({ count: '10', offset: '0' });
  const byId = new Map(json.Messages.map(message => [message.MessageID, message]));
  const { ReceivedAt, ...full } = byId.get(receipt) ?? {};
  assert.match(String(ReceivedAt), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/);
  assert.deepEqual(full, {
    Tag: 'Receipt',
    MessageID: receipt,
    MessageStream: 'outbound',
    To: [
      { Email: 'nadia@client.test', Name: 'Nadia' },
      { Email: 'ben@client.test', Name: '' },
    ],
    Cc: [{ Email: 'carl@client.test', Name: '' }],
    Bcc: [{ Email: 'audit@shop.test', Name: 'Audit' }],
    Recipients: ['nadia@client.test', 'ben@client.test', 'carl@client.test', 'audit@shop.test'],
    From: '"Billing" <billing@shop.test>',
    Subject: 'Receipt 1042 für Nadia',
    Attachments: ['receipt.pdf'],
    Status: 'Queued',
    TrackOpens: true,
    TrackLinks: 'TextOnly',
    Metadata: { Color: 'blue', order: '1042' },
    Sandboxed: false,
  });
  const bare = byId.get(welcome) ?? {};
  assert.ok(!('Tag' in bare));
  assert.deepEqual(
    [bare.Cc, bare.Bcc, bare.Attachments, bare.Metadata, bare.Status, bare.TrackLinks, bare.TrackOpens],
    [[], [], [], { color: 'red' }, 'Sent', 'None', false],
  );
});

test('a token of nobody sees nothing', async () => {
  const { status, json } = await ask({ count: '1', offset: '0' }, 'nobody');
  assert.deepEqual([status, json.ErrorCode], [401, 10]);
  const testToken = await ask({ count: '1', offset: '0' }, 'POSTMARK_API_TEST');
  assert.equal(testToken.status, 401);
});
