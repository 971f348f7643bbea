// Gives a server templates of the starter gallery. What is there under its alias stays as it is, so it can be done again.

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import { createTemplate } from './create-template.ts';
import { type GalleryTemplate, readGallery } from './gallery/index.ts';
import { findTemplate, lockTemplatesOfServer } from './store.ts';
import type { TemplateSummary } from './template.ts';
import { templateNotFound } from './template-rules.ts';

export type InstalledTemplate = {
  template: TemplateSummary;
  /** False: the server had a template of this alias already, which was left as it was. */
  isNew: boolean;
};

/** The chosen ones and the layouts they need, layouts first; all of them without a choice. @throws Refusal 1101. */
function chooseTemplates(aliases: readonly string[] | undefined): GalleryTemplate[] {
  const gallery = readGallery();
  if (aliases === undefined) return gallery;
  const chosen = new Set(aliases.map(alias => alias.toLowerCase()));
  for (const alias of chosen)
    if (!gallery.some(template => template.alias === alias)) throw templateNotFound({ kind: 'alias', alias });
  for (const { alias, layoutAlias } of gallery) if (layoutAlias && chosen.has(alias)) chosen.add(layoutAlias);
  return gallery.filter(({ alias }) => chosen.has(alias));
}

/** @throws Refusal 1101, 1105; 1122 when the server has a standard template under the alias of a needed layout. */
export async function installGallery(
  tx: Tx,
  serverId: number,
  aliases: readonly string[] | undefined,
  now: Date,
): Promise<InstalledTemplate[]> {
  const chosen = chooseTemplates(aliases);
  await lockTemplatesOfServer(tx, serverId);
  const installed: InstalledTemplate[] = [];
  for (const { alias, name, type, subject, layoutAlias, htmlBody, textBody } of chosen) {
    const existing = await findTemplate(tx, serverId, { kind: 'alias', alias });
    const wanted = { name, alias, templateType: type, subject: subject ?? null, htmlBody, textBody, layoutAlias };
    installed.push({
      template: existing ?? (await createTemplate(tx, serverId, wanted, now)),
      isNew: existing === undefined,
    });
  }
  return installed;
}
