// Reads the templates of a request once, and writes with them for each entry.

import { parseTemplate } from '@pennyblack/email/templates/parse-template.ts';
import { placeInLayout } from '@pennyblack/email/templates/place-in-layout.ts';
import { renderTemplate } from '@pennyblack/email/templates/render-template.ts';
import type { Template, TemplateRole } from '@pennyblack/email/templates/template.ts';
import type { BulkContent } from './bulk-request.ts';
import type { RenderedContent } from './merge-rules.ts';

export type WrittenContent = { kind: 'written'; content: RenderedContent } | { kind: 'failed'; reason: string };

export type WriteContent = (model: Readonly<Record<string, unknown>>) => WrittenContent;

export type CompiledContent =
  | { kind: 'compiled'; write: WriteContent }
  /** By the name of the field, in the caller's words. */
  | { kind: 'invalid'; errors: { field: 'Subject' | 'HtmlBody' | 'TextBody'; text: string }[] };

type Field = 'Subject' | 'HtmlBody' | 'TextBody';

export function compileContent(content: BulkContent): CompiledContent {
  const errors: { field: Field; text: string }[] = [];
  const parse = (field: Field, source: string | undefined, role: TemplateRole = 'standard') => {
    if (source === undefined) return undefined;
    const parsed = parseTemplate(source, { role });
    if (parsed.kind === 'parsed') return parsed.template;
    for (const { message, line, characterPosition } of parsed.errors)
      errors.push({
        field,
        text: `The '${field}' cannot be read in line ${line}, column ${characterPosition}: ${message}`,
      });
    return undefined;
  };
  const bodyOf = (field: Field, source: string | undefined, layoutSource: string | undefined) => {
    const [body, layout] = [parse(field, source), parse(field, layoutSource, 'layout')];
    return body && layout ? placeInLayout(layout, body) : body;
  };
  const subject = parse('Subject', content.subject);
  const html = bodyOf('HtmlBody', content.htmlBody, content.htmlLayout);
  const text = bodyOf('TextBody', content.textBody, content.textLayout);
  if (errors.length > 0 || !subject) return { kind: 'invalid', errors };
  return { kind: 'compiled', write: model => writeContent({ subject, html, text }, model) };
}

type Parts = { subject: Template; html: Template | undefined; text: Template | undefined };

function writeContent(parts: Parts, model: Readonly<Record<string, unknown>>): WrittenContent {
  const subject = renderTemplate(parts.subject, model, { escape: 'none' });
  const html = parts.html && renderTemplate(parts.html, model, { escape: 'html' });
  const text = parts.text && renderTemplate(parts.text, model, { escape: 'none' });
  if (subject.kind === 'failed') return { kind: 'failed', reason: subject.error };
  if (html?.kind === 'failed') return { kind: 'failed', reason: html.error };
  if (text?.kind === 'failed') return { kind: 'failed', reason: text.error };
  return {
    kind: 'written',
    content: {
      // A line feed would end the header.
      subject: subject.text.replaceAll(/[\r\n]+/g, ' '),
      ...(html ? { htmlBody: html.text } : {}),
      ...(text ? { textBody: text.text } : {}),
    },
  };
}
