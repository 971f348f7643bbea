// The pages of the reference, by file name. Pure, and always in the same order: what is written changes only with its source.

import { describeOpenApi } from '../../apps/platform/src/edges/http-api/open-api.ts';
import { commandsPage } from './commands-page.ts';
import { endpointsPage } from './endpoints-page.ts';
import { errorCodesPage } from './error-codes-page.ts';
import { eventsPage } from './events-page.ts';
import type { Sources } from './load-sources.ts';
import { metricsPage } from './metrics-page.ts';
import { readTables } from './read-tables.ts';
import { settingsPage } from './settings-page.ts';
import { tablesPage } from './tables-page.ts';
import { webhooksPage } from './webhooks-page.ts';

export function makePages(sources: Sources): Map<string, string> {
  const pages = new Map([
    ['error-codes.md', errorCodesPage(sources.refusals)],
    ['endpoints.md', endpointsPage(sources.endpoints)],
    ['openapi.json', `${JSON.stringify(describeOpenApi(sources.endpoints, sources.version), null, 2)}\n`],
    ['commands.md', commandsPage(sources.commands)],
    ['events.md', eventsPage(sources.events)],
    ['webhooks.md', webhooksPage(sources.events)],
    ['tables.md', tablesPage(readTables(sources.migrations))],
  ]);
  if (sources.settings !== undefined) pages.set('settings.md', settingsPage(sources.settings));
  if (sources.metrics !== undefined) pages.set('metrics.md', metricsPage(sources.metrics));
  return pages;
}
