// The database commits, and the connection dies before its answer arrives: whoever asked must find out, and never assume.
// Once for each kind of work: accepting, marking dots, recording results, claiming.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { migratePlatform } from '../apps/platform/src/migrate.ts';
import { cloneDatabase } from '../packages/runtime/src/testing/cloned-database.ts';
import { startDatabaseProxy } from './harness/database-proxy.ts';
import { checkPromise, untilQuiet } from './harness/invariants.ts';
import { startLoad } from './harness/load.ts';
import { clientFor } from './harness/platform.ts';
import { tell } from './harness/tell.ts';
import { until } from './harness/until.ts';
import { serverToken, story } from './harness/world.ts';

const lossesOfEach = 5;

/** The statement by which the proxy knows the work. */
const works: readonly [work: string, statement: string][] = [
  ['accepting', 'insert_queue_rows'],
  ['marking dots', 'insert_dot_marks'],
  ['recording results', 'delete_finished_rows'],
  ['giving rows back', 'return_rows'],
  ['claiming', 'claim_rows'],
];

for (const [work, statement] of works) {
  story(`the answer to a COMMIT is lost while ${work}: nothing is lost, nothing waits for ever`, async world => {
    const databaseUrl = await cloneDatabase({ name: 'platform', migrate: migratePlatform });
    const proxy = await startDatabaseProxy(databaseUrl);
    world.atEnd.push(() => proxy.close());
    // Each third mail is put off once, so that there is something to give back and to claim.
    world.sink.setScript({
      react: moment =>
        moment.phase === 'rcpt' && moment.attempt === 1 && /-\d*[369]-/.test(moment.recipient ?? '')
          ? '450 4.2.1 Later'
          : undefined,
    });
    const platform = await world.start({
      DATABASE_URL: proxy.url,
      PENNYBLACK_SECRET_KEY: randomBytes(32).toString('hex'),
    });
    const load = startLoad(world, { client: clientFor(platform.url, serverToken) });
    await until('mail flows', () => load.accepted.length >= 100);
    proxy.loseAnswers(statement, lossesOfEach);
    await until('the answers were lost', () => proxy.lost.get(statement) === lossesOfEach);
    const before = load.accepted.length;
    await until('mail still flows', () => load.accepted.length >= before + 100);
    await load.stop();

    await untilQuiet(databaseUrl);
    const report = await checkPromise(databaseUrl, load.accepted, world.sinks);
    tell(`${lossesOfEach} lost answers while ${work}: ${JSON.stringify(report)}`);
    assert.equal(report.delivered, report.recipients);
    assert.equal(report.duplicates, 0);
  });
}
