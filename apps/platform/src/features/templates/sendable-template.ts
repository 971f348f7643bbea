// A template as sending wants it: parsed and in its layout. Reads one of them; the cache of it is build's.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import type { RefusalName } from '../../refusals.ts';
import { refusals } from '../../refusals.ts';
import { describeErrors, type ParsedContent, parseContent } from './content-rules.ts';
import { findSendableSource, type SendableSource } from './store.ts';
import type { TemplateKey } from './template.ts';
import { templateLimits } from './template-rules.ts';

export type SendableTemplate =
  | { kind: 'template'; templateId: number; content: ParsedContent }
  | { kind: 'refused'; refusal: RefusalName; text: string };

export type FindSendableTemplate = (serverId: number, key: TemplateKey) => Promise<SendableTemplate>;

type Refused = Extract<SendableTemplate, { kind: 'refused' }>;

function notFound(key: TemplateKey, explanation = ''): Refused {
  const refusal = key.kind === 'id' ? 'template_not_found' : 'template_alias_not_found';
  return { kind: 'refused', refusal, text: refusals[refusal].text + explanation };
}

/** The sources of a template and of its layout as they are now, for who keeps them. One statement. */
export async function readSendableSource(
  db: Queryable,
  serverId: number,
  key: TemplateKey,
): Promise<{ kind: 'source'; source: SendableSource } | Refused> {
  if (key.kind === 'alias' && key.alias.length > templateLimits.aliasLengthMax) return notFound(key);
  const source = await findSendableSource(db, serverId, key);
  if (source === undefined) return notFound(key);
  if (source.templateType === 'Layout')
    return notFound(key, ' It is a layout, and only a standard template can be sent.');
  return { kind: 'source', source };
}

/** What cannot be sent is a refusal, and as good to keep as a template. */
export async function readSendableTemplate(
  db: Queryable,
  serverId: number,
  key: TemplateKey,
): Promise<SendableTemplate> {
  const read = await readSendableSource(db, serverId, key);
  if (read.kind === 'refused') return read;
  const { source } = read;
  const parsing = parseContent(source, { htmlBody: source.layoutHtmlBody, textBody: source.layoutTextBody });
  if (parsing.kind === 'parsed') return { kind: 'template', templateId: source.templateId, content: parsing.content };
  const text = parsing.parts.map(describeErrors).join(' ');
  return { kind: 'refused', refusal: 'template_field_invalid', text };
}

/** What a cache should count it as: what is parsed, and something for every entry. */
export function weightOfSendable(template: SendableTemplate): number {
  return 1000 + (template.kind === 'template' ? template.content.weightInBytes : 0);
}
