// Counts from events to the wire: through deltas, days and hours, with transactions that fail and folds at any moment.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Tx } from '@pennyblack/runtime/database/database.ts';
import fc from 'fast-check';
import { send } from '../../edges/http-api/testing/test-api.ts';
import { startMessageApi } from '../../testing/test-message-api.ts';
import { addServer, createFakeIntake, createTestAcceptor, makeTestId, testWorld } from '../../testing/test-world.ts';
import type { PlatformEvent } from '../events/event.ts';
import { createEventRecorder } from '../events/record-events.ts';
import { sampleRequest } from '../sending/testing/sample-requests.ts';
import { countEvents } from './count-events.ts';
import { deltasOf } from './counting-rules.ts';
import { deleteOldHours, foldDeltas } from './fold-deltas.ts';
import { foldDeltas as foldBatch } from './store.ts';
import { sampleEvents } from './testing/sample-counts.ts';
import { rateOf } from './wire-rules.ts';

const world = await testWorld();
const { database: db, accountId } = world;
const recordEvents = createEventRecorder(makeTestId, [countEvents]);
const acceptor = createTestAcceptor(world, createFakeIntake(undefined), { recordEvents });
const api = await startMessageApi(world, { acceptor });
after(() => api.close());

type Answer = Record<string, unknown> & { Days: Record<string, unknown>[]; ErrorCode?: number };

async function ask(token: string, path: string): Promise<{ status: number; answer: Answer; text: string }> {
  const headers = { 'X-Postmark-Server-Token': token };
  const { status, json, bytes } = await send(api.port, { path: `/stats/outbound${path}`, headers });
  return { status, answer: json as Answer, text: bytes.toString() };
}

const newServer = () => addServer(db.accept, accountId, 'Live');
const record = (events: PlatformEvent[], at: Date) => db.accept.transaction(tx => recordEvents(tx, events, at));

test('every counter reaches its endpoint, before it is folded and after', async () => {
  const server = await newServer();
  await record(sampleEvents(server.serverId), new Date('2026-03-03T15:00:00Z'));
  const later: PlatformEvent[] = [
    { kind: 'recipient_bounced', serverId: server.serverId, streamId: 'outbound', details: { type: 'SMTPApiError' } },
    { kind: 'recipient_deferred', serverId: server.serverId, streamId: 'outbound', details: {} },
    { kind: 'bounce_reported', serverId: server.serverId, streamId: 'outbound', details: { type: 'Blocked' } },
    // Neither the first of its recipient nor known by its program.
    { kind: 'message_opened', serverId: server.serverId, streamId: 'outbound', details: { isFirst: false } },
    { kind: 'link_clicked', serverId: server.serverId, streamId: 'outbound', details: { location: 'Text' } },
    // Nothing that is counted.
    { kind: 'recipient_delivered', serverId: server.serverId, streamId: 'outbound', details: {} },
  ];
  await record(later, new Date('2026-03-05T15:00:00Z'));

  const look = async () => {
    const overview = await ask(server.token, '');
    const wanted =
      '{"Sent":2,"Bounced":2,"SMTPApiErrors":1,"BounceRate":100,"SpamComplaints":1,"SpamComplaintsRate":50,"Tracked":2,' +
      '"Opens":2,"UniqueOpens":1,"TotalClicks":2,"UniqueLinksClicked":1,"WithClientRecorded":1,"WithPlatformRecorded":1,' +
      '"WithReadTimeRecorded":1,"WithLinkTracking":2,"WithOpenTracking":2,"TotalTrackedLinksSent":6,"HumanOpens":1,' +
      '"HumanLinksClicked":1}';
    assert.equal(overview.text, wanted);
    const series: Record<string, string> = {
      '/sends': '{"Days":[{"Date":"2026-03-03","Sent":2}],"Sent":2}',
      '/bounces':
        '{"Days":[{"Date":"2026-03-03","HardBounce":1,"SMTPApiError":0,"SoftBounce":0,"Transient":0},' +
        '{"Date":"2026-03-05","Blocked":1,"HardBounce":0,"SMTPApiError":1,"SoftBounce":0,"Transient":1}],' +
        '"Blocked":1,"HardBounce":1,"SMTPApiError":1,"SoftBounce":0,"Transient":1}',
      '/spam': '{"Days":[{"Date":"2026-03-03","SpamComplaint":1}],"SpamComplaint":1}',
      '/tracked': '{"Days":[{"Date":"2026-03-03","Tracked":2}],"Tracked":2}',
      '/opens':
        '{"Days":[{"Date":"2026-03-03","Human":1,"Opens":1,"Unique":1},{"Date":"2026-03-05","Human":0,"Opens":1,"Unique":0}],' +
        '"Human":1,"Opens":2,"Unique":1}',
      '/opens/platforms':
        '{"Days":[{"Date":"2026-03-03","Desktop":1,"Mobile":0,"Unknown":0,"WebMail":0}],"Desktop":1,"Mobile":0,"Unknown":0,"WebMail":0}',
      '/opens/emailClients': '{"Days":[{"Date":"2026-03-03","Thunderbird":1}],"Thunderbird":1}',
      '/opens/readTimes': '{"Days":[{"Date":"2026-03-03","4s":1}],"4s":1}',
      '/clicks':
        '{"Days":[{"Date":"2026-03-03","Clicks":1,"Human":1,"Unique":1},{"Date":"2026-03-05","Clicks":1,"Human":0,"Unique":0}],' +
        '"Clicks":2,"Human":1,"Unique":1}',
      '/clicks/browserFamilies': '{"Days":[{"Date":"2026-03-03","Thunderbird":1}],"Thunderbird":1}',
      '/clicks/platforms':
        '{"Days":[{"Date":"2026-03-03","Desktop":1,"Mobile":0,"Unknown":0},{"Date":"2026-03-05","Desktop":0,"Mobile":0,"Unknown":1}],' +
        '"Desktop":1,"Mobile":0,"Unknown":1}',
      '/clicks/location':
        '{"Days":[{"Date":"2026-03-03","HTML":1,"Text":0},{"Date":"2026-03-05","HTML":0,"Text":1}],"HTML":1,"Text":1}',
    };
    for (const [path, text] of Object.entries(series)) assert.equal((await ask(server.token, path)).text, text, path);
  };
  await look();
  await foldDeltas(db.results);
  assert.deepEqual(await db.reads.query`select 1 from stat_deltas`, []);
  await look();
});

