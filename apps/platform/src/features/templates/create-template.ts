// Adds a template or a layout to a server. Source: Postmark's Templates API.

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import { Refusal } from '../../refusals.ts';
import { announceTemplateChange } from './announce-change.ts';
import { checkParts } from './content-rules.ts';
import { findLayout } from './find-layout.ts';
import { countTemplates, findTemplate, insertTemplate, lockTemplatesOfServer, nextTemplateId } from './store.ts';
import type { NewTemplate, TemplateSummary } from './template.ts';
import { templatesMax } from './template-rules.ts';

const noFilter = { templateType: undefined, layoutAlias: undefined };

/** @throws Refusal 1122. The server's templates are locked. */
export async function refuseTakenAlias(
  tx: Tx,
  serverId: number,
  alias: string,
  exceptTemplateId?: number,
): Promise<void> {
  const owner = await findTemplate(tx, serverId, { kind: 'alias', alias });
  if (owner && owner.templateId !== exceptTemplateId)
    throw new Refusal('template_field_invalid', `The 'Alias' '${alias}' is already used by a template of this server.`);
}

/** A layout is found by its alias, so it gets one even where its owner names none. */
async function nameLayout(tx: Tx, serverId: number, templateId: number): Promise<string> {
  const alias = `layout-${templateId}`;
  const isTaken = (await findTemplate(tx, serverId, { kind: 'alias', alias })) !== undefined;
  // Somebody guessed the number: the next one is taken.
  return isTaken ? nameLayout(tx, serverId, await nextTemplateId(tx)) : alias;
}

/** @throws Refusal 1105, 1122, 1131. */
export async function createTemplate(
  tx: Tx,
  serverId: number,
  wanted: NewTemplate,
  now: Date,
): Promise<TemplateSummary> {
  checkParts(wanted, wanted.templateType);
  await lockTemplatesOfServer(tx, serverId);
  if (wanted.alias !== undefined) await refuseTakenAlias(tx, serverId, wanted.alias);
  const layout = wanted.layoutAlias === undefined ? undefined : await findLayout(tx, serverId, wanted.layoutAlias);
  if ((await countTemplates(tx, serverId, noFilter)) >= templatesMax) throw new Refusal('template_limit_reached');

  const templateId = await nextTemplateId(tx);
  const isNamed = wanted.alias !== undefined || wanted.templateType === 'Standard';
  const alias = isNamed ? (wanted.alias ?? null) : await nameLayout(tx, serverId, templateId);
  const row = { ...wanted, alias, layoutTemplateId: layout?.templateId ?? null };
  await insertTemplate(tx, serverId, templateId, row, now);
  await announceTemplateChange(tx, serverId);
  const { name, templateType } = wanted;
  return { templateId, name, alias, templateType, layoutAlias: layout?.alias ?? null, isActive: true };
}
