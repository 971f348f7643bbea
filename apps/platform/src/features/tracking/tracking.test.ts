import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { encodeTrackingToken, type TrackingToken } from '@pennyblack/email/tracking/tracking-token.ts';
import { systemClock } from '@pennyblack/runtime/clock.ts';
import { CommitUncertain, DatabaseUnavailable, type Pool } from '@pennyblack/runtime/database/database.ts';
import { findCommand } from '../../commands/commands.ts';
import type { Settings } from '../../config.ts';
import { send, startTestApi } from '../../edges/http-api/testing/test-api.ts';
import { startMessageApi } from '../../testing/test-message-api.ts';
import {
  addServer,
  createFakeIntake,
  createTestAcceptor,
  makeTestId,
  readEvents,
  testKeyRing,
  testWorld,
} from '../../testing/test-world.ts';
import { sampleRequest } from '../sending/testing/sample-requests.ts';
import { createHitBuffer, type HitBufferDeps } from './hit-buffer.ts';
import { addTrackingRoutes } from './http/tracking-routes.ts';
import { createLinkGate } from './link-gate.ts';
import { pixel } from './pixel.ts';
import type { Place } from './reading.ts';

const world = await testWorld();
const { database: db, server } = world;
const acceptor = createTestAcceptor(world, createFakeIntake(undefined));
const firefox = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0';
const bergen: Place = {
  countryIsoCode: 'NO',
  country: 'Norway',
  region: 'Vestland',
  city: 'Bergen',
  ip: '198.51.100.24',
};

async function accept(changes: Parameters<typeof sampleRequest>[0] = {}, onServer = server): Promise<string> {
  const result = await acceptor.accept(onServer, sampleRequest({ to: 'ana@buyer.test', ...changes }));
  assert.equal(result.kind, 'accepted');
  return result.kind === 'accepted' ? result.messageId : '';
}

// ---- the world of one reader: routes over real HTTP, a buffer, and a database that can be away

let isAway = false;
let loseCommits = 0;
const weather: Pool = {
  ...db.results,
  transaction: async work => {
    if (isAway) throw new DatabaseUnavailable('away');
    const result = await db.results.transaction(work);
    if (loseCommits > 0) {
      loseCommits -= 1;
      throw new CommitUncertain('the answer was lost');
    }
    return result;
  },
};
const lost = new Map<string, number>();
const recordedClasses: string[] = [];
const bufferDeps: HitBufferDeps = {
  db: weather,
  recordEvents: world.recordEvents,
  findPlace: ip => (ip === '198.51.100.24' ? bergen : {}),
  clock: systemClock,
  onRecorded: hits => recordedClasses.push(...hits.map(hit => `${hit.kind} ${hit.readerClass}`)),
  onLost: (why, count) => lost.set(why, (lost.get(why) ?? 0) + count),
  onDatabaseAway: () => {},
  onRefused: (_hit, error) => assert.fail(String(error)),
  waitWhileAwayInMilliseconds: 20,
};
const buffer = createHitBuffer(bufferDeps);
const gate = createLinkGate(db.reads);
const [key] = testKeyRing.deriveKeys('tracking links');
const retired = Buffer.alloc(32, 9);
const reader = await startTestApi([], {
  trustedProxies: ['127.0.0.1/32'],
  extraRoutes: app =>
    addTrackingRoutes(app, {
      keys: [key, retired],
      gate,
      take: buffer.take,
      makeHitId: makeTestId,
      clock: systemClock,
      readSecondsMax: 0,
    }),
});
after(() => reader.close());

type Recipient = { messageId: string; recipientNumber?: number; accountId?: number; serverId?: number };
const recipientOf = ({
  messageId,
  recipientNumber = 0,
  accountId = world.accountId,
  serverId = server.serverId,
}: Recipient) => ({
  ...{ accountId, serverId, messageId, recipientNumber },
});
const openToken = (recipient: Recipient, by = key) =>
  encodeTrackingToken({ ...recipientOf(recipient), kind: 'open' }, by);
