// Parses the parts of a template, puts them into their layout, and renders them. Pure: all that sends by a template, tries
// one out or takes inline template content goes through here. Source: Postmark's Templates API and Mustachio.

import { inlineCss } from '@pennyblack/email/html/inline-css.ts';
import { type ParsedTemplate, parseTemplate } from '@pennyblack/email/templates/parse-template.ts';
import { countContentPlaceholders, placeInLayout } from '@pennyblack/email/templates/place-in-layout.ts';
import { renderTemplate } from '@pennyblack/email/templates/render-template.ts';
import type { Template as ParsedPart, TemplateError } from '@pennyblack/email/templates/template.ts';
import { Refusal } from '../../refusals.ts';
import type { TemplateParts, TemplateType } from './template.ts';
import { type PartName, wireNameOf } from './template-rules.ts';

const partNames: readonly PartName[] = ['subject', 'htmlBody', 'textBody'];

/** Parsed, and already in its layout: ready to be rendered as often as wanted. */
export type ParsedContent = {
  subject?: ParsedPart;
  htmlBody?: ParsedPart;
  textBody?: ParsedPart;
  /** About what it takes in memory. */
  weightInBytes: number;
};

export type PartErrors = { part: PartName; errors: readonly TemplateError[] };

export type ContentParsing =
  | { kind: 'parsed'; content: ParsedContent }
  /** Every part that does not parse. */
  | { kind: 'invalid'; parts: readonly PartErrors[] };

export type LayoutBodies = Pick<TemplateParts, 'htmlBody' | 'textBody'>;

export function parsePart(source: string, templateType: TemplateType): ParsedTemplate {
  return parseTemplate(source, { role: templateType === 'Layout' ? 'layout' : 'standard' });
}

/** The content of a template, or of a message that is one itself. A body without its counterpart in the layout goes alone. */
export function parseContent(parts: TemplateParts, layout?: LayoutBodies): ContentParsing {
  const content: ParsedContent = { weightInBytes: 0 };
  const invalid: PartErrors[] = [];
  for (const part of partNames) {
    const source = parts[part];
    if (source === null) continue;
    const frame = part === 'subject' ? null : layout?.[part];
    const parsed = parsePart(source, 'Standard');
    const parsedFrame = frame ? parsePart(frame, 'Layout') : undefined;
    if (parsed.kind === 'invalid') invalid.push({ part, errors: parsed.errors });
    else if (parsedFrame?.kind === 'invalid') invalid.push({ part, errors: parsedFrame.errors });
    else {
      content[part] = parsedFrame ? placeInLayout(parsedFrame.template, parsed.template) : parsed.template;
      content.weightInBytes += content[part].weightInBytes;
    }
  }
  return invalid.length > 0 ? { kind: 'invalid', parts: invalid } : { kind: 'parsed', content };
}

/** One sentence about what is wrong with a part. */
export function describeErrors({ part, errors }: PartErrors): string {
  const described = errors
    .slice(0, describedErrorsMax)
    .map(({ message, line, characterPosition }) => `${message} (line ${line}, character ${characterPosition})`);
  const more = errors.length - described.length;
  return `The '${wireNameOf(part)}' of the template is not valid: ${described.join(' ')}${more > 0 ? ` And ${more} more.` : ''}`;
}

const describedErrorsMax = 5;

/** Undefined when a body of a layout has its placeholder exactly once. */
export function placeholderMistake(body: ParsedPart): string | undefined {
  const count = countContentPlaceholders(body);
  if (count === 1) return undefined;
  const found = count === 0 ? 'it is missing' : `it was found ${count} times`;
  return `The layout content placeholder must be present exactly once, as {{{@content}}}: ${found}.`;
}

/** Null is a part that is not there, or was looked at before. @throws Refusal 1122, 1131. */
export function checkParts(parts: TemplateParts, templateType: TemplateType): void {
  for (const part of partNames) {
    const source = parts[part];
    if (source === null) continue;
    const parsed = parsePart(source, templateType);
    if (parsed.kind === 'invalid')
      throw new Refusal('template_field_invalid', describeErrors({ part, errors: parsed.errors }));
    if (templateType !== 'Layout') continue;
    const mistake = placeholderMistake(parsed.template);
    if (mistake)
      throw new Refusal('layout_placeholder_missing', `${mistake} Please look at the '${wireNameOf(part)}'.`);
  }
}

export type RenderedPart = { kind: 'rendered'; text: string } | { kind: 'failed'; error: string };

export type RenderOptions = { inlineCss: boolean };

export function renderPart(part: PartName, parsed: ParsedPart, model: object, options: RenderOptions): RenderedPart {
  const rendered = renderTemplate(parsed, model, { escape: part === 'htmlBody' ? 'html' : 'none' });
  if (rendered.kind === 'failed') return rendered;
  // A value of the model may have several lines; a subject has one.
  if (part === 'subject') return { kind: 'rendered', text: rendered.text.replaceAll(/[\r\n]+/g, ' ') };
  return part === 'htmlBody' && options.inlineCss ? { ...rendered, text: inlineCss(rendered.text) } : rendered;
}
