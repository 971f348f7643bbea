// Reads the templates of a request once, to be written with for each entry. Pure.

import { describeErrors, type ParsedContent, parseContent } from '../../templates/content-rules.ts';
import type { BulkContent } from './bulk-request.ts';

export type CompiledContent =
  | { kind: 'compiled'; content: ParsedContent }
  | { kind: 'invalid'; errors: { field: string; text: string }[] };

const fields = { subject: 'Subject', htmlBody: 'HtmlBody', textBody: 'TextBody' } as const;

export function compileContent({ parts, layout }: Omit<BulkContent, 'inlinesCss'>): CompiledContent {
  const parsing = parseContent(parts, layout);
  if (parsing.kind === 'parsed') return { kind: 'compiled', content: parsing.content };
  const errors = parsing.parts.map(wrong => ({ field: fields[wrong.part], text: describeErrors(wrong) }));
  return { kind: 'invalid', errors };
}
