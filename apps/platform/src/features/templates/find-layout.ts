// Finds the layout that a template names. Source: Postmark's Templates API.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { Refusal } from '../../refusals.ts';
import { findTemplate } from './store.ts';
import type { Template } from './template.ts';

/** @throws Refusal 1122 when the server has no such layout. */
export async function findLayout(db: Queryable, serverId: number, alias: string): Promise<Template> {
  const layout = await findTemplate(db, serverId, { kind: 'alias', alias });
  if (layout?.templateType === 'Layout') return layout;
  throw new Refusal(
    'template_field_invalid',
    layout === undefined
      ? "The 'LayoutTemplate' is not the alias of a layout of this server."
      : "The 'LayoutTemplate' is the alias of a standard template, not of a layout.",
  );
}
