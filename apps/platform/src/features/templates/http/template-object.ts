// Templates as the API shows and takes them, in the order of Postmark's documentation.

import { type Static, Type } from 'typebox';
import type { Template, TemplateSummary } from '../template.ts';
import type { TemplateFields } from '../template-rules.ts';

const textOrNull = Type.Union([Type.String(), Type.Null()]);
const typeField = Type.String({ description: 'Standard or Layout.' });

/** A row of the list. */
export const templateRowSchema = Type.Object({
  Active: Type.Boolean(),
  TemplateId: Type.Integer(),
  Name: Type.String(),
  Alias: textOrNull,
  TemplateType: typeField,
  LayoutTemplate: textOrNull,
});

export function toTemplateRow(template: TemplateSummary): Static<typeof templateRowSchema> {
  return {
    Active: template.isActive,
    TemplateId: template.templateId,
    Name: template.name,
    Alias: template.alias,
    TemplateType: template.templateType,
    LayoutTemplate: template.layoutAlias,
  };
}

/** What creating and editing answer. */
export const templateSummarySchema = Type.Object({
  TemplateId: Type.Integer(),
  Name: Type.String(),
  Active: Type.Boolean(),
  Alias: textOrNull,
  TemplateType: typeField,
  LayoutTemplate: textOrNull,
});

export function toTemplateSummary(template: TemplateSummary): Static<typeof templateSummarySchema> {
  return {
    TemplateId: template.templateId,
    Name: template.name,
    Active: template.isActive,
    Alias: template.alias,
    TemplateType: template.templateType,
    LayoutTemplate: template.layoutAlias,
  };
}

export const templateSchema = Type.Object({
  Name: Type.String(),
  TemplateId: Type.Integer(),
  Subject: textOrNull,
  HtmlBody: textOrNull,
  TextBody: textOrNull,
  AssociatedServerId: Type.Integer(),
  Active: Type.Boolean({ description: 'False for a deleted template.' }),
  Alias: textOrNull,
  TemplateType: typeField,
  LayoutTemplate: textOrNull,
});

export function toWireTemplate(template: Template): Static<typeof templateSchema> {
  return {
    Name: template.name,
    TemplateId: template.templateId,
    Subject: template.subject,
    HtmlBody: template.htmlBody,
    TextBody: template.textBody,
    AssociatedServerId: template.serverId,
    Active: template.isActive,
    Alias: template.alias,
    TemplateType: template.templateType,
    LayoutTemplate: template.layoutAlias,
  };
}

/** Every field is optional: what is missing has a code of its own. */
export const templateBody = Type.Object({
  Name: Type.Optional(Type.String({ maxLength: 255 })),
  Alias: Type.Optional(Type.String({ description: 'Begins with a letter; letters, digits, `.`, `_`, `-`.' })),
  Subject: Type.Optional(Type.String({ maxLength: 2000, description: 'For standard templates only.' })),
  HtmlBody: Type.Optional(Type.String({ description: 'HtmlBody, TextBody or both; 5 MB each.' })),
  TextBody: Type.Optional(Type.String()),
  TemplateType: Type.Optional(Type.String({ description: '`Standard` (the default) or `Layout`.' })),
  LayoutTemplate: Type.Optional(
    Type.String({
      description: 'The alias of the layout of a standard template; an empty text takes it out of its layout.',
    }),
  ),
});

/** Two bodies of 5 MB, and what JSON's escapes make of them. */
export const templateBytesMax = 25 * 1024 * 1024;

export function toTemplateFields(body: Static<typeof templateBody>): TemplateFields {
  return {
    name: body.Name,
    alias: body.Alias,
    subject: body.Subject,
    htmlBody: body.HtmlBody,
    textBody: body.TextBody,
    templateType: body.TemplateType,
    layoutTemplate: body.LayoutTemplate,
  };
}

/** Tells this process, at once, that the templates of a server are not what they were. */
export type TemplatesChanged = (serverId: number) => void;
