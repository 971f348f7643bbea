// Part of `npm run check`: who may import whom. Prints one sentence for each import that goes the wrong way, and for
// each circle of files that import one another.

import path from 'node:path';
import { findCycles } from './imports/cycles.ts';
import { checkDirections } from './imports/directions.ts';
import { checkRulesArePure } from './imports/pure-rules.ts';
import { readTree } from './imports/read-tree.ts';

const tree = readTree(path.dirname(import.meta.dirname));
const complaints = [...checkDirections(tree), ...checkRulesArePure(tree), ...findCycles(tree)];
for (const complaint of complaints) console.error(complaint);
if (complaints.length > 0) {
  console.error(`\n${complaints.length} imports to mend. ARCHITECTURE.md says which way they go.`);
  process.exitCode = 1;
} else {
  console.log(`Imports: ${tree.files.size} files, all in the right direction, no cycles.`);
}
