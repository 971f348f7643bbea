// Files that import one another in a circle. Node loads such a circle in an order that depends on where one enters it.

import { placeOf } from './places.ts';
import type { Tree } from './read-tree.ts';

/** One sentence for each circle found. Imports of types are gone at run time and count for nothing. */
export function findCycles(tree: Tree): string[] {
  const done = new Set<string>();
  const way: string[] = [];
  const complaints: string[] = [];

  function visit(file: string): void {
    const start = way.indexOf(file);
    if (start >= 0) {
      complaints.push(`These files import one another in a circle: ${[...way.slice(start), file].join(' → ')}.`);
      return;
    }
    if (done.has(file)) return;
    way.push(file);
    for (const { target, kind } of tree.files.get(file) ?? []) if (kind === 'value') visit(target);
    way.pop();
    done.add(file);
  }

  for (const file of tree.files.keys()) if (placeOf(file).kind !== 'test') visit(file);
  return complaints;
}
