// Rules decide, and do nothing else: whatever a rules file imports, directly or through others, must be free of disk,
// network, database, time and chance. Types are free, because they are gone at run time.

import { placeOf } from './places.ts';
import type { Tree } from './read-tree.ts';

const pureModules = new Set([
  'assert',
  'assert/strict',
  'buffer',
  'crypto',
  'punycode',
  'string_decoder',
  'url',
  'util',
]);
const purePackages = new Set(['bowser', 'tldts']);
const pureFilesOfRuntime = new Set(['packages/runtime/src/uuid-v7.ts']);

export function checkRulesArePure(tree: Tree): string[] {
  const complaints: string[] = [];
  for (const file of tree.files.keys()) {
    const place = placeOf(file);
    if (place.kind !== 'feature' || place.part !== 'rules') continue;
    const way = wayToImpure(tree, file, new Set());
    if (way === undefined) continue;
    const through = way.slice(1, -1);
    const via = through.length === 0 ? '' : ` through ${through.join(' and ')}`;
    complaints.push(
      `${file} imports ${way.at(-1)}${via}: rules are pure; they import packages/email, nouns and types.`,
    );
  }
  return complaints;
}

/** Whether a file only says what things are: it reaches nothing of the world, so anyone who may know it may use it. */
export function isPure(tree: Tree, file: string): boolean {
  return !isImpure(file) && wayToImpure(tree, file, new Set()) === undefined;
}

function wayToImpure(tree: Tree, file: string, seen: Set<string>): string[] | undefined {
  seen.add(file);
  for (const { target, kind } of tree.files.get(file) ?? []) {
    if (kind === 'type' || seen.has(target)) continue;
    if (isImpure(target)) return [file, target];
    const place = placeOf(target);
    if (place.kind !== 'feature') continue;
    const way = wayToImpure(tree, target, seen);
    if (way !== undefined) return [file, ...way];
  }
  return undefined;
}

function isImpure(target: string): boolean {
  const place = placeOf(target);
  switch (place.kind) {
    case 'email':
      return false;
    case 'feature':
      return place.part === 'store' || place.part === 'adapter';
    case 'root':
      return place.file !== 'refusals.ts';
    case 'runtime':
      return !pureFilesOfRuntime.has(target);
    case 'outside':
      return !(target.startsWith('node:') ? pureModules.has(target.slice(5)) : purePackages.has(target));
    default:
      return true;
  }
}
