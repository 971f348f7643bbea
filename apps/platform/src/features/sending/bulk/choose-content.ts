// Chooses what a bulk request writes: content of its own, or a template as it is now. An edit or the deletion of that
// template changes nothing for a request that was accepted before.

import type { BulkContent } from './bulk-request.ts';
import type { FieldError } from './bulk-rules.ts';
import type { BulkSubmission } from './bulk-submission.ts';
import { compileContent } from './compile-content.ts';
import type { FindTemplateSource } from './ports.ts';

export type ChosenContent = { content?: BulkContent; errors: FieldError[] };

export async function chooseContent(
  findTemplate: FindTemplateSource,
  serverId: number,
  submission: BulkSubmission,
): Promise<ChosenContent> {
  const { template, inlinesCss } = submission;
  if (!template) return checkInline(submission);
  const errors = findContentBeside(submission);
  if (errors.length > 0) return { errors };
  const found = await findTemplate(serverId, template);
  if (found.kind === 'source') {
    const { subject, htmlBody, textBody, layoutHtmlBody, layoutTextBody } = found.source;
    const layout = { htmlBody: layoutHtmlBody, textBody: layoutTextBody };
    return { content: { parts: { subject, htmlBody, textBody }, layout, inlinesCss }, errors: [] };
  }
  const field = template.kind === 'id' ? 'TemplateId' : 'TemplateAlias';
  return { errors: [{ field, refusal: found.refusal, text: found.text }] };
}

function findContentBeside({ subject, htmlBody, textBody }: BulkSubmission): FieldError[] {
  const given = { Subject: subject, HtmlBody: htmlBody, TextBody: textBody };
  return Object.entries(given).flatMap(([field, value]): FieldError[] => {
    const text = `The '${field}' is not allowed beside a template.`;
    return value === undefined ? [] : [{ field, refusal: 'template_field_not_allowed', text }];
  });
}

/** All that can be said about content without looking for a template. */
export function checkInline(submission: BulkSubmission): ChosenContent {
  const { subject = '', htmlBody = null, textBody = null, inlinesCss } = submission;
  if (submission.template) return { errors: findContentBeside(submission) };
  if (!htmlBody && !textBody) {
    const text = "Provide either email 'TextBody' or 'HtmlBody' or both, or a template.";
    return { errors: [{ field: 'HtmlBody', refusal: 'email_invalid', text }] };
  }
  const content: BulkContent = {
    parts: { subject, htmlBody, textBody },
    layout: { htmlBody: null, textBody: null },
    inlinesCss,
  };
  const compiled = compileContent(content);
  if (compiled.kind === 'compiled') return { content, errors: [] };
  return { errors: compiled.errors.map(error => ({ ...error, refusal: 'template_field_invalid' as const })) };
}