test('what was accepted is counted by recipient, with what of it is tracked, and stays when the messages are gone', async () => {
  const server = await newServer();
  const accept = async (changes: Parameters<typeof sampleRequest>[0]) => {
    const result = await acceptor.accept(server, sampleRequest(changes));
    assert.equal(result.kind, 'accepted');
  };
  const htmlBody = '<p><a href="https://shop.test/a">a</a> <a href="https://shop.test/b">b</a></p>';
  await accept({ to: 'ana@buyer.test, ben@buyer.test', cc: 'eva@buyer.test', tag: 'Welcome' });
  await accept({
    htmlBody,
    textBody: 'https://shop.test/a',
    trackOpens: true,
    trackLinks: 'HtmlAndText',
    tag: 'Welcome',
  });
  // Nothing can hold a pixel.
  await accept({ trackOpens: true });
  await db.results.query`delete from messages where server_id = ${server.serverId}`;
  const counts = async (query: string) => {
    const { answer } = await ask(server.token, query);
    const { Sent, Tracked, WithOpenTracking, WithLinkTracking, TotalTrackedLinksSent } = answer;
    return [Sent, Tracked, WithOpenTracking, WithLinkTracking, TotalTrackedLinksSent];
  };
  assert.deepEqual(await counts(''), [5, 1, 1, 1, 3]);
  assert.deepEqual(await counts('?tag=Welcome'), [4, 1, 1, 1, 3]);
  assert.deepEqual(await counts('?tag=welcome'), [0, 0, 0, 0, 0]);
  assert.deepEqual(await counts('?messageStream=outbound&tag=Welcome'), [4, 1, 1, 1, 3]);
  assert.deepEqual(await counts('?messagestream=broadcast'), [0, 0, 0, 0, 0]);
});

const sent = (serverId: number, streamId = 'outbound', recipients = 1): PlatformEvent => ({
  kind: 'message_accepted',
  serverId,
  streamId,
  details: { recipients },
});

