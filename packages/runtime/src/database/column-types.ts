// How PostgreSQL's values become JavaScript's.

import assert from 'node:assert/strict';
import pg from 'pg';

type Parser = (text: string) => unknown;

const int8 = 20;
const date = 1082;
const timestampWithoutZone = 1114;
const int8Array = 1016;

/** @throws AssertionError when the value cannot be held exactly. */
export function parseBigint(text: string): number {
  const value = Number(text);
  assert(Number.isSafeInteger(value), `bigint ${text} is beyond the integers that JavaScript holds exactly`);
  return value;
}

// The driver's list of type ids leaves arrays out; its parsers do not.
const parserOf = pg.types.getTypeParser as (typeId: number) => Parser;
const parseTextArray = parserOf(1009);

const parsers: ReadonlyMap<number, Parser> = new Map<number, Parser>([
  [int8, parseBigint],
  // An array of bigint is written like one of text; each element is then checked like a single one.
  [int8Array, text => mapNested(parseTextArray(text), parseBigint)],
  // The driver would read these two in the machine's own time zone, which is never what is meant.
  [date, text => text],
  [timestampWithoutZone, text => text],
]);

function mapNested(value: unknown, parse: (text: string) => number): unknown {
  if (Array.isArray(value)) return value.map(item => mapNested(item, parse));
  return value === null ? null : parse(String(value));
}

/** The driver's own parsers, except where ours are exact. */
export const columnTypes = {
  getTypeParser: ((typeId: number, format?: 'text' | 'binary') =>
    (format ?? 'text') === 'text' && parsers.has(typeId)
      ? parsers.get(typeId)
      : pg.types.getTypeParser(typeId, format as 'text')) as typeof pg.types.getTypeParser,
};
