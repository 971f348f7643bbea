import assert from 'node:assert/strict';
import test from 'node:test';
import { testDatabase } from '../../testing/test-database.ts';
import { clockDifferenceMaxInSeconds, measureClockDifference } from './read-database-time.ts';

const { database: db } = await testDatabase();

test('a clock that agrees with the database’s differs by far less than what refuses a start', async () => {
  const difference = await measureClockDifference(db.reads, () => new Date());
  assert.ok(Math.abs(difference) < clockDifferenceMaxInSeconds, `${difference}`);
});

test('a clock that is ahead differs by a positive number of seconds, one that is behind by a negative one', async () => {
  for (const ahead of [3600, -3600]) {
    const difference = await measureClockDifference(db.reads, () => new Date(Date.now() + ahead * 1000));
    assert.ok(Math.abs(difference - ahead) < clockDifferenceMaxInSeconds, `${difference}`);
  }
});