const clickToken = (recipient: Recipient, target: string, part: 'html' | 'text' = 'html', by = key) =>
  encodeTrackingToken({ ...recipientOf(recipient), kind: 'click', part, target } satisfies TrackingToken, by);

const asReader = { 'user-agent': firefox, 'x-forwarded-for': '198.51.100.24' };
const look = (path: string, headers: Record<string, string> = asReader, method = 'GET') =>
  send(reader.port, { path, headers, method });
const open = (recipient: Recipient, headers?: Record<string, string>) => look(`/o/${openToken(recipient)}`, headers);
const click = (recipient: Recipient, target: string, part?: 'html' | 'text', headers?: Record<string, string>) =>
  look(`/c/${clickToken(recipient, target, part)}`, headers);

type HitRow = { isFirst: boolean; readerClass: string; isFirstHuman: boolean };
async function opensOf(messageId: string): Promise<HitRow[]> {
  await buffer.drained();
  return db.reads.query<HitRow>`
    select is_first as "isFirst", reader_class as "readerClass", is_first_human as "isFirstHuman"
    from opens where message_id = ${messageId} order by opened_at, hit_id`;
}

// ---- what readers get

test('a pixel is a picture of 43 bytes that nobody keeps, whatever is asked for', async () => {
  const messageId = await accept();
  const { status, headers, bytes } = await open({ messageId });
  assert.deepEqual([status, headers['content-type'], bytes.length], [200, 'image/gif', 43]);
  assert.ok(bytes.equals(pixel));
  assert.match(String(headers['cache-control']), /no-store/);
  for (const path of [
    '/o/nonsense',
    `/o/${openToken({ messageId }, Buffer.alloc(32, 1))}`,
    `/o/${clickToken({ messageId }, 'https://a.test/')}`,
  ]) {
    const answer = await look(path);
    assert.deepEqual([answer.status, answer.bytes.length], [200, 43]);
  }
  const head = await look(`/o/${openToken({ messageId })}`, asReader, 'HEAD');
  assert.deepEqual([head.status, head.headers['content-length'], head.bytes.length], [200, '43', 0]);
  assert.equal((await opensOf(messageId)).length, 1);
});

test('a link leads to its target byte for byte, and to nowhere else', async () => {
  const messageId = await accept();
  const targets = [
    'https://shop.test/?b=2&a=1+1%20x&u=https://b.test/#top',
    'http://shop.test',
    'HTTPS://SHOP.test/%7Ea',
  ];
  for (const target of targets) {
    const { status, headers, bytes } = await click({ messageId }, target);
    assert.deepEqual([status, headers.location, bytes.length], [302, target, 0]);
    assert.match(String(headers['cache-control']), /no-store/);
    assert.equal(headers['referrer-policy'], 'no-referrer');
  }
  const byRetiredKey = await look(`/c/${clickToken({ messageId }, 'https://shop.test/old', 'html', retired)}`);
  assert.equal(byRetiredKey.headers.location, 'https://shop.test/old');
  const token = clickToken({ messageId }, 'https://shop.test/');
  const changed = `${token.slice(0, -12)}${token.at(-12) === 'A' ? 'B' : 'A'}${token.slice(-11)}`;
  for (const wrong of [changed, 'https://evil.test/', '', openToken({ messageId }), token.slice(1)]) {
    const answer = await look(`/c/${encodeURIComponent(wrong)}`);
    assert.equal(answer.status, 404, wrong);
    assert.equal(answer.headers.location, undefined);
    assert.doesNotMatch(answer.bytes.toString(), /evil|shop/);
  }
  const long = await click({ messageId }, `https://shop.test/${'x'.repeat(1400)}`);
  assert.equal(long.status, 302);
  const head = await look(`/c/${token}`, asReader, 'HEAD');
  assert.deepEqual([head.status, head.headers.location], [302, 'https://shop.test/']);
  await buffer.drained();
  const rows = await db.reads.query`select 1 from clicks where message_id = ${messageId}`;
  assert.equal(rows.length, targets.length + 2, 'neither HEAD nor a refused link is a click');
});

