import assert from 'node:assert/strict';
import test from 'node:test';
import { summaryLine } from './summary.ts';

test('the last line counts what passed and failed, and what was skipped only when something was', () => {
  assert.equal(summaryLine({ passed: 12, failed: 0, skipped: 0 }), '12 passed, 0 failed');
  assert.equal(summaryLine({ passed: 11, failed: 1, skipped: 2 }), '11 passed, 1 failed, 2 skipped');
});
