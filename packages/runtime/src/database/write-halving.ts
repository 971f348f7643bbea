// Writes a batch in one transaction, and finds the one item that PostgreSQL refuses by halving: it never fails its
// neighbours.

import { DatabaseUnavailable, StatementFailed } from './database.ts';

/** Serialization failure and deadlock: the same transaction may well succeed a moment later. */
const passingCodes: ReadonlySet<string> = new Set(['40001', '40P01']);

/** Whether the same write, made again, may succeed without anybody having changed anything. */
export function willPass(error: unknown): boolean {
  return error instanceof DatabaseUnavailable || (error instanceof StatementFailed && passingCodes.has(error.code));
}

/**
 * `onRefused` hears of an item that is refused although it stands alone. What will pass is thrown, and nothing is known
 * then about the items of the batch.
 */
export async function writeHalving<T>(
  items: readonly T[],
  write: (items: readonly T[]) => Promise<void>,
  onRefused: (item: T, error: unknown) => Promise<void>,
): Promise<void> {
  try {
    await write(items);
  } catch (error) {
    if (willPass(error)) throw error;
    const [first] = items;
    if (items.length === 1 && first !== undefined) return onRefused(first, error);
    const middle = items.length >> 1;
    await writeHalving(items.slice(0, middle), write, onRefused);
    await writeHalving(items.slice(middle), write, onRefused);
  }
}
