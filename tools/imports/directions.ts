// The direction of imports, file by file: main → roles → build → (adapters of features) + edges; adapters → own actions;
// actions → own rules and store, and nouns, rules and actions of earlier features. Pure: a tree in, sentences out.

import { featureOrder, type Place, placeOf } from './places.ts';
import { isPure } from './pure-rules.ts';
import type { Import, Tree } from './read-tree.ts';

export function checkDirections(tree: Tree): string[] {
  const complaints: string[] = [];
  for (const [file, imports] of tree.files) {
    const from = placeOf(file);
    if (from.kind === 'test') continue;
    if (from.kind === 'feature' && !featureOrder.includes(from.feature))
      complaints.push(`${file}: the feature ${from.feature} has no place in the order of tools/imports/places.ts yet.`);
    for (const imported of imports) {
      const reason = complaintAbout(from, placeOf(imported.target), imported, tree);
      if (reason !== undefined) complaints.push(`${file}:${imported.line} imports ${imported.target}: ${reason}.`);
    }
    if (from.kind === 'root' && !connects(from.file)) complaints.push(...complaintAboutConnecting(file, imports));
  }
  return complaints;
}

/** Why `from` may not import `to`; undefined when it may. */
function complaintAbout(from: Place, to: Place, imported: Import, tree: Tree): string | undefined {
  if (to.kind === 'test') return 'only tests may import what is there for tests';
  if (to.kind === 'other_app' && (from.kind !== 'other_app' || from.app !== to.app))
    return 'an app does not import another app';
  switch (from.kind) {
    case 'email':
      return aboutEmail(to, imported);
    case 'runtime':
      return to.kind === 'runtime' || to.kind === 'outside'
        ? undefined
        : 'packages/runtime knows nothing about email or the apps';
    case 'edge':
      return aboutEdge(to);
    case 'feature':
      return from.part === 'adapter'
        ? aboutAdapter(from.feature, to, imported, tree)
        : aboutCore(from.feature, to, imported);
    case 'root':
      return aboutRoot(from.file, to);
    case 'other_app':
      return to.kind === 'other_app' || to.kind === 'runtime' || to.kind === 'email' || to.kind === 'outside'
        ? undefined
        : 'an app reaches the platform over the network only';
    default:
      return undefined;
  }
}

const worldly = /^(node:)?(fs|net|tls|http|https|http2|dns|dgram|child_process|cluster|worker_threads|timers)(\/|$)/;

function aboutEmail(to: Place, imported: Import): string | undefined {
  if (to.kind !== 'email' && to.kind !== 'outside') return 'packages/email imports nothing of the runtime or the apps';
  if (worldly.test(imported.target)) return 'packages/email is pure and touches neither disk nor network';
  return undefined;
}

function aboutEdge(to: Place): string | undefined {
  if (to.kind === 'feature') return 'an edge never imports a feature; build.ts brings them together';
  if (to.kind === 'root' && !isForEveryone(to.file)) return 'an edge does not import what starts it';
  return undefined;
}

function aboutCore(feature: string, to: Place, imported: Import): string | undefined {
  if (to.kind === 'edge') return 'only http/, smtp/ and jobs/ of a feature may know an edge';
  if (to.kind === 'root') return aboutRootFromFeature(to.file, imported);
  if (to.kind !== 'feature') return undefined;
  if (to.part === 'adapter') return 'nothing in a feature imports http/, smtp/ or jobs/; they import it';
  if (to.feature === feature) return undefined;
  return aboutOtherFeature(feature, to.feature, to.part);
}

/** What of http-api/ the endpoints of features are made with. */
const contractFiles = new Set(['endpoint.ts', 'dates.ts', 'paging.ts', 'wire-types.ts']);

function aboutAdapter(feature: string, to: Place, imported: Import, tree: Tree): string | undefined {
  if (to.kind === 'edge') {
    if (imported.kind === 'type' || contractFiles.has(to.file)) return undefined;
    return `of an edge, an adapter imports types and ${[...contractFiles].join(', ')} only`;
  }
  if (to.kind === 'root') return aboutRootFromFeature(to.file, imported);
  if (to.kind !== 'feature') return undefined;
  if (to.feature !== feature) {
    if (imported.kind !== 'type' && !isPure(tree, imported.target))
      return 'an adapter calls the actions of its own feature only';
    return aboutOtherFeature(feature, to.feature, to.part);
  }
  return to.part === 'store' ? 'an adapter calls an action; only actions use the store' : undefined;
}

function aboutOtherFeature(from: string, to: string, part: string): string | undefined {
  if (part === 'store') return "another feature's store is its own; call one of its actions";
  if (part === 'adapter') return "another feature's http/, smtp/ and jobs/ are its own; call one of its actions";
  const isEarlier = featureOrder.includes(to) && featureOrder.indexOf(to) < featureOrder.indexOf(from);
  return isEarlier ? undefined : `${to} comes after ${from}; record an event that ${to} consumes`;
}

function aboutRootFromFeature(file: string, imported: Import): string | undefined {
  if (file === 'refusals.ts' || imported.kind === 'type') return undefined;
  return 'a feature gets settings and other features handed in; of the root it imports refusals.ts and types';
}

function aboutRoot(file: string, to: Place): string | undefined {
  if (to.kind === 'root' && to.file === 'main.ts') return 'nothing imports main.ts';
  if (to.kind === 'root' && to.file === 'roles.ts' && file !== 'main.ts') return 'only main.ts imports roles.ts';
  if (to.kind === 'feature' && to.part === 'store') return "a feature's store is its own; call one of its actions";
  if (to.kind === 'feature' && to.part === 'adapter' && !connects(file))
    return 'only build.ts, endpoints.ts and files of their names know the adapters of features';
  const startsOnly = file === 'main.ts' || file === 'roles.ts';
  if (startsOnly && (to.kind === 'feature' || to.kind === 'edge'))
    return 'main.ts and roles.ts reach features and edges through build.ts only';
  const isWithin = to.kind === 'root' && isForEveryone(to.file);
  if (isForEveryone(file) && !isWithin && to.kind !== 'runtime' && to.kind !== 'email' && to.kind !== 'outside')
    return `${file} is for everyone, so it depends on nobody`;
  return undefined;
}

function complaintAboutConnecting(file: string, imports: readonly Import[]): string[] {
  const values = imports.filter(imported => imported.kind !== 'type').map(imported => placeOf(imported.target).kind);
  if (!values.includes('feature') || !values.includes('edge')) return [];
  return [`${file} imports features and edges: only build.ts (or a file of its name) connects the two.`];
}

function connects(file: string): boolean {
  return /^(endpoints|build)(\.ts$|\/)/.test(file) || file.startsWith('build-');
}

function isForEveryone(file: string): boolean {
  return file === 'refusals.ts' || /^config(-[a-z-]+)?\.ts$/.test(file);
}
