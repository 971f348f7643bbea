// The types of fields that TypeBox alone does not say: where clients send a number for a text, or a text for a
// number, and where an object is the caller's own. They are ordinary JSON Schema with one more keyword, which
// canonical-reader.ts knows.

import { type TBoolean, type TString, Type } from 'typebox';

/** Also takes a number, and reads it as its decimal text. */
export function textOrNumber(options: { description?: string } = {}) {
  return Type.String({ ...options, 'x-reads-numbers': true });
}

/** A text that null clears: it is read as the empty text, where elsewhere null is the same as absent. */
export function clearableText(options: { description?: string } = {}) {
  return Type.String({ ...options, 'x-reads-null': true });
}

/** A whole number; also takes its decimal text, as Postmark's Python client sends ids. */
export function wholeNumberOrText(options: { description?: string } = {}) {
  return Type.Integer({ ...options, 'x-reads-text': true });
}

/** true or false; also takes the texts "true" and "false" in any case. */
export function booleanOrText(options: { description?: string } = {}) {
  return Type.Boolean({ ...options, 'x-reads-text': true });
}

/** Names and texts of the caller's own choice, such as Metadata. Names keep their case, numbers become texts, null is gone. */
export function textMap(options: { description?: string } = {}) {
  return Type.Record(Type.String(), textOrNumber(), options);
}

/** Any JSON object of the caller's own, such as TemplateModel: kept as it is, null included. PHP sends `[]` for an empty one. */
export function freeObject(options: { description?: string } = {}) {
  return Type.Record(Type.String(), Type.Unknown(), { ...options, 'x-reads-empty-list': true });
}

/** The fields of an answer, from a table of their kinds: for tables that several features share, which know no TypeBox. */
export function fieldsOf<K extends string>(
  kinds: Readonly<Record<K, 'text' | 'yes_no'>>,
): Record<K, TString | TBoolean> {
  const entries = Object.entries(kinds).map(([name, kind]) => [name, kind === 'text' ? Type.String() : Type.Boolean()]);
  return Object.fromEntries(entries) as Record<K, TString | TBoolean>;
}
