// Reads the templates of a request once, to be written with for each entry. Pure.

import { describeErrors, type ParsedContent, parseContent } from '../../templates/content-rules.ts';
import type { BulkContent } from './bulk-request.ts';

export type CompiledContent =
  | { kind: 'compiled'; content: ParsedContent }
  | { kind: 'invalid'; errors: { field: string; text: string }[] };

const fields = { subject: 'Subject', htmlBody: 'HtmlBody', textBody: 'TextBody' } as const;
const noParts = { subject: null, htmlBody: null, textBody: null };

export function compileContent({ parts, layout }: Omit<BulkContent, 'inlinesCss'>): CompiledContent {
  const whole = parseContent(parts, layout);
  if (whole.kind === 'parsed') return { kind: 'compiled', content: whole.content };
  // Each part by itself, so that the mistakes of all of them are told at once.
  const errors = (['subject', 'htmlBody', 'textBody'] as const).flatMap(part => {
    const alone = parseContent({ ...noParts, [part]: parts[part] }, layout);
    return alone.kind === 'parsed' ? [] : [{ field: fields[part], text: describeErrors(part, alone.errors) }];
  });
  return { kind: 'invalid', errors };
}
