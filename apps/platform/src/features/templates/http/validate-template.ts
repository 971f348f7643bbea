// POST /templates/validate: tries out the content of a template. Well-formed calls succeed, also about invalid content.

import { type Static, Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { booleanOrText, freeObject } from '../../../edges/http-api/wire-types.ts';
import { Refusal } from '../../../refusals.ts';
import { findLayout } from '../find-layout.ts';
import { readBody, readTemplateType, refuseEmpty, refuseFieldsOfLayout } from '../template-rules.ts';
import { type PartValidation, validateTemplate as validate } from '../validate-template.ts';
import { templateBytesMax } from './template-object.ts';

const partSchema = Type.Union([
  Type.Object({
    ContentIsValid: Type.Boolean(),
    ValidationErrors: Type.Array(
      Type.Object({
        Message: Type.String(),
        Line: Type.Optional(Type.Integer()),
        CharacterPosition: Type.Optional(Type.Integer()),
      }),
    ),
    RenderedContent: Type.Union([Type.String(), Type.Null()]),
  }),
  Type.Null(),
]);

function toWirePart(part: PartValidation | null): Static<typeof partSchema> {
  if (part === null) return null;
  return {
    ContentIsValid: part.mistakes.length === 0,
    ValidationErrors: part.mistakes.map(({ message, line, characterPosition }) => ({
      Message: message,
      ...(line === undefined ? {} : { Line: line }),
      ...(characterPosition === undefined ? {} : { CharacterPosition: characterPosition }),
    })),
    RenderedContent: part.rendered,
  };
}

export function validateTemplate(): Endpoint {
  return defineEndpoint({
    method: 'POST',
    path: '/templates/validate',
    token: 'server',
    group: 'Templates',
    summary: 'Says whether the content of a template is valid, which model it asks for, and what comes out.',
    body: Type.Object({
      Subject: Type.Optional(Type.String()),
      HtmlBody: Type.Optional(Type.String()),
      TextBody: Type.Optional(Type.String()),
      TestRenderModel: Type.Optional(freeObject({ description: 'Values to render with; the rest is made up.' })),
      InlineCssForHtmlTestRender: Type.Optional(booleanOrText({ description: 'True when absent.' })),
      TemplateType: Type.Optional(Type.String({ description: '`Standard` (the default) or `Layout`.' })),
      LayoutTemplate: Type.Optional(Type.String({ description: 'The alias of a layout to render the content in.' })),
    }),
    bodyBytesMax: templateBytesMax,
    response: Type.Object({
      AllContentIsValid: Type.Boolean(),
      HtmlBody: partSchema,
      TextBody: partSchema,
      Subject: partSchema,
      SuggestedTemplateModel: Type.Record(Type.String(), Type.Unknown()),
    }),
    async handle({ body, reads, server }) {
      refuseEmpty(body);
      const templateType = readTemplateType(body.TemplateType);
      if (templateType === 'Layout')
        refuseFieldsOfLayout({ subject: body.Subject, layoutTemplate: body.LayoutTemplate });
      const wanted = {
        subject: body.Subject || null,
        htmlBody: readBody('htmlBody', body.HtmlBody),
        textBody: readBody('textBody', body.TextBody),
      };
      if (wanted.subject === null && wanted.htmlBody === null && wanted.textBody === null)
        throw new Refusal(
          'template_field_required',
          "There is nothing to validate: please give a 'Subject', an 'HtmlBody' or a 'TextBody'.",
        );
      const layout = body.LayoutTemplate ? await findLayout(reads, server.serverId, body.LayoutTemplate) : undefined;
      const { parts, suggestedModel } = validate({
        ...wanted,
        templateType,
        layout,
        model: body.TestRenderModel ?? {},
        inlineCss: body.InlineCssForHtmlTestRender ?? true,
      });
      return {
        AllContentIsValid: Object.values(parts).every(part => part === null || part.mistakes.length === 0),
        HtmlBody: toWirePart(parts.htmlBody),
        TextBody: toWirePart(parts.textBody),
        Subject: toWirePart(parts.subject),
        SuggestedTemplateModel: suggestedModel,
      };
    },
  });
}
