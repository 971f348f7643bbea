// Chooses what a bulk request writes: content of its own, or a template as it is now. An edit or the deletion of that
// template changes nothing for a request that was accepted before.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import type { BulkContent } from './bulk-request.ts';
import type { FieldError } from './bulk-rules.ts';
import type { BulkSubmission } from './bulk-submission.ts';
import { compileContent } from './compile-content.ts';
import type { FindTemplate } from './ports.ts';

export type ChosenContent = { content?: BulkContent; errors: FieldError[] };

function namesTemplate({ templateId, templateAlias }: BulkSubmission): boolean {
  return templateId !== undefined || templateAlias !== undefined;
}

export async function chooseContent(
  deps: { db: Queryable; findTemplate: FindTemplate },
  serverId: number,
  submission: BulkSubmission,
): Promise<ChosenContent> {
  const { templateId, templateAlias, inlinesCss } = submission;
  if (!namesTemplate(submission)) return checkInline(submission);
  const field = templateId === undefined ? 'TemplateAlias' : 'TemplateId';
  const errors = checkInline(submission).errors;
  if (errors.length > 0) return { errors };
  const found = await deps.findTemplate(
    deps.db,
    serverId,
    templateId === undefined ? { alias: templateAlias ?? '' } : { templateId },
  );
  if (found.kind === 'refused') return { errors: [{ field, refusal: found.refusal, text: found.text }] };
  return { content: { ...found.template, inlinesCss }, errors: [] };
}

export function checkInline(submission: BulkSubmission): ChosenContent {
  const { subject = '', htmlBody, textBody, inlinesCss } = submission;
  const given = [
    ['Subject', submission.subject],
    ['HtmlBody', htmlBody],
    ['TextBody', textBody],
  ] as const;
  if (namesTemplate(submission)) {
    const errors = given.flatMap(([field, value]): FieldError[] => {
      const text = `The '${field}' is not allowed beside a template.`;
      return value === undefined ? [] : [{ field, refusal: 'template_field_not_allowed', text }];
    });
    return { errors };
  }
  if (!htmlBody && !textBody) {
    const text = "Provide either email 'TextBody' or 'HtmlBody' or both, or a template.";
    return { errors: [{ field: 'HtmlBody', refusal: 'email_invalid', text }] };
  }
  const content: BulkContent = {
    subject,
    inlinesCss,
    ...(htmlBody === undefined ? {} : { htmlBody }),
    ...(textBody === undefined ? {} : { textBody }),
  };
  const compiled = compileContent(content);
  if (compiled.kind === 'compiled') return { content, errors: [] };
  return { errors: compiled.errors.map(error => ({ ...error, refusal: 'template_field_invalid' as const })) };
}
