// Decides what a push from one server to another does. Pure. Source: Postmark's Templates API, "Push templates to another
// server": templates are matched by alias, and those without one stay where they are.

import { Refusal } from '../../refusals.ts';
import type { TemplateSummary } from './template.ts';
import { templatesMax } from './template-rules.ts';

/** Equal hashes mean equal names, subjects and bodies. */
export type PushableTemplate = Pick<
  TemplateSummary,
  'templateId' | 'name' | 'alias' | 'templateType' | 'layoutAlias'
> & {
  contentHash: string;
};

export type PushStep = { source: PushableTemplate & { alias: string }; existing: PushableTemplate | undefined };

function hasAlias(template: PushableTemplate): template is PushableTemplate & { alias: string } {
  return template.alias !== null;
}

function isSame(source: PushableTemplate, existing: PushableTemplate): boolean {
  return (
    source.contentHash === existing.contentHash &&
    source.alias === existing.alias &&
    source.layoutAlias?.toLowerCase() === existing.layoutAlias?.toLowerCase()
  );
}

/** What is to be created or edited, in the order of `source`; what is the same already is left out. @throws Refusal 1124, 1125. */
export function planPush(source: readonly PushableTemplate[], destination: readonly PushableTemplate[]): PushStep[] {
  const pushed = source.filter(hasAlias);
  if (pushed.length === 0) throw new Refusal('template_push_impossible');
  const byAlias = new Map(destination.map(template => [template.alias?.toLowerCase(), template]));
  const steps = pushed.map(template => ({ source: template, existing: byAlias.get(template.alias.toLowerCase()) }));
  for (const { source: template, existing } of steps) {
    if (existing && existing.templateType !== template.templateType)
      throw new Refusal(
        'template_push_types_differ',
        `The alias '${template.alias}' is a ${template.templateType} on the source server and a ${existing.templateType} on the destination server.`,
      );
  }
  const created = steps.filter(step => step.existing === undefined).length;
  if (destination.length + created > templatesMax)
    throw new Refusal(
      'template_push_impossible',
      `The destination server would have ${destination.length + created} templates; at most ${templatesMax} are possible.`,
    );
  return steps.filter(({ source: template, existing }) => existing === undefined || !isSame(template, existing));
}
