import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, test } from 'node:test';
import { encodeTrackingToken } from '@pennyblack/email/tracking/tracking-token.ts';
import { startTestApi } from '../../edges/http-api/testing/test-api.ts';
import { addTrackingRoutes } from './http/tracking-routes.ts';
import { pixel } from './pixel.ts';
import { openPlaceDatabase } from './place-database.ts';
import type { Hit } from './reading.ts';
import { writePlaceDatabase } from './testing/place-file.ts';

const key = Buffer.alloc(32, 3);
const start = new Date('2026-11-26T12:00:00Z').getTime();
let now = start;
const hits: Hit[] = [];
let onHit = () => {};
const api = await startTestApi([], {
  extraRoutes: app =>
    addTrackingRoutes(app, {
      keys: [key],
      gate: { isAtHome: () => true, isBlocked: () => false },
      take: hit => {
        hits.push(hit);
        onHit();
      },
      makeHitId: () => 'id',
      clock: { now: () => new Date(now) },
      readSecondsMax: 30,
    }),
});
after(() => api.close());
const recipient = { accountId: 1, serverId: 2, messageId: '0190b6a4-8d3c-7a51-9f00-64c1d2e3f405', recipientNumber: 0 };
const path = `/o/${encodeTrackingToken({ ...recipient, kind: 'open' }, key)}`;

/** Opens the mail as a program does, and goes on once the picture is there. */
async function openFor(seconds: number, userAgent: string): Promise<Hit | undefined> {
  now = start;
  const taken = new Promise<void>(resolve => {
    onHit = resolve;
  });
  const socket = connect(api.port, '127.0.0.1');
  socket.write(`GET ${path} HTTP/1.1\r\nHost: a.test\r\nUser-Agent: ${userAgent}\r\n\r\n`);
  let received = Buffer.alloc(0);
  while (!received.includes(pixel)) received = Buffer.concat([received, (await once(socket, 'data'))[0] as Buffer]);
  assert.match(received.toString('latin1'), /^HTTP\/1\.1 200 [\s\S]*\r\ncontent-type: image\/gif\r\n/i);
  now = start + seconds * 1000;
  socket.destroy();
  await taken;
  return hits.at(-1);
}

test('the whole picture is there at once, and how long the reader stays is measured', async () => {
  const hit = await openFor(7, 'Mozilla/5.0 (Windows NT 10.0; rv:128.0) Gecko/20100101 Firefox/128.0');
  assert.deepEqual([hit?.readSeconds, hit?.at.getTime()], [7, start]);
});

test('a proxy is answered at once, for it does not read', async () => {
  const hit = await openFor(7, 'Mozilla/5.0');
  assert.equal(hit?.readSeconds, undefined);
});

test('a place comes from a file of MaxMind’s format; an address that is not in it has none', async t => {
  const file = await writePlaceDatabase({
    country: { iso_code: 'NO', names: { en: 'Norway' } },
    subdivisions: [{ iso_code: '46', names: { en: 'Vestland' } }],
    city: { names: { en: 'Bergen' } },
    postal: { code: '5003' },
    location: { latitude: 60.3913, longitude: 5.3221 },
  });
  t.after(file.remove);
  const findPlace = await openPlaceDatabase(file.path);
  assert.deepEqual(findPlace('198.51.100.24'), {
    countryIsoCode: 'NO',
    country: 'Norway',
    regionIsoCode: '46',
    region: 'Vestland',
    city: 'Bergen',
    zip: '5003',
    coords: '60.3913,5.3221',
    ip: '198.51.100.24',
  });
  for (const ip of ['10.0.0.1', '2001:db8::1', 'nonsense', '']) assert.deepEqual(findPlace(ip), {}, ip);
});
