import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logOutcome } from './log-outcome.ts';
import type { Outcome } from './outcome.ts';
import { sampleItem } from './testing/sample-items.ts';

function logged(outcome: Outcome): { level: string; about: Record<string, unknown>; text: string } | undefined {
  const lines: { level: string; about: Record<string, unknown>; text: string }[] = [];
  const write = (level: string) => (about: Record<string, unknown>, text: string) => lines.push({ level, about, text });
  logOutcome({ debug: write('debug'), info: write('info') }, outcome, sampleItem({}));
  return lines[0];
}

const by = { host: 'mx.buyer.test', ip: '192.0.2.7' };

test('a bounce and a deferral are told with ids, host and codes, and without the words that repeat the address', () => {
  const bounced = logged({ kind: 'bounced', type: 'HardBounce', reply: 'smtp;550 5.1.1 <ana@buyer.test> unknown', by });
  assert.equal(bounced?.level, 'info');
  assert.equal(bounced.about.codes, '550 5.1.1');
  assert.equal(bounced.about.host, 'mx.buyer.test');
  assert.equal(typeof bounced.about.messageId, 'string');
  assert.ok(!JSON.stringify(bounced).includes('ana@'));

  const dueAt = new Date(0);
  const lost = logged({
    kind: 'deferred',
    reply: 'smtp;connection closed',
    by,
    dueAt,
    isUncertain: true,
    isHeld: false,
  });
  assert.deepEqual([lost?.level, lost?.about.codes, lost?.about.isUncertain], ['info', undefined, true]);
});

test('what succeeds is told only to those who debug', () => {
  assert.equal(logged({ kind: 'delivered', reply: 'smtp;250 2.0.0 OK', by })?.level, 'debug');
  assert.equal(logged({ kind: 'released', dueAt: new Date(0) })?.level, 'debug');
});
