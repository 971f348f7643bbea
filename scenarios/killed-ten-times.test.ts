// kill -9 of the whole process tree, database included, ten times at random moments of full work. Nothing that was
// accepted is lost; a second copy is only where a mark says that the first may have arrived.

import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { systemRandom } from '@pennyblack/runtime/random.ts';
import { checkPromise, untilQuiet } from './harness/invariants.ts';
import { startLoad } from './harness/load.ts';
import { tell } from './harness/tell.ts';
import { until } from './harness/until.ts';
import { story } from './harness/world.ts';

const deaths = 10;
/** The chance is when the blow falls; a repetition with the same numbers would meet other work all the same. */
const pausesInMilliseconds = Array.from({ length: deaths }, () => Math.floor(systemRandom.fraction() * 100));

story(
  'kill -9 of everything, ten times under load: nothing accepted is lost, and every second copy is explained',
  async world => {
    world.sink.setScript({ react: moment => (moment.phase === 'dot' ? { delayInMilliseconds: 25 } : undefined) });
    let platform = await world.start();
    const load = startLoad(world, { concurrency: 16, recipientsPerMessage: 2 });

    for (const pause of pausesInMilliseconds) {
      const [acceptedBefore, arrivedBefore] = [load.accepted.length, world.sink.messageCount];
      await until(
        'mail flows in and out',
        () => load.accepted.length >= acceptedBefore + 100 && world.sink.messageCount >= arrivedBefore + 100,
        { secondsMax: 150 },
      );
      await wait(pause);
      await platform.killEverything();
      platform = await world.start();
    }
    await load.stop();
    await untilQuiet(world.dataFolder);

    const report = await checkPromise(world.dataFolder, load.accepted, world.sinks);
    const copies = world.sink.messageCount;
    tell(
      `killed ${deaths} times (after ${pausesInMilliseconds.join(', ')} ms more): ${load.accepted.length} calls answered ` +
        `with 200, ${report.recipients} recipients stored, ${report.delivered} delivered, 0 lost, ${copies} copies arrived; ` +
        `${report.duplicates} recipients got a second copy, each of them among the ${report.uncertain} marked as uncertain`,
    );
    assert.equal(report.delivered, report.recipients);
    assert.ok(load.accepted.length >= deaths * 100);
  },
  // Two minutes on a quiet machine: most of it are the eleven starts.
  { secondsMax: 540 },
);
