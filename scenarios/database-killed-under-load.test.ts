// The database dies and comes back, again and again, while mail is accepted and delivered. What was answered with 200 is
// delivered, the rest was refused with 503, and nobody gets a second copy: we knew the answers, they only had to wait.

import assert from 'node:assert/strict';
import { checkPromise, untilQuiet } from './harness/invariants.ts';
import { startLoad } from './harness/load.ts';
import { killProcess, postmasterOf } from './harness/processes-of-folder.ts';
import { tell } from './harness/tell.ts';
import { until } from './harness/until.ts';
import { story } from './harness/world.ts';

/** Killed by the kernel, told to drop everything, told to stop by an administrator. */
const deaths: readonly NodeJS.Signals[] = ['SIGKILL', 'SIGQUIT', 'SIGINT', 'SIGKILL'];

story('a database that dies under load loses nothing that was accepted, and doubles nothing', async world => {
  world.sink.setScript({ react: moment => (moment.phase === 'dot' ? { delayInMilliseconds: 10 } : undefined) });
  const platform = await world.start();
  const load = startLoad(world, { concurrency: 16 });

  for (const death of deaths) {
    const before = load.accepted.length;
    await until('mail flows', () => load.accepted.length >= before + 300);
    const postmaster = await until('the database runs', () => postmasterOf(world.dataFolder));
    killProcess(postmaster, death);
    await until('the database is another one', async () => {
      const now = await postmasterOf(world.dataFolder);
      return now !== undefined && now !== postmaster;
    });
  }
  const before = load.accepted.length;
  await until('mail flows again', () => load.accepted.length >= before + 300);
  await load.stop();
  assert.equal(platform.hasEnded(), false);

  await untilQuiet(world.dataFolder);
  const report = await checkPromise(world.dataFolder, load.accepted, world.sinks);
  const refused = [...load.failures.entries()].map(([what, count]) => `${count} × ${what}`);
  tell(`database killed ${deaths.length} times: ${JSON.stringify(report)}; refused: ${refused.join('; ')}`);
  for (const what of load.failures.keys()) assert.match(what, /^ServiceUnavailablerError/);
  assert.equal(report.duplicates, 0);
  assert.ok(report.delivered >= load.accepted.length);
});
