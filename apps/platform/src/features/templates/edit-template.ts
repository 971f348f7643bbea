// Changes a template; what is left out stays. Source: Postmark's Templates API.

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import { announceTemplateChange } from './announce-change.ts';
import { checkParts } from './content-rules.ts';
import { refuseTakenAlias } from './create-template.ts';
import { findLayout } from './find-layout.ts';
import { lockTemplate } from './read-templates.ts';
import { updateTemplate } from './store.ts';
import type { TemplateKey, TemplateSummary } from './template.ts';
import { readTemplateChange, refuseWithoutBody, type TemplateFields } from './template-rules.ts';

/** @throws Refusal 1101, 1109, 1120 to 1123, 1131. */
export async function editTemplate(
  tx: Tx,
  serverId: number,
  key: TemplateKey,
  fields: TemplateFields,
  now: Date,
): Promise<TemplateSummary> {
  const template = await lockTemplate(tx, serverId, key);
  const { layoutAlias, ...change } = readTemplateChange(fields, template.templateType);
  const changed = { ...template, ...change };
  refuseWithoutBody(changed);
  checkParts(
    { subject: change.subject ?? null, htmlBody: change.htmlBody ?? null, textBody: change.textBody ?? null },
    template.templateType,
  );
  if (change.alias !== undefined) await refuseTakenAlias(tx, serverId, change.alias, template.templateId);
  if (layoutAlias === null) {
    changed.layoutTemplateId = null;
    changed.layoutAlias = null;
  } else if (layoutAlias !== undefined) {
    const layout = await findLayout(tx, serverId, layoutAlias);
    changed.layoutTemplateId = layout.templateId;
    changed.layoutAlias = layout.alias;
  }

  await updateTemplate(tx, serverId, template.templateId, changed, now);
  await announceTemplateChange(tx, serverId);
  return changed;
}
