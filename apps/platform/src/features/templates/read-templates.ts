// Reads the templates of a server.

import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import {
  countTemplates,
  findTemplate,
  listTemplateSummaries,
  lockTemplatesOfServer,
  type TemplateFilter,
} from './store.ts';
import type { Template, TemplateKey, TemplateSummary } from './template.ts';
import { templateNotFound } from './template-rules.ts';

/** Newest first. */
export async function readTemplatePage(
  db: Queryable,
  serverId: number,
  filter: TemplateFilter,
  page: { count: number; offset: number },
): Promise<{ totalCount: number; templates: TemplateSummary[] }> {
  const templates = await listTemplateSummaries(db, serverId, filter, page);
  return { totalCount: await countTemplates(db, serverId, filter), templates };
}

/** By id also a deleted one. @throws Refusal 1101. */
export async function readTemplate(db: Queryable, serverId: number, key: TemplateKey): Promise<Template> {
  const template = await findTemplate(db, serverId, key);
  if (!template) throw templateNotFound(key);
  return template;
}

/** Nothing of the server's templates changes until the transaction ends. @throws Refusal 1101, also for a deleted one. */
export async function lockTemplate(tx: Tx, serverId: number, key: TemplateKey): Promise<Template> {
  await lockTemplatesOfServer(tx, serverId);
  const template = await findTemplate(tx, serverId, key);
  if (!template?.isActive) throw templateNotFound(key);
  return template;
}