test('a link whose message is gone still leads on; the hit is counted and goes no further', async () => {
  const gone = { messageId: makeTestId(), serverId: 999_999 };
  const before = lost.get('gone') ?? 0;
  assert.equal((await click(gone, 'https://shop.test/')).status, 302);
  assert.equal((await open(gone)).status, 200);
  await buffer.drained();
  assert.equal(lost.get('gone'), before + 2);
});

test('with the database away everything is answered, recorded once it is back, and once although its answer is lost', async () => {
  const messageId = await accept();
  isAway = true;
  const took = new Date();
  assert.equal((await open({ messageId })).status, 200);
  assert.equal((await click({ messageId }, 'https://shop.test/')).status, 302);
  assert.ok(buffer.waiting() >= 2);
  isAway = false;
  loseCommits = 1;
  assert.equal((await opensOf(messageId)).length, 1);
  assert.equal(loseCommits, 0);
  const events = await db.reads.query<{ kind: string; occurredAt: Date }>`
    select kind, occurred_at as "occurredAt" from events where message_id = ${messageId} order by kind`;
  assert.deepEqual(
    events.map(event => event.kind),
    ['link_clicked', 'message_opened'],
  );
  for (const event of events) assert.ok(Math.abs(event.occurredAt.getTime() - took.getTime()) < 5000);
});

test('what finds no room in memory is dropped and counted', async () => {
  isAway = true;
  const drops: [string, number][] = [];
  const small = createHitBuffer({
    ...bufferDeps,
    bytesMax: 1500,
    onLost: (why, count) => void drops.push([why, count]),
  });
  const hit = {
    ...{ hitId: makeTestId(), kind: 'open' as const, serverId: 1, messageId: makeTestId(), recipientNumber: 0 },
    ...{ at: new Date(), ip: '198.51.100.7', userAgent: firefox, isPrefetch: false },
  };
  for (let count = 0; count < 5; count += 1) small.take({ ...hit, hitId: makeTestId() });
  assert.deepEqual(drops, [
    ['dropped', 1],
    ['dropped', 1],
    ['dropped', 1],
  ]);
  isAway = false;
  await small.drained();
  assert.deepEqual(drops.at(-1), ['gone', 2]);
});

// ---- what is recorded

test('every open is kept, one is the first, and who was behind each is told', async () => {
  const messageId = await accept({ cc: 'ben@buyer.test', metadata: { order: '1187' }, tag: 'order' });
  await open({ messageId }, { ...asReader, 'user-agent': 'Mozilla/5.0' });
  // Delivered a while ago: nobody reads a mail in the moment of its arrival.
  await world.database.results.transaction(tx =>
    world.recordEvents(
      tx,
      [
        {
          kind: 'recipient_delivered',
          serverId: server.serverId,
          messageId,
          recipientNumber: 0,
          streamId: 'outbound',
          recipient: 'ana@buyer.test',
          occurredAt: new Date(Date.now() - 20_000),
          details: { reply: 'smtp;250 OK' },
        },
      ],
      new Date(),
    ),
  );
  await open({ messageId });
  await open({ messageId });
  await open({ messageId, recipientNumber: 1 }, { ...asReader, 'sec-purpose': 'prefetch' });
  const rows = await opensOf(messageId);
  assert.deepEqual(rows, [
    { isFirst: true, readerClass: 'apple_proxy', isFirstHuman: false },
    { isFirst: false, readerClass: 'human', isFirstHuman: true },
    { isFirst: false, readerClass: 'human', isFirstHuman: false },
    { isFirst: true, readerClass: 'prefetch', isFirstHuman: false },
  ]);
  const events = (await readEvents(db.reads, server.serverId, messageId)).filter(
    event => event.kind === 'message_opened',
  );
  const human = events.find(event => event.details.isFirstHuman);
  assert.deepEqual(human?.recipient, 'ana@buyer.test');
  assert.deepEqual(human?.details, {
    ...{
      isFirst: false,
      isFirstHuman: true,
      readerClass: 'human',
      userAgent: firefox,
      platform: 'WebMail',
      geo: bergen,
    },
    client: { name: 'Firefox 128.0', company: 'Mozilla Foundation', family: 'Firefox' },
    os: { name: 'Windows 10', company: 'Microsoft Corporation.', family: 'Windows' },
    ...{ tag: 'order', metadata: { order: '1187' } },
  });
});

