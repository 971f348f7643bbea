// SIGTERM in the middle of work: nothing new is taken, what is in hand ends or is given back, the process exits with 0
// (it would be 1 after ten seconds), and the next start finishes the rest.

import assert from 'node:assert/strict';
import { checkPromise, untilQuiet } from './harness/invariants.ts';
import { sendToEach, startLoad } from './harness/load.ts';
import { tell } from './harness/tell.ts';
import { until } from './harness/until.ts';
import { inboxDomain, story } from './harness/world.ts';

story('stopped under load: exit 0, and the next start finishes without a second copy', async world => {
  world.sink.setScript({ react: moment => (moment.phase === 'dot' ? { delayInMilliseconds: 50 } : undefined) });
  const platform = await world.start();
  const load = startLoad(world, { concurrency: 16, recipientsPerMessage: 3 });
  await until('mail flows', () => load.accepted.length >= 500);
  const end = await platform.stop();
  assert.deepEqual([end.code, end.signal], [0, null], platform.output().slice(-2000));
  await load.stop();

  await world.start();
  await untilQuiet(world.dataFolder);
  const report = await checkPromise(world.dataFolder, load.accepted, world.sinks);
  tell(`stopped under load within ${end.seconds.toFixed(1)} s: ${JSON.stringify(report)}`);
  assert.equal(report.delivered, report.recipients);
  assert.equal(report.duplicates, 0);
});

story(
  'stopped while a mail server does not answer the dot: exit 0, the recipient is marked, the next start sends',
  async world => {
    world.sink.setScript({ react: moment => (moment.phase === 'dot' ? 'hang' : undefined) });
    const platform = await world.start();
    const accepted = await sendToEach(
      world.client,
      Array.from({ length: 20 }, (_, index) => `patient-${index}@${inboxDomain}`),
    );
    await until('a message is at its dot', () => world.sink.commands.includes('DATA'));
    const end = await platform.stop();
    assert.deepEqual([end.code, end.signal], [0, null], platform.output().slice(-2000));

    world.sink.setScript({});
    await world.start();
    await untilQuiet(world.dataFolder);
    const report = await checkPromise(world.dataFolder, accepted, world.sinks);
    assert.equal(report.delivered, 20);
    assert.ok(
      report.uncertain >= 1 && report.uncertain <= 10,
      `${report.uncertain} marked: those on the ten connections`,
    );
  },
);

story('Ctrl-C stops it as well, and nothing listens any more', async world => {
  const platform = await world.start();
  const end = await platform.stop('SIGINT');
  assert.deepEqual([end.code, end.signal], [0, null]);
  await assert.rejects(fetch(`${world.url}/health/ready`));
});