test('days are US Eastern ones, through both changes of the clock, or those of another time zone', async () => {
  const server = await newServer();
  // Midnight in New York: 05:00 UTC in winter, 04:00 in summer; 8 March and 1 November 2026 change it.
  const instants = ['2026-03-08T04:59', '2026-03-08T05:00', '2026-03-09T03:59', '2026-03-09T04:00', '2026-11-01T03:59'];
  instants.push('2026-11-01T04:00', '2026-11-02T04:59', '2026-11-02T05:00');
  for (const text of instants) await record([sent(server.serverId)], new Date(`${text}:00Z`));
  const days = async (query: string) => {
    const { answer } = await ask(server.token, `/sends${query}`);
    return Object.fromEntries(answer.Days.map(({ Date: day, Sent }) => [day, Sent]));
  };
  const eastern = {
    '2026-03-07': 1,
    '2026-03-08': 2,
    '2026-03-09': 1,
    '2026-10-31': 1,
    '2026-11-01': 2,
    '2026-11-02': 1,
  };
  assert.deepEqual(await days(''), eastern);
  await foldDeltas(db.results);
  assert.deepEqual(await days(''), eastern);
  assert.deepEqual(await days('?fromDate=2026-3-8&toDate=2026-03-09T10:00:00'), { '2026-03-08': 2, '2026-03-09': 1 });
  assert.deepEqual(await days('?fromdate=2026-11-01&todate=2026-11-01'), { '2026-11-01': 2 });
  assert.deepEqual(await days('?todate=2026-03-07'), { '2026-03-07': 1 });
});

test('days of other time zones go back as far as hours are kept, and nothing is lost or doubled where they begin', async () => {
  const server = await newServer();
  const now = Date.now();
  const hour = 3_600_000;
  const ages = [0, 1, 12, 24 * 50, 24 * 97, 24 * 98, 24 * 98 + 7, 24 * 99, 24 * 100, 24 * 101, 24 * 150];
  const total = async (query: string) => (await ask(server.token, `/sends${query}`)).answer.Sent;
  for (const age of ages) await record([sent(server.serverId)], new Date(now - age * hour));
  for (const zone of ['Europe/Berlin', 'Asia/Tokyo', 'utc'])
    assert.equal(await total(`?timezone=${zone}`), ages.length);
  await foldDeltas(db.results);
  await deleteOldHours(db.results, new Date(now));
  const kept = await db.reads.query`select 1 from stat_hours where server_id = ${server.serverId} and tag_key = ''`;
  assert.ok(kept.length < ages.length);
  for (const zone of ['Europe/Berlin', 'Asia/Tokyo', 'utc'])
    assert.equal(await total(`?timezone=${zone}`), ages.length);
  const { answer } = await ask(server.token, '/sends?timezone=Asia/Tokyo');
  const tokyo = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Tokyo', dateStyle: 'short' }).format(now);
  assert.ok(answer.Days.some(day => day.Date === tokyo));
});

test('rates have three decimals, cut as in the documented sample', () => {
  assert.deepEqual([rateOf(64, 615), rateOf(10, 615), rateOf(2, 2), rateOf(0, 0)], [10.406, 1.626, 100, 0]);
});

test('bad filters are refused by their codes', async () => {
  const server = await newServer();
  const refusals: Record<string, number> = {
    '?fromdate=yesterday': 900,
    '?todate=2026-02-30': 900,
    '?timezone=Mars/Base': 900,
    '?timezone=%2B05:30': 900,
    '?fromdate=2026-03-02&todate=2026-03-01': 1502,
    '?messagestream=nowhere': 1226,
  };
  for (const path of ['', '/sends', '/clicks/location']) {
    for (const [query, code] of Object.entries(refusals)) {
      const { status, answer } = await ask(server.token, `${path}${query}`);
      assert.deepEqual([status, answer.ErrorCode], [422, code], path + query);
    }
  }
  // A day by itself, long ago, and empty texts are all right.
  for (const query of [
    '?fromdate=2026-03-02&todate=2026-03-02',
    '?fromdate=2011-01-01',
    '?tag=&fromdate=&messagestream=',
  ])
    assert.deepEqual((await ask(server.token, `/bounces${query}`)).text, '{"Days":[]}');
});