test('of hits that arrive together one is the first, also in two processes', async () => {
  const messageId = await accept();
  const other = createHitBuffer(bufferDeps);
  const about = { kind: 'open' as const, serverId: server.serverId, messageId, recipientNumber: 0 };
  for (let count = 0; count < 20; count += 1) {
    const hit = { hitId: makeTestId(), ...about, at: new Date(), ip: '', userAgent: firefox, isPrefetch: false };
    (count % 2 === 0 ? buffer : other).take(hit);
  }
  await Promise.all([buffer.drained(), other.drained()]);
  const rows = await opensOf(messageId);
  assert.deepEqual([rows.length, rows.filter(row => row.isFirst).length], [20, 1]);
});

// ---- reading it back

const api = await startMessageApi(world);
after(() => api.close());
type Hits = {
  TotalCount: number;
  HumanCount: number;
  Opens: Record<string, unknown>[];
  Clicks: Record<string, unknown>[];
};
async function ask(
  path: string,
  token = server.token,
): Promise<{ status: number; json: Hits & { ErrorCode?: number } }> {
  const { status, json } = await send(api.port, { path, headers: { 'X-Postmark-Server-Token': token } });
  return { status, json: json as Hits };
}

test('opens and clicks are searched by every filter, paged, and shown as Postmark shows them', async () => {
  const mine = await addServer(db.accept, world.accountId, 'Live');
  const at = { serverId: mine.serverId };
  const first = await accept({ tag: 'Welcome' }, mine);
  const second = await accept({ to: 'cleo@buyer.test' }, mine);
  await open({ messageId: first, ...at });
  await open(
    { messageId: second, ...at },
    {
      'user-agent':
        'Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148',
    },
  );
  await open({ messageId: second, ...at });
  await click({ messageId: first, ...at }, 'https://shop.test/a?x=1', 'text');
  await click({ messageId: first, ...at }, 'https://shop.test/a?x=1', 'html');
  await click({ messageId: first, ...at }, 'https://shop.test/b');
  await buffer.drained();

  const all = await ask('/messages/outbound/opens?count=10&offset=0', mine.token);
  assert.equal(all.json.TotalCount, 2);
  assert.deepEqual(
    all.json.Opens.map(one => one.MessageID),
    [second, first],
  );
  const { ReceivedAt, ...shown } = all.json.Opens[1] ?? {};
  assert.match(String(ReceivedAt), /^\d{4}-\d\d-\d\dT.*Z$/);
  assert.deepEqual(shown, {
    RecordType: 'Open',
    FirstOpen: true,
    Client: { Name: 'Firefox 128.0', Company: 'Mozilla Foundation', Family: 'Firefox' },
    OS: { Name: 'Windows 10', Company: 'Microsoft Corporation.', Family: 'Windows' },
    Platform: 'WebMail',
    UserAgent: firefox,
    ReadSeconds: 0,
    Geo: {
      CountryISOCode: 'NO',
      Country: 'Norway',
      RegionISOCode: '',
      Region: 'Vestland',
      City: 'Bergen',
      Zip: '',
      Coords: '',
      IP: '198.51.100.24',
    },
    MessageID: first,
    MessageStream: 'outbound',
    Tag: 'Welcome',
    Recipient: 'ana@buyer.test',
    ReaderClass: 'Scanner',
  });
  const filters: [string, number][] = [
    ['recipient=ANA@buyer.test', 1],
    ['recipient=nobody@buyer.test', 0],
    ['tag=welcome', 1],
    ['client_name=firefox 128.0', 1],
    ['clientFamily=iPhone Mail', 1],
    ['client_company=Apple Inc.', 1],
    ['os_name=windows 10', 1],
    ['osFamily=iOS', 1],
    ['os_company=Apple Inc.', 1],
    ['platform=mobile', 1],
    ['country=norway', 1],
    ['country=NO', 1],
    ['region=Vestland', 1],
    ['city=bergen', 1],
    ['messagestream=broadcast', 0],
    ['fromdate=2020-01-01&todate=2100-01-01', 2],
    ['todate=2020-01-01', 0],
    ['readerclass=scanner', 2],
    ['readerclass=human', 0],
    ['repeated=true', 3],
    ['tag=welcome&platform=mobile', 0],
  ];
  for (const [filter, count] of filters) {
    const { json } = await ask(`/messages/outbound/opens?count=10&offset=0&${encodeURI(filter)}`, mine.token);
    assert.deepEqual([json.TotalCount, json.Opens.length], [count, count], filter);
  }
  const page = await ask('/messages/outbound/opens?count=1&offset=1', mine.token);
  assert.deepEqual([page.json.TotalCount, page.json.Opens.map(one => one.MessageID)], [2, [first]]);

  const clicks = await ask('/messages/outbound/clicks?count=10&offset=0', mine.token);
  assert.equal(clicks.json.TotalCount, 2);
  assert.deepEqual(
    clicks.json.Clicks.map(one => [one.RecordType, one.ClickLocation, one.OriginalLink, one.Platform, one.FirstClick]),
    [
      ['Click', 'HTML', 'https://shop.test/b', 'Desktop', true],
      ['Click', 'Text', 'https://shop.test/a?x=1', 'Desktop', true],
    ],
  );
  const single = await ask(`/messages/outbound/clicks/${first.toUpperCase()}?count=10&offset=0`, mine.token);
  assert.equal(single.json.TotalCount, 2);
  assert.equal((await ask(`/messages/outbound/opens/${second}?count=10&offset=0`, mine.token)).json.TotalCount, 1);
});

