// Turns parsed JSON into exactly what an endpoint's schema describes, in one pass: names in the schema's casing, null
// and unknown fields gone, texts and numbers converted where the schema says so, and every wrong field listed.
// The schema is walked once, at start. What clients send: Postmark's API reference and the official clients' sources.

import type { TSchema } from 'typebox';
import { readFreeValue } from './free-values.ts';
import { Reading } from './reading.ts';
import { booleanReader, choiceReader, numberReader, textReader, type ValueReader } from './scalar-readers.ts';

export type ReadResult =
  | { kind: 'read'; value: unknown }
  /** JSONPath-like, as in `$.Attachments[0].Name`. */
  | { kind: 'wrong_fields'; fields: string[] }
  | { kind: 'too_deep' };

/** `hasOddText`: some text may hold a NUL or half a surrogate pair, so each one is looked at. */
export type CanonicalReader = (json: unknown, hasOddText: boolean) => ReadResult;

type Schema = Readonly<Record<string, unknown>>;

/** Throws when the schema uses something that no endpoint needed so far: better at start than at a request. */
export function compileReader(schema: TSchema): CanonicalReader {
  const reader = compile(schema as Schema);
  return (json, hasOddText) => {
    const reading = new Reading(hasOddText);
    const value = reader.read(json, reading);
    if (reading.isTooDeep) return { kind: 'too_deep' };
    if (reading.wrongFields.length > 0) return { kind: 'wrong_fields', fields: reading.wrongFields };
    return { kind: 'read', value };
  };
}

function compile(schema: Schema): ValueReader {
  if (Array.isArray(schema.enum)) return choiceReader(schema.enum);
  if (schema.const !== undefined) return choiceReader([schema.const]);
  if (Array.isArray(schema.anyOf)) return unionReader(schema.anyOf as Schema[]);
  switch (schema.type) {
    case 'string':
      return textReader(schema['x-reads-numbers'] === true);
    case 'number':
      return numberReader(Number.isFinite, schema['x-reads-text'] === true);
    case 'integer':
      return numberReader(Number.isSafeInteger, schema['x-reads-text'] === true);
    case 'boolean':
      return booleanReader(schema['x-reads-text'] === true);
    case 'null':
      return { takes: value => value === null, read: () => undefined };
    case 'array':
      return listReader(compile(schema.items as Schema));
    case 'object':
      return schema.properties === undefined ? mapReader(schema) : objectReader(schema);
    case undefined:
      if (Object.keys(schema).every(keyword => keyword === 'description' || keyword.startsWith('~'))) return freeReader;
  }
  throw new Error(`This schema of a request cannot be read: ${JSON.stringify(schema)}`);
}

const freeReader: ValueReader = { takes: () => true, read: readFreeValue };

function unionReader(schemas: readonly Schema[]): ValueReader {
  const alternatives = schemas.map(compile);
  return {
    takes: value => alternatives.some(alternative => alternative.takes(value)),
    read(value, reading) {
      for (const alternative of alternatives) if (alternative.takes(value)) return alternative.read(value, reading);
      return reading.noteWrong();
    },
  };
}

function listReader(item: ValueReader): ValueReader {
  return {
    takes: Array.isArray,
    read(value, reading) {
      if (!Array.isArray(value)) return reading.noteWrong();
      const items: unknown[] = [];
      for (let index = 0; index < value.length; index += 1) {
        reading.enter(index);
        items.push(item.read(value[index], reading));
        reading.leave();
      }
      return items;
    },
  };
}

/** `readsNull`: null is no absence but the wish to clear, and is read as the empty text. */
type Field = { name: string; reader: ValueReader; readsNull: boolean };

function objectReader(schema: Schema): ValueReader {
  const fieldsByExactName = new Map<string, Field>();
  const fieldsByLowerName = new Map<string, Field>();
  for (const [name, fieldSchema] of Object.entries(schema.properties as Record<string, Schema>)) {
    const field: Field = { name, reader: compile(fieldSchema), readsNull: fieldSchema['x-reads-null'] === true };
    fieldsByExactName.set(name, field);
    fieldsByLowerName.set(name.toLowerCase(), field);
  }
  const requiredNames = (schema.required ?? []) as readonly string[];

  return {
    takes: isObject,
    read(value, reading) {
      if (!isObject(value)) return reading.noteWrong();
      const result: Record<string, unknown> = {};
      for (const name in value) {
        const given = value[name];
        const field = fieldsByExactName.get(name) ?? fieldsByLowerName.get(name.toLowerCase());
        if (field === undefined) continue;
        if (given === null) {
          if (field.readsNull) result[field.name] = '';
          continue;
        }
        reading.enter(field.name);
        const read = field.reader.read(given, reading);
        if (read !== undefined) result[field.name] = read;
        reading.leave();
      }
      for (const name of requiredNames) {
        if (result[name] !== undefined) continue;
        reading.enter(name);
        reading.noteWrong();
        reading.leave();
      }
      return result;
    },
  };
}

/** An object whose names are the caller's own. They keep their case. */
function mapReader(schema: Schema): ValueReader {
  const readsEmptyList = schema['x-reads-empty-list'] === true;
  const valueReader = compile(valueSchemaOf(schema));
  const isFree = valueReader === freeReader;
  return {
    takes: value => isObject(value) || (readsEmptyList && isEmptyList(value)),
    read(value, reading) {
      if (readsEmptyList && isEmptyList(value)) return {};
      if (!isObject(value)) return reading.noteWrong();
      if (isFree) return readFreeValue(value, reading);
      const result: Record<string, unknown> = {};
      for (const name in value) {
        const given = value[name];
        reading.enter(name);
        // Assigning to `__proto__` would change the object itself instead of adding a name to it.
        if (name === '__proto__' || (reading.hasOddText && !reading.isCleanName(name))) reading.noteWrong();
        else if (given !== null) {
          const read = valueReader.read(given, reading);
          if (read !== undefined) result[name] = read;
        }
        reading.leave();
      }
      return result;
    },
  };
}

function valueSchemaOf(schema: Schema): Schema {
  const patterns = Object.values((schema.patternProperties ?? {}) as Record<string, Schema>);
  if (patterns.length > 1) throw new Error(`This schema of a request cannot be read: ${JSON.stringify(schema)}`);
  const additional = typeof schema.additionalProperties === 'object' ? (schema.additionalProperties as Schema) : {};
  return patterns[0] ?? additional;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
