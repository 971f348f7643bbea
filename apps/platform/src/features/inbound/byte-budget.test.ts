import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createByteBudget } from './byte-budget.ts';

function started(budget: ReturnType<typeof createByteBudget>) {
  const names: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    names,
    begin(name: string, owner: number, bytes: number): Promise<void> {
      return budget.within(owner, bytes, () => {
        names.push(name);
        return new Promise<void>(resolve => ends.set(name, resolve));
      });
    },
    end: (name: string) => ends.get(name)?.(),
  };
}

const turn = () => new Promise(resolve => setImmediate(resolve));

test('what does not fit waits in order; one owner has half of it at most; what is too large goes alone', async () => {
  const { names, begin, end } = started(createByteBudget(100));
  const all = [begin('a', 1, 40), begin('b', 1, 40), begin('c', 2, 40), begin('d', 3, 40), begin('e', 4, 500)];
  await turn();
  assert.deepEqual(names, ['a', 'c']);
  end('a');
  await turn();
  assert.deepEqual(names, ['a', 'c', 'b']);
  end('b');
  end('c');
  await turn();
  assert.deepEqual(names, ['a', 'c', 'b', 'd']);
  end('d');
  await turn();
  assert.deepEqual(names, ['a', 'c', 'b', 'd', 'e']);
  end('e');
  await Promise.all(all);
});

test('what fails frees its room', async () => {
  const budget = createByteBudget(10);
  await assert.rejects(budget.within(1, 10, () => Promise.reject(new Error('no'))));
  assert.equal(await budget.within(2, 10, async () => 'room'), 'room');
});
