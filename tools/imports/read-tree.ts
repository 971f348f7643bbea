// Reads which file imports which. Works on the text: every import of ours is a whole statement that begins a line, which
// the formatter sees to.

import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** `type` is gone at run time; `dynamic` is `import()`, which runs later and so makes no cycle. */
export type ImportKind = 'value' | 'type' | 'dynamic';

export type Import = {
  /** A path in the repository, or `node:fs`, or the name of a package. */
  target: string;
  kind: ImportKind;
  line: number;
};

export type Tree = { files: ReadonlyMap<string, readonly Import[]> };

export function readTree(root: string): Tree {
  const sources = new Map<string, string>();
  const patterns = ['packages/*/src/**/*.ts', 'apps/*/src/**/*.ts'];
  for (const file of globSync(patterns, { cwd: root }).sort()) {
    sources.set(file.split(path.sep).join('/'), readFileSync(path.join(root, file), 'utf8'));
  }
  return treeOf(sources);
}

/** Keys are paths from the root of the repository, with forward slashes. Pure. */
export function treeOf(sources: ReadonlyMap<string, string>): Tree {
  return { files: new Map([...sources].map(([file, source]) => [file, importsOf(file, source)])) };
}

// No quote and no semicolon can stand between `import` and `from`, so a match never runs into the next statement.
const statement = /^(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]/gm;
const dynamicImport = /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

function importsOf(file: string, source: string): Import[] {
  const lineAt = (index: number) => source.slice(0, index).split('\n').length;
  const imports: Import[] = [];
  for (const match of source.matchAll(statement))
    imports.push({
      target: resolveTarget(file, match[2] ?? ''),
      kind: match[1] === undefined ? 'value' : 'type',
      line: lineAt(match.index),
    });
  for (const match of source.matchAll(dynamicImport))
    imports.push({ target: resolveTarget(file, match[1] ?? ''), kind: 'dynamic', line: lineAt(match.index) });
  return imports;
}

function resolveTarget(file: string, specifier: string): string {
  if (specifier.startsWith('.')) return path.posix.join(path.posix.dirname(file), specifier);
  const ours = /^@pennyblack\/([^/]+)\/(.+)$/.exec(specifier);
  if (ours === null) return specifier;
  const folder = ours[1] === 'email' || ours[1] === 'runtime' ? 'packages' : 'apps';
  return `${folder}/${ours[1]}/src/${ours[2]}`;
}
