// Gathers what the reference is made of. A part of the platform that does not exist yet has no page yet.

import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { commands } from '../../apps/platform/src/commands/commands.ts';
import type { Endpoint } from '../../apps/platform/src/edges/http-api/endpoint.ts';
import { eventKinds } from '../../apps/platform/src/features/events/event.ts';
import { type RefusalEntry, refusals } from '../../apps/platform/src/refusals.ts';
import type { Definitions } from '../../packages/runtime/src/config/setting.ts';
import type { DescribedCommand } from './commands-page.ts';
import type { DescribedEvent } from './events-page.ts';
import type { DescribedMetric } from './metrics-page.ts';
import type { Migration } from './read-tables.ts';

export type Sources = {
  version: string;
  refusals: Readonly<Record<string, RefusalEntry>>;
  endpoints: readonly Endpoint[];
  migrations: readonly Migration[];
  commands: readonly DescribedCommand[];
  events: Readonly<Record<string, DescribedEvent>>;
  settings: Definitions | undefined;
  metrics: readonly DescribedMetric[] | undefined;
};

export async function loadSources(root: string): Promise<Sources> {
  const platform = path.join(root, 'apps', 'platform', 'src');
  const endpoints = await load<{ describeEndpoints(): Endpoint[] }>(path.join(platform, 'endpoints.ts'));
  const config = await load<{ platformSettings: Definitions }>(path.join(platform, 'config.ts'));
  const metrics = await load<{ describeMetrics(): DescribedMetric[] }>(path.join(platform, 'metrics.ts'));
  const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
  return {
    version: manifest.version,
    refusals,
    endpoints: endpoints?.describeEndpoints() ?? [],
    migrations: readMigrations(platform),
    commands,
    events: eventKinds,
    settings: config?.platformSettings,
    metrics: metrics?.describeMetrics(),
  };
}

async function load<Module>(file: string): Promise<Module | undefined> {
  return existsSync(file) ? ((await import(pathToFileURL(file).href)) as Module) : undefined;
}

/** In the order in which they are applied: by file name, which begins with the time. */
function readMigrations(platform: string): Migration[] {
  const files = globSync('features/*/migrations/*.sql', { cwd: platform });
  return files
    .sort((a, b) => (path.basename(a) < path.basename(b) ? -1 : 1))
    .map(file => ({
      feature: file.split(path.sep)[1] ?? '',
      sql: readFileSync(path.join(platform, file), 'utf8'),
    }));
}
