// Deletes a template: it sends no more, its alias is free, and it is read by its id only. Source: Postmark's Templates API.

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import { Refusal } from '../../refusals.ts';
import { announceTemplateChange } from './announce-change.ts';
import { lockTemplate } from './read-templates.ts';
import { countDependents, markDeleted } from './store.ts';
import type { TemplateKey } from './template.ts';

/** Answers its id. @throws Refusal 1101, 1130. */
export async function deleteTemplate(tx: Tx, serverId: number, key: TemplateKey, now: Date): Promise<number> {
  const { templateId, templateType } = await lockTemplate(tx, serverId, key);
  const dependents = templateType === 'Layout' ? await countDependents(tx, serverId, templateId) : 0;
  if (dependents > 0)
    throw new Refusal(
      'layout_in_use',
      `This layout is still used by ${dependents === 1 ? 'one template' : `${dependents} templates`}.`,
    );
  await markDeleted(tx, serverId, templateId, now);
  await announceTemplateChange(tx, serverId);
  return templateId;
}
