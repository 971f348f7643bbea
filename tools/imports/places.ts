// Says what a file is, from where it lies. The grammar of the tree is in ARCHITECTURE.md.

export type Place =
  | { kind: 'email' }
  | { kind: 'runtime' }
  | { kind: 'edge'; edge: string; file: string }
  | { kind: 'feature'; feature: string; part: FeaturePart }
  /** A file directly in apps/platform/src, such as main.ts. */
  | { kind: 'root'; file: string }
  | { kind: 'other_app'; app: string }
  /** Tests and what only tests use. */
  | { kind: 'test' }
  /** node:… or an npm package. */
  | { kind: 'outside' };

export type FeaturePart = 'adapter' | 'rules' | 'store' | 'core';

export function placeOf(path: string): Place {
  if (/\.test\.ts$/.test(path) || /\/testing\//.test(path)) return { kind: 'test' };
  if (path.startsWith('packages/email/')) return { kind: 'email' };
  if (path.startsWith('packages/runtime/')) return { kind: 'runtime' };

  const platform = /^apps\/platform\/src\/(.+)$/.exec(path)?.[1];
  if (platform === undefined) {
    const app = /^apps\/([^/]+)\//.exec(path)?.[1];
    return app === undefined ? { kind: 'outside' } : { kind: 'other_app', app };
  }
  const [top = '', second = '', ...rest] = platform.split('/');
  if (top === 'edges') return { kind: 'edge', edge: second, file: rest.join('/') };
  if (top === 'features') return { kind: 'feature', feature: second, part: partOf(rest) };
  return { kind: 'root', file: platform };
}

function partOf(rest: readonly string[]): FeaturePart {
  const [first = ''] = rest;
  if (rest.length > 1 && ['http', 'smtp', 'jobs'].includes(first)) return 'adapter';
  const file = rest.at(-1) ?? '';
  if (file === 'rules.ts' || file.endsWith('-rules.ts')) return 'rules';
  return file === 'store.ts' ? 'store' : 'core';
}

/** A feature may use those before it. An earlier one that needs a later one records an event instead. */
export const featureOrder: readonly string[] = [
  'processes',
  'accounts',
  'servers',
  'streams',
  'events',
  'domains',
  'senders',
  'suppressions',
  'templates',
  'messages',
  'bounces',
  'reports',
  'routes',
  'delivery',
  'sending',
  'tracking',
  'inbound',
  'webhooks',
  'webhook-calls',
  'stats',
  'data-removals',
  'notices',
  'retention',
];
