// Query parameters: names in any case (clients disagree: fromdate, fromDate, FromDate) and with or without underscores
// (client_name, clientName), an empty value counts as absent, booleans in any case.

import type { TSchema } from 'typebox';
import { Refusal } from '../../refusals.ts';
import { compileReader } from './canonical-reader.ts';

export type QueryParameters = ReadonlyMap<string, string>;

const noParameters: QueryParameters = new Map();

/** `text` is the part after the question mark. Where a name comes twice, the last one counts. Throws `Refusal` at a NUL. */
export function parseQuery(text: string): QueryParameters {
  if (text === '') return noParameters;
  const parameters = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(text)) {
    if (value === '') continue;
    // PostgreSQL stores no NUL, so none can be asked for.
    if (value.includes('\0') || name.includes('\0'))
      throw new Refusal('fields_invalid', `Invalid request field(s): ${name.replaceAll('\0', '')}`);
    parameters.set(name.toLowerCase(), value);
  }
  return parameters;
}

/** The reader throws `Refusal` fields_invalid (403) for a value of the wrong type. */
export function compileQueryReader(schema: TSchema): (parameters: QueryParameters) => unknown {
  const properties = (schema as { properties?: Record<string, object> }).properties;
  if (properties === undefined) throw new Error('The query of an endpoint must be described by an object schema.');
  const namesBySqueezedName = new Map(Object.keys(properties).map(name => [squeeze(name), name]));
  const read = compileReader({ ...schema, properties: everyTypeFromText(properties) } as TSchema);

  return parameters => {
    const given: Record<string, string> = {};
    for (const [parameter, value] of parameters) {
      const name = namesBySqueezedName.get(squeeze(parameter));
      if (name !== undefined) given[name] = value;
    }
    const result = read(given, false);
    if (result.kind === 'read') return result.value;
    const fields = result.kind === 'wrong_fields' ? result.fields.map(field => field.replace(/^\$\./, '')) : [];
    throw new Refusal('fields_invalid', `Invalid request field(s): ${fields.join(', ')}`);
  };
}

function squeeze(name: string): string {
  return name.toLowerCase().replaceAll('_', '');
}

/** Everything in a query arrives as text, so numbers and booleans are read from it. */
function everyTypeFromText(properties: Record<string, object>): Record<string, object> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, { ...schema, 'x-reads-text': true }]),
  );
}
