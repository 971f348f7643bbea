import assert from 'node:assert/strict';
import test from 'node:test';
import { createSlots } from './slots.ts';

test('so many slots can be taken, and one that is released goes to who has waited longest', () => {
  const slots = createSlots(2);
  const turns: string[] = [];
  const asker = (name: string) => {
    const ask = () => {
      if (slots.take(ask)) turns.push(name);
    };
    return ask;
  };
  for (const name of ['a', 'b', 'c', 'd']) asker(name)();
  assert.deepEqual([turns, slots.inUse()], [['a', 'b'], 2]);
  slots.release();
  assert.deepEqual([turns, slots.inUse()], [['a', 'b', 'c'], 2]);
  slots.release();
  slots.release();
  assert.deepEqual([turns, slots.inUse()], [['a', 'b', 'c', 'd'], 1]);
});

test('one that waits twice gets one turn, and one that needs it no more leaves it to the next', () => {
  const slots = createSlots(1);
  const turns: string[] = [];
  assert.equal(
    slots.take(() => {}),
    true,
  );
  const idle = () => void turns.push('idle');
  assert.equal(slots.take(idle), false);
  assert.equal(slots.take(idle), false);
  const busy = () => {
    if (slots.take(busy)) turns.push('busy');
  };
  assert.equal(slots.take(busy), false);
  slots.release();
  assert.deepEqual([turns, slots.inUse()], [['idle', 'busy'], 1]);
});

test('whoever takes a slot and asks for more queues up behind the others', () => {
  const slots = createSlots(1);
  const turns: string[] = [];
  const greedy = () => {
    while (slots.take(greedy)) turns.push('greedy');
  };
  const modest = () => {
    if (slots.take(modest)) turns.push('modest');
  };
  greedy();
  modest();
  for (let released = 0; released < 3; released += 1) slots.release();
  assert.deepEqual(turns, ['greedy', 'greedy', 'modest', 'greedy']);
});
