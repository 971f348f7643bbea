// The database neither answers nor dies, for longer than a lease lasts: a disk that hangs, a virtual machine that is moved.
// When it goes on, the process may find itself declared dead. Nothing is lost, and a second copy is explained.

import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { checkPromise, untilQuiet } from './harness/invariants.ts';
import { startLoad } from './harness/load.ts';
import { freezeDatabase } from './harness/processes-of-folder.ts';
import { tell } from './harness/tell.ts';
import { until } from './harness/until.ts';
import { story } from './harness/world.ts';

/** Longer than the twenty seconds after which a process counts as dead. */
const frozenForMilliseconds = 24_000;

story('a database that freezes for longer than a lease, under load, loses nothing', async world => {
  world.sink.setScript({ react: moment => (moment.phase === 'dot' ? { delayInMilliseconds: 20 } : undefined) });
  const platform = await world.start();
  const load = startLoad(world, { concurrency: 16 });
  await until('mail flows', () => load.accepted.length >= 300);

  await freezeDatabase(world.dataFolder, 'SIGSTOP');
  // The time itself is what the story is about.
  await wait(frozenForMilliseconds);
  const acceptedMeanwhile = load.accepted.length;
  await freezeDatabase(world.dataFolder, 'SIGCONT');

  await until('mail flows again', () => load.accepted.length >= acceptedMeanwhile + 300);
  await load.stop();
  assert.equal(platform.hasEnded(), false);
  await untilQuiet(world.dataFolder);
  const report = await checkPromise(world.dataFolder, load.accepted, world.sinks);
  const refused = [...load.failures.entries()].map(([what, count]) => `${count} × ${what}`);
  tell(
    `database frozen for ${frozenForMilliseconds / 1000} s: ${JSON.stringify(report)}; refused: ${refused.join('; ')}`,
  );
  for (const what of load.failures.keys()) assert.match(what, /^ServiceUnavailablerError/);
  assert.equal(report.delivered, report.recipients);
});
