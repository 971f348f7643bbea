// Keeps parsed templates, so that a batch of a thousand messages reads its template once. The key is the source itself:
// an edited template is another one, and nothing has to be told.

import { type ParsedTemplate, parseTemplate } from './parse-template.ts';
import type { TemplateRole } from './template.ts';

export type TemplateCache = { parse(source: string, options?: { role?: TemplateRole }): ParsedTemplate };

/** The templates used longest ago go first. What alone is larger than a quarter of the bound is not kept. */
export function createTemplateCache(bytesMax: number): TemplateCache {
  const kept = new Map<string, ParsedTemplate & { kind: 'parsed' }>();
  let bytes = 0;

  return {
    parse(source, options = {}) {
      const key = `${options.role ?? 'standard'} ${source}`;
      const found = kept.get(key);
      if (found) {
        kept.delete(key);
        kept.set(key, found);
        return found;
      }
      const parsed = parseTemplate(source, options);
      if (parsed.kind === 'invalid' || parsed.template.weightInBytes > bytesMax / 4) return parsed;
      kept.set(key, parsed);
      bytes += parsed.template.weightInBytes;
      for (const [oldest, { template }] of kept) {
        if (bytes <= bytesMax) break;
        kept.delete(oldest);
        bytes -= template.weightInBytes;
      }
      return parsed;
    },
  };
}
