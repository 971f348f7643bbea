import assert from 'node:assert/strict';
import { test } from 'node:test';
import { graceInHours, isGoneForGood, judgeAlias, judgeDkim, noteResult, planNextCheck } from './check-rules.ts';
import type { DomainCheck } from './domain.ts';

const key = 'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A+/abc==';
const now = new Date('2026-11-26T12:00:00Z');
const hoursLater = (hours: number) => new Date(now.getTime() + hours * 3_600_000);
const dkim = (...records: string[]) => judgeDkim({ kind: 'records', records }, 'rsa-sha256', key);
const stateOf = (...records: string[]) => {
  const result = dkim(...records);
  return result.kind === 'clear' ? result.state : result.kind;
};

const asPublished: readonly [string, string][] = [
  ['as we print it', `k=rsa; p=${key}`],
  ['with its version', `v=DKIM1; k=rsa; p=${key}`],
  ['without the kind, which is RSA then', `p=${key}`],
  ['in another order, case and spacing', ` P=${key} ;K = RSA;v=dkim1 ; `],
  ['with white space inside of the key', `k=rsa; p=${key.slice(0, 9)} \t\n${key.slice(9)}`],
  ['without the padding of base64', `k=rsa; p=${key.replace(/=+$/, '')}`],
  ['with further tags', `v=DKIM1; h=sha1:sha256; s=email; t=y:s; n=ours; p=${key}`],
];
for (const [how, record] of asPublished)
  test(`a DKIM record is found ${how}`, () => assert.equal(stateOf(record), 'found'));

const unusable: readonly [string, string][] = [
  ['another key', 'k=rsa; p=MIIBIjANother'],
  ['a revoked key (RFC 6376 3.6.1)', 'k=rsa; p='],
  ['another kind of key', `k=ed25519; p=${key}`],
  ['another version', `v=DKIM2; p=${key}`],
  ['a hash that we do not use', `h=sha1; p=${key}`],
  ['another service', `s=tlsrpt; p=${key}`],
  ['something else', 'v=spf1 -all'],
  ['a record in quotes that a web form kept, which receivers cannot read', `"k=rsa; p=${key}"`],
  ['a key in another case', `p=${key.toLowerCase()}`],
];
for (const [what, record] of unusable)
  test(`${what} is another record, not a missing one`, () => {
    assert.deepEqual(dkim(record), { kind: 'clear', state: 'different', foundValue: record });
  });

test('among several records ours is enough; none at all is missing; silence is neither', () => {
  assert.equal(stateOf('k=rsa; p=other', `k=rsa; p=${key}`), 'found');
  assert.deepEqual(judgeDkim({ kind: 'absent' }, 'rsa-sha256', key), {
    kind: 'clear',
    state: 'missing',
    foundValue: null,
  });
  for (const kind of ['failed', 'unreachable'] as const) {
    assert.deepEqual(judgeDkim({ kind, reason: 'x' }, 'rsa-sha256', key), { kind, reason: 'x' });
  }
});

test('what strangers publish is kept in part only, and without NUL', () => {
  const result = dkim(`\0${'x'.repeat(5000)}`);
  assert.equal(result.kind === 'clear' && result.foundValue, 'x'.repeat(1000));
});

test('an alias may go round, but has to come to the target', () => {
  const end = { kind: 'absent' } as const;
  const judged = (...steps: string[]) => judgeAlias(steps, end, 'mail.pb.test');
  assert.deepEqual(judged('Mail.PB.test.'), { kind: 'clear', state: 'found', foundValue: 'Mail.PB.test.' });
  assert.equal(judged('proxy.test', 'mail.pb.test').kind === 'clear', true);
  assert.deepEqual(judged('pm.mtasv.net'), { kind: 'clear', state: 'different', foundValue: 'pm.mtasv.net' });
  assert.deepEqual(judged(), { kind: 'clear', state: 'missing', foundValue: null });
  assert.deepEqual(judgeAlias([], { kind: 'failed', reason: 'SERVFAIL' }, 'x.test'), {
    kind: 'failed',
    reason: 'SERVFAIL',
  });
});

const found = { kind: 'clear', state: 'found', foundValue: 'v' } as const;
const missing = { kind: 'clear', state: 'missing', foundValue: null } as const;
const failed = { kind: 'failed', reason: 'SERVFAIL' } as const;

/** Runs results one after the other, an hour apart. */
function history(...results: Parameters<typeof noteResult>[3][]): {
  check: DomainCheck | undefined;
  changes: boolean[];
} {
  let check: DomainCheck | undefined;
  const changes = results.map((result, index) => {
    const noted = noteResult('dkim', 'k.test', check, result, hoursLater(index));
    check = noted.check;
    return noted.isChanged;
  });
  return { check, changes };
}

test('that a new record is not there yet is no news; its coming, its going and its return are', () => {
  assert.deepEqual(history(missing, missing, found, found, missing, missing, found).changes, [
    false,
    false,
    true,
    false,
    true,
    false,
    true,
  ]);
});

test('a record that is gone is missing since the first clear answer, and failures change nothing', () => {
  const { check, changes } = history(found, missing, failed, failed, missing);
  assert.deepEqual(check?.missingSince, hoursLater(1));
  assert.deepEqual(changes, [true, true, false, false, false]);
  const silent = history(found, failed, failed).check;
  assert.deepEqual(
    [silent?.state, silent?.missingSince, silent?.failure, silent?.checkedAt],
    ['found', null, 'SERVFAIL', hoursLater(2)],
  );
  assert.equal(history(missing, missing).check?.missingSince, null, 'it was never there');
  assert.equal(history(found, missing, found).check?.missingSince, null);
});

test('the grace: three days for a key, an hour for the other hosts', () => {
  assert.deepEqual(graceInHours, { dkim: 72, return_path: 1, custom_tracking: 1 });
  const gone = (purpose: DomainCheck['purpose'], hours: number) =>
    isGoneForGood({ purpose, missingSince: now, clearAt: hoursLater(hours) });
  assert.deepEqual([gone('dkim', 71.9), gone('dkim', 72)], [false, true]);
  assert.deepEqual([gone('return_path', 0.9), gone('return_path', 1)], [false, true]);
  assert.equal(isGoneForGood(undefined), false);
});

test('looked at again: often while something new waits, hourly while something is gone, else daily', () => {
  const minutes = (waitingSince: Date | null, isAnythingGone: boolean) =>
    (planNextCheck({ waitingSince, isAnythingGone }, now).getTime() - now.getTime()) / 60_000;
  assert.equal(minutes(hoursLater(-47), false), 10);
  assert.equal(minutes(hoursLater(-49), false), 360);
  assert.equal(minutes(hoursLater(-49), true), 60);
  assert.equal(minutes(null, true), 60);
  assert.equal(minutes(null, false), 1440);
});
