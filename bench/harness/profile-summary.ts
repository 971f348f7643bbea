// Makes short tables of a processor profile: the functions, and the parts of the program, that the time goes to.

import type { Profile, ProfileNode } from './inspector.ts';

export type Share = { name: string; milliseconds: number };

/** What the engine does on its own account. Idle time is left out altogether. */
const engineWork: ReadonlyMap<string, string> = new Map([
  ['(garbage collector)', 'garbage collection'],
  ['(program)', 'native code outside of JavaScript'],
]);

function placeOf({ url, lineNumber }: ProfileNode['callFrame']): string {
  const file = url
    .replace(/^.*\/(node_modules|pennyblack|apps|packages)\//, '$1/')
    .replace(/^.*\/(apps|packages)\//, '$1/');
  return file === '' ? '' : `${file}:${lineNumber + 1}`;
}

/** The part of the program that a function belongs to: a feature, an edge, a package, or Node itself. */
function partOf({ functionName, url }: ProfileNode['callFrame']): string | undefined {
  const engine = engineWork.get(functionName);
  if (engine !== undefined) return engine;
  if (url.startsWith('node:'))
    return `Node: ${
      url
        .slice(5)
        .replace(/^internal\//, '')
        .split('/')[0]
    }`;
  const packaged = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  if (packaged !== undefined) return packaged;
  return /\/(features\/[^/]+|edges\/[^/]+|packages\/email\/src\/[^/]+|packages\/runtime\/src\/[^/]+)\//.exec(url)?.[1];
}

function sumBy(
  profile: Profile,
  nameOf: (node: ProfileNode, parent: (child: ProfileNode) => ProfileNode | undefined) => string | undefined,
): Share[] {
  const byId = new Map(profile.nodes.map(node => [node.id, node]));
  const parents = new Map<number, ProfileNode>();
  for (const node of profile.nodes) for (const child of node.children ?? []) parents.set(child, node);
  const sums = new Map<string, number>();
  profile.samples.forEach((id, index) => {
    const node = byId.get(id);
    if (!node || node.callFrame.functionName === '(idle)') return;
    const name = nameOf(node, child => parents.get(child.id)) ?? 'else';
    sums.set(name, (sums.get(name) ?? 0) + (profile.timeDeltas[index] ?? 0) / 1000);
  });
  return [...sums]
    .map(([name, milliseconds]) => ({ name, milliseconds }))
    .sort((left, right) => right.milliseconds - left.milliseconds);
}

export function topFunctions(profile: Profile): Share[] {
  return sumBy(profile, ({ callFrame }) => `${callFrame.functionName || '(anonymous)'} ${placeOf(callFrame)}`.trim());
}

/** Built-in functions without a file (JSON.parse, regular expressions) count for the part that called them. */
export function topParts(profile: Profile): Share[] {
  return sumBy(profile, (node, parentOf) => {
    for (let at: ProfileNode | undefined = node; at; at = parentOf(at)) {
      const part = partOf(at.callFrame);
      if (part !== undefined) return part;
    }
    return undefined;
  });
}
