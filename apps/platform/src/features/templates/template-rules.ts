// Decides whether a template may be as a request wants it, as far as the request alone can tell. Pure.
// Source: Postmark's Templates API and its error codes 1100 to 1131.

import { Refusal } from '../../refusals.ts';
import {
  type NewTemplate,
  type TemplateChange,
  type TemplateKey,
  type TemplateParts,
  type TemplateType,
  templateTypes,
} from './template.ts';

/** A request's fields as they came, in the right JSON types. */
export type TemplateFields = {
  name?: string | undefined;
  alias?: string | undefined;
  subject?: string | undefined;
  htmlBody?: string | undefined;
  textBody?: string | undefined;
  templateType?: string | undefined;
  layoutTemplate?: string | undefined;
};

/** Layouts count, deleted ones do not. */
export const templatesMax = 100;
export const templateLimits = {
  nameLengthMax: 255,
  aliasLengthMax: 255,
  subjectLengthMax: 2000,
  /** As for the bodies of a message. */
  bodyBytesMax: 5 * 1024 * 1024,
} as const;

const aliasPattern = /^[A-Za-z][A-Za-z0-9._-]*$/;

const partNames = { subject: 'Subject', htmlBody: 'HtmlBody', textBody: 'TextBody' } as const;
export type PartName = keyof typeof partNames;

/** As the wire calls it. */
export function wireNameOf(part: PartName): string {
  return partNames[part];
}

/** Digits alone are an id, whatever else stands there is an alias. */
export function readTemplateKey(text: string): TemplateKey {
  if (!/^\d+$/.test(text)) return { kind: 'alias', alias: text };
  // No id is that long: it is looked for under one that nobody has.
  return { kind: 'id', templateId: text.length > 15 ? 0 : Number(text) };
}

export function templateNotFound(key: TemplateKey): Refusal {
  return new Refusal(key.kind === 'id' ? 'template_not_found' : 'template_alias_not_found');
}

function readName(text: string | undefined): string {
  const name = text?.trim() ?? '';
  if (name === '') throw new Refusal('template_field_required', "A template needs a 'Name'.");
  if (name.length > templateLimits.nameLengthMax) throw tooLong('Name', `${templateLimits.nameLengthMax} characters`);
  return name;
}

function tooLong(field: string, limit: string): Refusal {
  return new Refusal('template_field_too_long', `The '${field}' of a template is limited to ${limit}.`);
}

function readAlias(alias: string): string {
  if (alias.length > templateLimits.aliasLengthMax)
    throw tooLong('Alias', `${templateLimits.aliasLengthMax} characters`);
  if (!aliasPattern.test(alias))
    throw new Refusal(
      'template_field_invalid',
      "The 'Alias' of a template must begin with a letter and hold only letters, digits, '.', '_' and '-'.",
    );
  return alias;
}

function readSubject(subject: string): string {
  if (subject.trim() === '') throw new Refusal('template_field_required', "A template needs a 'Subject'.");
  if (subject.length > templateLimits.subjectLengthMax)
    throw tooLong('Subject', `${templateLimits.subjectLengthMax} characters`);
  return subject;
}

/** An empty body is none. */
export function readBody(part: 'htmlBody' | 'textBody', body: string | undefined): string | null {
  if (body === undefined || body === '') return null;
  if (Buffer.byteLength(body) > templateLimits.bodyBytesMax) throw tooLong(partNames[part], '5 MB');
  return body;
}

function refuseOnLayout(field: string): Refusal {
  return new Refusal('template_field_not_allowed', `A layout cannot have a '${field}'.`);
}

/** An empty type is the default, a standard template. @throws Refusal 1122. */
export function readTemplateType(text: string | undefined): TemplateType {
  if (text === undefined || text === '') return 'Standard';
  const type = templateTypes.find(known => known.toLowerCase() === text.toLowerCase());
  if (type === undefined) throw new Refusal('template_field_invalid', "The 'TemplateType' must be Standard or Layout.");
  return type;
}

/** The type that a list is filtered by; undefined is all of them. @throws Refusal 1100. */
export function readTypeFilter(text: string | undefined): TemplateType | undefined {
  if (text === undefined || text.toLowerCase() === 'all') return undefined;
  const type = templateTypes.find(known => known.toLowerCase() === text.toLowerCase());
  if (type === undefined)
    throw new Refusal('template_list_invalid', "The 'TemplateType' must be one of All, Standard, Layout.");
  return type;
}

/** @throws Refusal 1109. */
export function refuseEmpty(fields: object): void {
  if (Object.values(fields).every(value => value === undefined)) throw new Refusal('template_data_missing');
}

/** A layout has neither a subject nor a layout of its own; empty texts say nothing. @throws Refusal 1123. */
export function refuseFieldsOfLayout(fields: Pick<TemplateFields, 'subject' | 'layoutTemplate'>): void {
  if (fields.subject) throw refuseOnLayout('Subject');
  if (fields.layoutTemplate) throw refuseOnLayout('LayoutTemplate');
}

/** @throws Refusal 1120. */
export function refuseWithoutBody(parts: Pick<TemplateParts, 'htmlBody' | 'textBody'>): void {
  if (parts.htmlBody === null && parts.textBody === null)
    throw new Refusal('template_field_required', "A template needs an 'HtmlBody', a 'TextBody' or both.");
}

/** @throws Refusal 1109, 1120 to 1123. */
export function readNewTemplate(fields: TemplateFields): NewTemplate {
  refuseEmpty(fields);
  const templateType = readTemplateType(fields.templateType);
  const name = readName(fields.name);
  const isLayout = templateType === 'Layout';
  if (isLayout) refuseFieldsOfLayout(fields);
  const template = {
    name,
    templateType,
    alias: fields.alias === undefined ? undefined : readAlias(fields.alias),
    subject: isLayout ? null : readSubject(fields.subject ?? ''),
    htmlBody: readBody('htmlBody', fields.htmlBody),
    textBody: readBody('textBody', fields.textBody),
    layoutAlias: fields.layoutTemplate || undefined,
  };
  refuseWithoutBody(template);
  return template;
}

/** An empty body, and an empty layout, take away what was there. @throws Refusal 1109, 1120 to 1123. */
export function readTemplateChange(fields: TemplateFields, templateType: TemplateType): TemplateChange {
  refuseEmpty(fields);
  if (fields.templateType && readTemplateType(fields.templateType) !== templateType)
    throw new Refusal('template_field_not_allowed', "The 'TemplateType' of a template cannot be changed.");
  const isLayout = templateType === 'Layout';
  if (isLayout) refuseFieldsOfLayout(fields);
  const { name, alias, subject, htmlBody, textBody, layoutTemplate } = fields;
  return {
    ...(name === undefined ? {} : { name: readName(name) }),
    ...(alias === undefined ? {} : { alias: readAlias(alias) }),
    ...(subject === undefined || isLayout ? {} : { subject: readSubject(subject) }),
    ...(htmlBody === undefined ? {} : { htmlBody: readBody('htmlBody', htmlBody) }),
    ...(textBody === undefined ? {} : { textBody: readBody('textBody', textBody) }),
    ...(layoutTemplate === undefined || isLayout ? {} : { layoutAlias: layoutTemplate || null }),
  };
}
