import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decideSendAt, readInstant } from './send-at-rules.ts';

test('ISO 8601 with an offset, with Z, and in UTC without one', () => {
  const same = [
    '2026-12-01T09:00:00Z',
    '2026-12-01T09:00',
    '2026-12-01 09:00:00',
    '2026-12-01T09:00:00.000z',
    '2026-12-01T10:00:00+01:00',
    '2026-12-01T10:00:00+0100',
    '2026-12-01T10:00:00+01',
    '2026-12-01T03:30:00-05:30',
    '2026-11-30T20:00:00,000-13:00',
    ' 2026-12-01T09:00:00.0000000Z ',
  ];
  for (const text of same) assert.equal(readInstant(text)?.toISOString(), '2026-12-01T09:00:00.000Z', text);
  assert.equal(readInstant('2028-02-29T23:59:59.9999999Z')?.toISOString(), '2028-02-29T23:59:59.999Z');
});

test('what is no time is refused with a sentence', () => {
  const wrong = [
    'tomorrow',
    '2026-12-01',
    '09:00',
    '1764579600',
    '2026-02-30T09:00:00Z',
    '2026-13-01T09:00:00Z',
    '2026-12-00T09:00:00Z',
    '2026-12-01T24:00:00Z',
    '2026-12-01T09:60:00Z',
    '2026-12-01T09:00:60Z',
    '2026-12-01T09:00:00+24:00',
    '2026-12-01T09:00:00+01:60',
    '2026-12-01T09:00:00 Europe/Warsaw',
    '2026-W49-2T09:00:00Z',
    '20261201T090000Z',
    '2026-12-01T09:00:00ZZ',
    `2026-12-01T09:00:00.${'9'.repeat(100_000)}Z`,
  ];
  for (const text of wrong) {
    const decision = decideSendAt(text, new Date('2026-11-26T00:00:00Z'));
    assert.equal(decision.kind, 'refused', text);
    assert.match(
      decision.kind === 'refused' ? decision.message : '',
      /^The 'SendAt' value '.{0,100}' is not a time in ISO 8601/,
    );
  }
});

test('the past and the next seconds mean at once; 90 days are the most', () => {
  const now = new Date('2026-11-26T00:00:00Z');
  const in_ = (milliseconds: number) => decideSendAt(new Date(now.getTime() + milliseconds).toISOString(), now);
  const day = 86_400_000;
  for (const milliseconds of [-400 * day, -1, 0, 5000]) assert.deepEqual(in_(milliseconds), { kind: 'at_once' });
  for (const milliseconds of [5001, day, 90 * day]) {
    assert.deepEqual(in_(milliseconds), { kind: 'later', at: new Date(now.getTime() + milliseconds) });
  }
  const tooLate = in_(90 * day + 1);
  assert.match(tooLate.kind === 'refused' ? tooLate.message : '', /more than 90 days ahead/);
  for (const nothing of [undefined, '', '  ']) assert.deepEqual(decideSendAt(nothing, now), { kind: 'at_once' });
});
