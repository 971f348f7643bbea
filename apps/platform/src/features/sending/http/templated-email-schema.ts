// The message object of POST /email/withTemplate and /email/batchWithTemplates. Source: Postmark's Templates API.

import { type Static, Type } from 'typebox';
import { booleanOrText, freeObject, textOrNumber, wholeNumberOrText } from '../../../edges/http-api/wire-types.ts';
import type { TemplateKey } from '../../templates/template.ts';
import type { TemplatedRequest } from '../send-with-template.ts';
import { emailSchema, toSendRequest } from './email-schema.ts';

const notWithTemplate = Type.Optional(
  Type.String({ description: 'Not allowed with a template, unless it is null or empty.' }),
);

export const templatedEmailSchema = Type.Object({
  ...emailSchema.properties,
  Subject: notWithTemplate,
  HtmlBody: notWithTemplate,
  TextBody: notWithTemplate,
  TemplateId: Type.Optional(wholeNumberOrText({ description: 'The template; goes before TemplateAlias.' })),
  TemplateAlias: Type.Optional(textOrNumber({ description: 'The template by its alias, in any case.' })),
  TemplateModel: Type.Optional(freeObject({ description: 'The values that the template is rendered with.' })),
  InlineCss: Type.Optional(
    booleanOrText({ description: 'Puts the rules of `<style>` into the elements of the HTML; true when absent.' }),
  ),
});

/** Clients send 0 and an empty text for "none". */
export function readTemplateReference(body: { TemplateId?: number; TemplateAlias?: string }): TemplateKey | undefined {
  if (body.TemplateId) return { kind: 'id', templateId: body.TemplateId };
  return body.TemplateAlias ? { kind: 'alias', alias: body.TemplateAlias } : undefined;
}

export function toTemplatedRequest(body: Static<typeof templatedEmailSchema>): TemplatedRequest {
  return {
    request: toSendRequest(body),
    template: readTemplateReference(body),
    model: body.TemplateModel ?? {},
    inlineCss: body.InlineCss ?? true,
  };
}
