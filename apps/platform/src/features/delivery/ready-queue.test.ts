import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type DeliveryItem, type Lane, lanes } from './delivery-item.ts';
import { createReadyQueue, type ReadyQueue } from './ready-queue.ts';
import { sampleItem } from './testing/sample-items.ts';

function item(serverId: number, recipientNumber: number, lane: Lane = lanes.transactional): DeliveryItem {
  return sampleItem({ serverId, recipientNumber, lane });
}

function nameOf(one: DeliveryItem): string {
  return `${one.lane === lanes.broadcast ? 'news ' : ''}${one.message.serverId}/${one.recipientNumber}`;
}

function takeAll(queue: ReadyQueue): string[] {
  const names: string[] = [];
  for (let next = queue.next(); next; next = queue.next()) names.push(nameOf(next));
  return names;
}

test('servers take turns: a flood of one does not keep the others waiting', () => {
  const queue = createReadyQueue();
  for (const number of [1, 2, 3, 4]) queue.push(item(7, number));
  queue.push(item(8, 1));
  queue.push(item(9, 1));
  queue.push(item(9, 2));
  assert.deepEqual(takeAll(queue), ['7/1', '8/1', '9/1', '7/2', '9/2', '7/3', '7/4']);
});

test('transactional mail goes before every broadcast, also when it comes later', () => {
  const queue = createReadyQueue();
  queue.push(item(7, 1, lanes.broadcast));
  queue.push(item(7, 2, lanes.broadcast));
  queue.push(item(8, 1));
  assert.equal(nameOf(queue.next() as DeliveryItem), '8/1');
  assert.equal(nameOf(queue.next() as DeliveryItem), 'news 7/1');
  queue.push(item(9, 1));
  assert.deepEqual(takeAll(queue), ['9/1', 'news 7/2']);
  assert.equal(queue.next(), undefined);
});

test('peek shows what comes next, server by server in turns, and takes nothing', () => {
  const queue = createReadyQueue();
  for (const number of [1, 2, 3]) {
    queue.push(item(7, number));
    queue.push(item(8, number));
  }
  queue.push(item(7, 1, lanes.broadcast));
  // Were one server's whole queue shown first, the other's recipients would be asked about one by one.
  assert.deepEqual(queue.peek(3).map(nameOf), ['7/1', '8/1', '7/2']);
  const shown = queue.peek(100).map(nameOf);
  assert.equal(queue.length(), 7);
  assert.deepEqual(takeAll(queue), shown);
});

test('drain gives everything back once', () => {
  const queue = createReadyQueue();
  queue.push(item(7, 1, lanes.broadcast));
  queue.push(item(7, 1));
  queue.push(item(8, 1));
  assert.deepEqual(queue.drain().map(nameOf), ['7/1', '8/1', 'news 7/1']);
  assert.equal(queue.length(), 0);
  assert.equal(queue.next(), undefined);
  assert.deepEqual(queue.drain(), []);
});

test('nothing is lost and nothing comes twice, however many come and go', t => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  t.diagnostic(`seed ${seed}`);
  const push = fc.record({ serverId: fc.integer({ min: 1, max: 4 }), lane: fc.constantFrom<Lane>(0, 1) });
  fc.assert(
    fc.property(fc.array(fc.oneof(push, fc.constant('next')), { maxLength: 200 }), steps => {
      const queue = createReadyQueue();
      const pushed: string[] = [];
      const taken: string[] = [];
      steps.forEach((step, number) => {
        if (typeof step === 'string') {
          const next = queue.next();
          if (next) taken.push(nameOf(next));
        } else {
          const one = item(step.serverId, number, step.lane);
          pushed.push(nameOf(one));
          queue.push(one);
        }
        assert.equal(queue.length(), pushed.length - taken.length);
      });
      assert.deepEqual([...taken, ...takeAll(queue)].toSorted(), pushed.toSorted());
    }),
    { seed, numRuns: 100 },
  );
});

test('a long queue of one server comes in its order, past the point where the used part is thrown away', () => {
  const queue = createReadyQueue();
  for (let number = 0; number < 3000; number += 1) queue.push(item(7, number));
  for (let number = 0; number < 2500; number += 1) assert.equal(queue.next()?.recipientNumber, number);
  assert.deepEqual(
    queue.peek(2).map(one => one.recipientNumber),
    [2500, 2501],
  );
  assert.equal(queue.drain().length, 500);
});