test('a batch makes one row for each tag and hour, whatever it holds', async () => {
  const about = { serverId: 1, streamId: 'outbound', eventId: makeTestId(), kind: 'message_accepted' } as const;
  const at = (minute: number) => new Date(Date.UTC(2026, 2, 3, 15, minute));
  const rows = deltasOf([
    { ...about, occurredAt: at(0), details: { recipients: 1, tag: 'x'.repeat(1000) } },
    { ...about, occurredAt: at(59), details: { recipients: 2, tag: 'x'.repeat(1000) } },
    { ...about, occurredAt: at(60), details: { recipients: 4 } },
    { ...about, occurredAt: at(0), details: { recipients: 8 } },
    { ...about, occurredAt: at(0), details: { recipients: 0 } },
  ]);
  assert.deepEqual(
    rows.map(row => [row.tagKey.length, row.hour.getUTCHours(), row.counts]),
    [
      [0, 15, { sent: 8 }],
      [16, 15, { sent: 3 }],
      [0, 16, { sent: 4 }],
    ],
  );
});

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
const tags = fc.constantFrom(undefined, 'Welcome', 'welcome', 'ä/b', 'x'.repeat(1000));
const kinds = fc.constantFrom(
  { kind: 'recipient_bounced' as const, details: { type: 'HardBounce' } },
  { kind: 'bounce_reported' as const, details: { type: 'SoftBounce' } },
  { kind: 'recipient_deferred' as const, details: {} },
  { kind: 'complaint_reported' as const, details: {} },
  { kind: 'message_opened' as const, details: { isFirst: true, platform: 'Mobile', client: { family: 'A/B Mail' } } },
  { kind: 'link_clicked' as const, details: { isFirst: false, location: 'HTML', platform: 'Desktop' } },
);
const anyEvent = fc.record({ what: kinds, tag: tags, streamId: fc.constantFrom('outbound', 'broadcast') });
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('record' as const),
      events: fc.array(anyEvent, { minLength: 1, maxLength: 6 }),
      hours: fc.nat({ max: 60 }),
      dies: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('fold' as const),
      limit: fc.integer({ min: 1, max: 3 }),
      dies: fc.boolean(),
    }),
  },
);

test(`counts equal a recount of the events, whatever fails and whenever it is folded (SEED=${seed})`, async () => {
  const start = Date.UTC(2026, 2, 7, 12);
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async steps => {
      const server = await newServer();
      const dying = async (dies: boolean, work: (tx: Tx) => Promise<unknown>) => {
        const done = db.results.transaction(async tx => {
          await work(tx);
          if (dies) throw new Error('the process dies here');
        });
        if (dies) await assert.rejects(done, /dies here/);
        else await done;
      };
      for (const each of steps) {
        if (each.kind === 'fold') {
          await dying(each.dies, tx => foldBatch(tx, each.limit));
          continue;
        }
        const events = each.events.map(({ what, tag, streamId }) => ({
          ...{ kind: what.kind, serverId: server.serverId, streamId },
          details: { ...what.details, ...(tag === undefined ? {} : { tag }) },
        }));
        const at = new Date(start + each.hours * 3_600_000);
        await dying(each.dies, tx => recordEvents(tx, events, at));
      }
      for (const query of ['', '&tag=Welcome', '&tag=%C3%A4/b', '&messagestream=broadcast', '&fromdate=2026-03-08']) {
        const { answer } = await ask(server.token, `/bounces?${query}`);
        const recount = await recountBounces(server.serverId, new URLSearchParams(query));
        assert.deepEqual(
          answer.Days.flatMap(({ Date: day, ...counts }) =>
            Object.entries(counts)
              .filter(([, count]) => count !== 0)
              .map(([type, count]) => ({ day, type, count })),
          ),
          recount,
          query,
        );
        const opens = await ask(server.token, `/opens/emailclients?${query}`);
        assert.equal(
          opens.answer['A/B Mail'] ?? 0,
          await recountOpens(server.serverId, new URLSearchParams(query)),
          query,
        );
      }
    }),
    { seed, numRuns: 15, interruptAfterTimeLimit: 60_000 },
  );
});

/** Straight from the events, by statements of its own. */
function recountBounces(serverId: number, query: URLSearchParams) {
  return db.reads.query<{ day: string; type: string; count: number }>`
    select (occurred_at at time zone 'America/New_York')::date::text as day,
           coalesce(details->>'type', 'Transient') as type, count(*)::int as count
    from events
    where server_id = ${serverId} and kind in ('recipient_bounced', 'bounce_reported', 'recipient_deferred')
      and (${query.get('tag')}::text is null or details->>'tag' = ${query.get('tag')})
      and (${query.get('messagestream')}::text is null or stream_id = ${query.get('messagestream')})
      and (${query.get('fromdate')}::date is null or (occurred_at at time zone 'America/New_York')::date >= ${query.get('fromdate')}::date)
    group by 1, 2 order by 1, coalesce(details->>'type', 'Transient') collate "C"`;
}

async function recountOpens(serverId: number, query: URLSearchParams): Promise<number> {
  const [row] = await db.reads.query<{ count: number }>`
    select count(*)::int as count from events
    where server_id = ${serverId} and kind = 'message_opened'
      and (${query.get('tag')}::text is null or details->>'tag' = ${query.get('tag')})
      and (${query.get('messagestream')}::text is null or stream_id = ${query.get('messagestream')})
      and (${query.get('fromdate')}::date is null or (occurred_at at time zone 'America/New_York')::date >= ${query.get('fromdate')}::date)`;
  return row?.count ?? 0;
}
