// Tries out the content of a template: says what is wrong with it, which model it asks for, and what comes out.
// Source: Postmark's Templates API, "Validate a template".

import { placeInLayout } from '@pennyblack/email/templates/place-in-layout.ts';
import { suggestModel } from '@pennyblack/email/templates/suggest-model.ts';
import type { Template as ParsedPart } from '@pennyblack/email/templates/template.ts';
import { type LayoutBodies, parsePart, placeholderMistake, renderPart } from './content-rules.ts';
import { findReservedName, type TemplateModel } from './render-for-sending.ts';
import type { TemplateParts, TemplateType } from './template.ts';
import type { PartName } from './template-rules.ts';

/** Mistakes that show only when rendering have no place. */
export type PartMistake = { message: string; line?: number; characterPosition?: number };

export type PartValidation = { mistakes: readonly PartMistake[]; rendered: string | null };

export type TemplateValidation = {
  /** Null where there is no such part. */
  parts: Record<PartName, PartValidation | null>;
  suggestedModel: Record<string, unknown>;
};

export type TemplateToValidate = TemplateParts & {
  templateType: TemplateType;
  layout: LayoutBodies | undefined;
  model: TemplateModel;
  inlineCss: boolean;
};

const partNames: readonly PartName[] = ['subject', 'htmlBody', 'textBody'];

type Looked = { part: PartName; mistakes: readonly PartMistake[]; parsed?: ParsedPart };

/** The places of mistakes are those in the template's own source, also when it stands in a layout. */
function lookAt(part: PartName, source: string, wanted: TemplateToValidate): Looked {
  const parsing = parsePart(source, wanted.templateType);
  if (parsing.kind === 'invalid') return { part, mistakes: parsing.errors };
  const { template } = parsing;
  if (wanted.templateType === 'Layout' && part !== 'subject') {
    const mistake = placeholderMistake(template);
    return { part, mistakes: mistake === undefined ? [] : [{ message: mistake }], parsed: template };
  }
  const frame = part === 'subject' ? null : wanted.layout?.[part];
  const layout = frame ? parsePart(frame, 'Layout') : undefined;
  // What is stored as a layout has been parsed before.
  const parsed = layout?.kind === 'parsed' ? placeInLayout(layout.template, template) : template;
  return { part, mistakes: [], parsed };
}

function tryOut({ part, parsed, mistakes }: Looked, model: TemplateModel, inlineCss: boolean): PartValidation {
  if (parsed === undefined || mistakes.length > 0) return { mistakes, rendered: null };
  const result = renderPart(part, parsed, model, { inlineCss });
  if (result.kind === 'failed') return { mistakes: [{ message: result.error }], rendered: null };
  return { mistakes, rendered: result.text };
}

/** Pure. Everything that the model does not say is shown as a sample value. */
export function validateTemplate(wanted: TemplateToValidate): TemplateValidation {
  const reserved = findReservedName(wanted.model);
  const modelMistakes =
    reserved === undefined ? [] : [{ message: `The name '${reserved}' is reserved and cannot be used in a model.` }];
  const looked = partNames.flatMap(part => {
    const source = wanted[part];
    if (source === null) return [];
    const look = lookAt(part, source, wanted);
    return [{ ...look, mistakes: [...look.mistakes, ...modelMistakes] }];
  });
  const parsed = looked.flatMap(each => (each.parsed === undefined ? [] : [each.parsed]));
  const suggestedModel = suggestModel(parsed, wanted.model);

  const parts: TemplateValidation['parts'] = { subject: null, htmlBody: null, textBody: null };
  for (const each of looked) parts[each.part] = tryOut(each, suggestedModel, wanted.inlineCss);
  return { parts, suggestedModel };
}
