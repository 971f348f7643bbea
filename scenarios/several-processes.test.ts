// Several processes on one database: one that accepts, two that deliver. One of the two is killed in the middle of its
// work; the other takes it over when the lease has run out.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { cloneDatabase } from '../packages/runtime/src/testing/cloned-database.ts';
import { ask } from './harness/database.ts';
import { checkPromise, untilQuiet } from './harness/invariants.ts';
import { startLoad } from './harness/load.ts';
import { clientFor } from './harness/platform.ts';
import { tell } from './harness/tell.ts';
import { until } from './harness/until.ts';
import { serverToken, story } from './harness/world.ts';

async function deliveredBy(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^pennyblack_delivery_outcomes_total\{outcome="delivered"\} (\d+)/m.exec(text)?.[1] ?? 0);
}

story('one process accepts and two deliver; the death of one of them loses nothing', async world => {
  const databaseUrl = await cloneDatabase({ name: 'bare', migrate: async () => {} });
  const shared = {
    DATABASE_URL: databaseUrl,
    PENNYBLACK_SECRET_KEY: randomBytes(32).toString('hex'),
    PENNYBLACK_HTTP_PORT: '0',
  };
  world.sink.setScript({ react: moment => (moment.phase === 'dot' ? { delayInMilliseconds: 20 } : undefined) });
  const api = await world.start({ ...shared, PENNYBLACK_ROLES: 'api,upkeep' });
  const first = await world.start({ ...shared, PENNYBLACK_ROLES: 'delivery' });
  const second = await world.start({ ...shared, PENNYBLACK_ROLES: 'delivery' });

  const load = startLoad(world, { client: clientFor(api.url, serverToken), concurrency: 12 });
  // A busy machine delivers few in a second, and how long it takes is no matter here.
  await until(
    'both deliver',
    async () => {
      const counts = [await deliveredBy(first.url), await deliveredBy(second.url)];
      return counts.every(count => count >= 100);
    },
    { secondsMax: 120 },
  );
  assert.equal(await deliveredBy(api.url), 0);
  await first.kill();
  const before = load.accepted.length;
  await until('mail is still accepted', () => load.accepted.length >= before + 200);
  await load.stop();
  assert.deepEqual([...load.failures], []);

  await untilQuiet(databaseUrl);
  const report = await checkPromise(databaseUrl, load.accepted, world.sinks);
  tell(`one of two delivering processes was killed: ${JSON.stringify(report)}`);
  assert.equal(report.delivered, report.recipients);
  // The dead one may have had nothing in hand, so that the others were done before its lease ran out.
  await until('the dead one is known to be dead', async () => {
    const live = await ask(databaseUrl, 'select 1 from processes where ended_at is null');
    return live.length === 2;
  });
  assert.equal((await second.stop()).code, 0);
  assert.equal((await api.stop()).code, 0);
});

story('a process with another secret key is refused, with a sentence', async world => {
  const databaseUrl = await cloneDatabase({ name: 'bare', migrate: async () => {} });
  const start = (secretKey: string) =>
    world.start({ DATABASE_URL: databaseUrl, PENNYBLACK_SECRET_KEY: secretKey, PENNYBLACK_HTTP_PORT: '0' });
  await start('1'.repeat(64));
  await assert.rejects(start('2'.repeat(64)), /Pennyblack cannot start: .*another secret key.*PENNYBLACK_SECRET_KEY/s);
});