test('wrong searches are refused with 700, unknown messages with 701, unknown streams with 1226', async () => {
  const messageId = await accept();
  const refusals: [string, number][] = [
    ['opens?offset=0', 700],
    ['opens?count=501&offset=0', 700],
    ['clicks?count=10', 700],
    ['opens?count=10&offset=0&platform=Toaster', 700],
    ['opens?count=10&offset=0&readerclass=Martian', 700],
    ['clicks?count=10&offset=0&fromdate=soon', 700],
    ['opens?count=500&offset=9999', 700],
    [`opens/${messageId}?count=10&offset=0`, 701],
    [`clicks/${makeTestId()}?count=10&offset=0`, 701],
    ['opens/nonsense?count=10&offset=0', 701],
    [`opens/${messageId}`, 700],
    ['opens?count=10&offset=0&messagestream=nowhere', 1226],
  ];
  for (const [path, code] of refusals) {
    const { status, json } = await ask(`/messages/outbound/${path}`);
    assert.deepEqual([status, json.ErrorCode], [422, code], path);
  }
});

test('the timeline shows the first open and the first click on each link', async () => {
  const messageId = await accept();
  await open({ messageId });
  await open({ messageId });
  await click({ messageId }, 'https://shop.test/', 'text');
  await click({ messageId }, 'https://shop.test/');
  await buffer.drained();
  const { json } = await ask(`/messages/outbound/${messageId}/details`);
  const { MessageEvents } = json as unknown as {
    MessageEvents: { Type: string; Recipient: string; Details: object }[];
  };
  assert.deepEqual(
    MessageEvents.map(({ Type, Recipient, Details }) => ({ Type, Recipient, Details })).toSorted((a, b) =>
      a.Type.localeCompare(b.Type),
    ),
    [
      {
        ...{ Type: 'LinkClicked', Recipient: 'ana@buyer.test' },
        Details: { Summary: `Link clicked with ${firefox}`, Link: 'https://shop.test/', ClickLocation: 'Text' },
      },
      { Type: 'Opened', Recipient: 'ana@buyer.test', Details: { Summary: `Email opened with ${firefox}` } },
    ],
  );
});

