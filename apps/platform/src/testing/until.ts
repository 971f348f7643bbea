// For tests: waits, without a fixed time, until something has come about.

import assert from 'node:assert/strict';

export async function until(isTrue: () => Promise<boolean>): Promise<void> {
  const giveUpAt = Date.now() + 60_000;
  while (!(await isTrue())) {
    assert.ok(Date.now() < giveUpAt, 'what the test waits for never came about');
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}
