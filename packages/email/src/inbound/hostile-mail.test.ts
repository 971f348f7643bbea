// What nobody should have to read is read all the same, quickly, in little memory, and into something that can be passed on.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { hostileMail } from './testing/hostile-mail.ts';
import type { HostileReading } from './testing/read-hostile-mail.ts';

const cpuTimeMaxInSeconds = 1;
/** Objects and short texts; the largest source has 16 MB, which stand beside it. */
const heapMaxInMegabytes = 160;
/** Of the size of the source, beside what even the smallest costs. */
const buffersMaxAsMultiple = 4;
const buffersMaxInBytes = 16 * 1024 * 1024;

test('hostile mail is read, within a second of CPU time and a small multiple of its size in memory', async t => {
  const worker = new Worker(new URL('./testing/read-hostile-mail.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: heapMaxInMegabytes },
  });
  const readings: HostileReading[] = [];
  worker.on('message', (reading: HostileReading) => readings.push(reading));
  await new Promise((resolve, reject) => {
    worker.once('exit', resolve);
    // Also where the memory is used up.
    worker.once('error', reject);
  });
  assert.deepEqual(
    readings.map(({ name }) => name),
    [...hostileMail.keys()],
  );
  for (const { name, error, cpuTimeInSeconds, sourceInBytes, buffersInBytes } of readings) {
    await t.test(name, () => {
      assert.equal(error, '');
      assert.ok(cpuTimeInSeconds < cpuTimeMaxInSeconds, `${cpuTimeInSeconds} s`);
      const allowed = buffersMaxAsMultiple * sourceInBytes + buffersMaxInBytes;
      assert.ok(buffersInBytes < allowed, `${buffersInBytes} bytes of buffers for ${sourceInBytes}`);
    });
  }
});