// ---- what the operator and other accounts may do

async function run(...words: string[]): Promise<string> {
  const found = findCommand(words);
  assert.ok(found && 'run' in found.command, words.join(' '));
  const lines: string[] = [];
  await found.command.run(
    {
      db,
      keyRing: testKeyRing,
      settings: {} as Settings,
      now: new Date(),
      print: line => lines.push(line),
      readInput: async () => '',
    },
    found.arguments,
  );
  return lines.join('\n');
}

test('what the operator blocks leads nowhere, by domain, server or message, until he takes it back', async () => {
  const messageId = await accept();
  const other = await accept();
  const statusOf = async (target: string, message = messageId) => {
    await gate.refresh();
    return (await click({ messageId: message }, target)).status;
  };
  assert.match(
    await run('links', 'block', 'domain', 'Evil.test', 'phishing', 'of', 'July'),
    /domain evil\.test are blocked/,
  );
  assert.match(await run('links', 'blocked'), /domain evil\.test {2}phishing of July/);
  const blocked = [
    'https://evil.test/',
    'https://www.EVIL.test:8443/x',
    'http://user@evil.test./',
    'https://e%76il.test/',
  ];
  for (const target of blocked) assert.equal(await statusOf(target), 403, target);
  for (const target of ['https://notevil.test/', 'https://shop.test/?u=evil.test'])
    assert.equal(await statusOf(target), 302);
  await run('links', 'unblock', 'domain', 'evil.test');
  assert.equal(await statusOf('https://evil.test/'), 302);
  await run('links', 'block', 'message', messageId, 'phishing');
  assert.deepEqual([await statusOf('https://shop.test/'), await statusOf('https://shop.test/', other)], [403, 302]);
  await run('links', 'unblock', 'message', messageId);
  await run('links', 'block', 'server', String(server.serverId), 'phishing');
  assert.equal(await statusOf('https://shop.test/', other), 403);
  await run('links', 'unblock', 'server', String(server.serverId));
  assert.equal(await run('links', 'blocked'), 'Nothing is blocked.');
  await assert.rejects(run('links', 'block', 'planet', 'x', 'y'), /a domain, a server or a message/);
  await assert.rejects(run('links', 'block', 'domain', 'evil.test'), /reason/);
});

test('under a customer’s verified host only his own links lead on', async () => {
  const messageId = await accept();
  await db.accept.query`
    insert into domains (account_id, name, created_at, waiting_since, verified_at, custom_tracking_domain, custom_tracking_verified_at)
    values (${world.accountId}, 'brand.test', now(), now(), now(), 'track.brand.test', now()),
           (${world.accountId}, 'new.test', now(), now(), now(), 'track.new.test', null)`;
  await gate.refresh();
  const under = async (host: string, accountId: number) =>
    (
      await look(`/c/${clickToken({ messageId, accountId }, 'https://shop.test/')}`, {
        ...asReader,
        host: `${host}:8080`,
      })
    ).status;
  assert.equal(await under('track.brand.test', world.accountId), 302);
  assert.equal(await under('TRACK.brand.test', world.accountId + 1), 404);
  // Not verified, or known to nobody: a proxy may have renamed it, and the link was signed by us.
  assert.equal(await under('track.new.test', world.accountId + 1), 302);
  assert.equal(await under('click.shop.test', world.accountId + 1), 302);
});
