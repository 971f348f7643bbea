import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lanes } from './delivery-item.ts';
import { createRoom } from './room.ts';

const { transactional, broadcast } = lanes;

test('a lane takes exactly as many items as it may hold, whatever the other lane holds', () => {
  const room = createRoom({ itemsMaxPerLane: 3, bytesMax: 1000 });
  assert.equal(room.reserve(broadcast, 3, 10), true);
  assert.equal(room.reserve(broadcast, 1, 10), false);
  assert.equal(room.reserve(transactional, 4, 10), false);
  assert.equal(room.itemsFree(transactional), 3);
  assert.equal(room.reserve(transactional, 3, 10), true);
  assert.equal(room.itemsFree(transactional), 0);
  assert.equal(room.itemsHeld(), 6);
});

test('the memory is shared, and broadcasts leave a quarter of it to transactional mail', () => {
  const room = createRoom({ itemsMaxPerLane: 100, bytesMax: 1000 });
  assert.equal(room.reserve(broadcast, 1, 751), false);
  assert.equal(room.reserve(broadcast, 1, 750), true);
  assert.equal(room.reserve(transactional, 1, 251), false);
  assert.equal(room.reserve(transactional, 1, 250), true);
  // Transactional mail may fill everything; then broadcasts wait.
  room.release(broadcast, 1, 750);
  assert.equal(room.reserve(transactional, 1, 750), true);
  assert.equal(room.reserve(broadcast, 1, 1), false);
});

test('a reservation that was refused takes nothing, and a released one leaves nothing behind', () => {
  const room = createRoom({ itemsMaxPerLane: 2, bytesMax: 1000 });
  assert.equal(room.reserve(transactional, 1, 1001), false);
  assert.equal(room.reserve(transactional, 3, 1), false);
  assert.equal(room.itemsHeld(), 0);
  assert.equal(room.reserve(transactional, 2, 1000), true);
  room.release(transactional, 2, 1000);
  assert.equal(room.reserve(transactional, 2, 1000), true);
});
