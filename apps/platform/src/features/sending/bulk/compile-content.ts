// Reads the templates of a request once, to be written with for each entry. Pure.

import { describeErrors, type ParsedContent, parseContent } from '../../templates/content-rules.ts';
import { wireNameOf } from '../../templates/template-rules.ts';
import type { BulkContent } from './bulk-request.ts';

export type CompiledContent =
  | { kind: 'compiled'; content: ParsedContent }
  | { kind: 'invalid'; errors: { field: string; text: string }[] };

export function compileContent({ parts, layout }: Omit<BulkContent, 'inlinesCss'>): CompiledContent {
  const parsing = parseContent(parts, layout);
  if (parsing.kind === 'parsed') return { kind: 'compiled', content: parsing.content };
  const errors = parsing.parts.map(invalid => ({ field: wireNameOf(invalid.part), text: describeErrors(invalid) }));
  return { kind: 'invalid', errors };
}
