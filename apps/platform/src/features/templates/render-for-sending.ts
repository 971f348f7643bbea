// Makes subject and bodies of one message from parsed content and a model. Pure. Used by all sends by template, by bulk
// requests with content of their own, and by whoever wants to see what would be sent.

import { type ParsedContent, type RenderOptions, renderPart } from './content-rules.ts';
import { type PartName, wireNameOf } from './template-rules.ts';

export type RenderedContent = { subject: string; htmlBody?: string; textBody?: string };

export type Rendering = { kind: 'rendered'; content: RenderedContent } | { kind: 'failed'; message: string };

export type TemplateModel = Readonly<Record<string, unknown>>;

/** Names that stand for what is put in after rendering, so a model cannot have them. */
const reservedName = /^(?:pm:|@content$)/;

/** Postmark refuses reserved names and does not publish them. Undefined when there is none. */
export function findReservedName(model: TemplateModel): string | undefined {
  return Object.keys(model).find(name => reservedName.test(name));
}

/** A failure is the model's or the template's: its message says what does not fit. */
export function renderForSending(content: ParsedContent, model: TemplateModel, options: RenderOptions): Rendering {
  const reserved = findReservedName(model);
  if (reserved !== undefined)
    return { kind: 'failed', message: `The name '${reserved}' is reserved and cannot be used in a 'TemplateModel'.` };

  const rendered: RenderedContent = { subject: '' };
  for (const part of ['subject', 'htmlBody', 'textBody'] as const) {
    const parsed = content[part];
    if (parsed === undefined) continue;
    const result = renderPart(part, parsed, model, options);
    if (result.kind === 'failed') return { kind: 'failed', message: describeFailure(part, result.error) };
    rendered[part] = result.text;
  }
  return { kind: 'rendered', content: rendered };
}

function describeFailure(part: PartName, error: string): string {
  return `The '${wireNameOf(part)}' could not be rendered with this 'TemplateModel': ${error}`;
}
