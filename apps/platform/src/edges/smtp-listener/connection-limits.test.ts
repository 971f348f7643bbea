import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createConnectionCounter } from './connection-limits.ts';

test('the places of one IPv6 network are counted together, those of IPv4 one by one', () => {
  const counter = createConnectionCounter({ connectionsMax: 10, connectionsPerAddressMax: 1 });
  assert.ok(counter.enter('1', '2001:db8::1'));
  assert.ok(!counter.enter('2', '2001:db8:0:0:5::9'));
  assert.ok(counter.enter('3', '2001:db8:0:1::9'));
  assert.ok(counter.enter('4', '192.0.2.1'));
  assert.ok(counter.enter('5', '192.0.2.2'));
  assert.ok(!counter.enter('6', '192.0.2.2'));
  counter.leave('5');
  counter.leave('5');
  assert.ok(counter.enter('6', '192.0.2.2'));
  assert.equal(counter.count(), 4);
});

test('all together have no more than their number', () => {
  const counter = createConnectionCounter({ connectionsMax: 2, connectionsPerAddressMax: 10 });
  assert.deepEqual(
    ['1', '2', '3'].map(id => counter.enter(id, `192.0.2.${id}`)),
    [true, true, false],
  );
});
