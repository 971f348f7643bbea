import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readFromDate, readToDate, toEasternDay, toEasternWireDate, toWireDate } from './dates.ts';

const iso = (date: Date | undefined) => date?.toISOString();

test('answers show UTC with seven digits', () => {
  assert.equal(toWireDate(new Date('2024-08-05T02:03:37.095Z')), '2024-08-05T02:03:37.0950000Z');
});

test('streams show Eastern time with its offset, in winter and in summer', () => {
  assert.equal(toEasternWireDate(new Date('2020-07-01T04:00:00Z')), '2020-07-01T00:00:00-04:00');
  assert.equal(toEasternWireDate(new Date('2020-01-01T04:59:59.999Z')), '2019-12-31T23:59:59-05:00');
});

test('a day of statistics begins at midnight in New York', () => {
  assert.equal(toEasternDay(new Date('2024-01-31T04:59:59Z')), '2024-01-30');
  assert.equal(toEasternDay(new Date('2024-01-31T05:00:00Z')), '2024-01-31');
});

test('a day without a time begins and ends at midnight in New York', () => {
  assert.equal(iso(readFromDate('2024-01-31')), '2024-01-31T05:00:00.000Z');
  assert.equal(iso(readToDate('2024-01-31')), '2024-02-01T05:00:00.000Z');
  assert.equal(iso(readFromDate('2026-2-3')), '2026-02-03T05:00:00.000Z');
});

test('the days on which the clock changes have 23 and 25 hours', () => {
  assert.equal(iso(readFromDate('2024-03-10')), '2024-03-10T05:00:00.000Z');
  assert.equal(iso(readToDate('2024-03-10')), '2024-03-11T04:00:00.000Z');
  assert.equal(iso(readFromDate('2024-11-03')), '2024-11-03T04:00:00.000Z');
  assert.equal(iso(readToDate('2024-11-03')), '2024-11-04T05:00:00.000Z');
});

test('a time is inclusive to the end of its second', () => {
  assert.equal(iso(readFromDate('2024-07-04T12:30:00')), '2024-07-04T16:30:00.000Z');
  assert.equal(iso(readToDate('2024-07-04T12:30:00')), '2024-07-04T16:30:01.000Z');
  assert.equal(iso(readFromDate('2024-7-4T9:5:1')), '2024-07-04T13:05:01.000Z');
});

test('the hour that comes twice is let in twice; the hour that never comes is read by the old clock', () => {
  assert.equal(iso(readFromDate('2024-11-03T01:30:00')), '2024-11-03T05:30:00.000Z');
  assert.equal(iso(readToDate('2024-11-03T01:30:00')), '2024-11-03T06:30:01.000Z');
  assert.equal(iso(readFromDate('2024-03-10T02:30:00')), '2024-03-10T07:30:00.000Z');
});

test('a time with an offset of its own is taken at its word', () => {
  assert.equal(iso(readFromDate('2024-07-04T12:30:00Z')), '2024-07-04T12:30:00.000Z');
  assert.equal(iso(readFromDate('2024-07-04T12:30:00.123Z')), '2024-07-04T12:30:00.000Z');
  assert.equal(iso(readFromDate('2024-07-04T12:30:00+02:00')), '2024-07-04T10:30:00.000Z');
});

test('what is no date is not read', () => {
  for (const text of [
    '',
    'yesterday',
    '2024-02-30',
    '2024-13-01',
    '2024-00-10',
    '2024-01-01T25:00:00',
    '2024-01-01T10:60:00',
    '0024-01-01',
    '2024-1-1x',
    '20240101',
  ])
    assert.equal(readFromDate(text), undefined, text);
});

test('every moment lies within the day that its Eastern day names', () => {
  const seed = Date.now();
  console.log(`seed ${seed}`);
  const moments = fc.date({ min: new Date('2000-01-01'), max: new Date('2040-01-01'), noInvalidDate: true });
  fc.assert(
    fc.property(moments, moment => {
      const day = toEasternDay(moment);
      const from = readFromDate(day);
      const to = readToDate(day);
      assert.ok(from && to && from <= moment && moment < to, `${day} ${moment.toISOString()}`);
    }),
    { seed, numRuns: 300 },
  );
});
