// Reads `count` and `offset` of the lists. Each family of endpoints refuses with a code of its own, so this gives a
// decision with a text, and the caller names the refusal. Source: Postmark's API reference, messages and bounces.

import { Type } from 'typebox';

export type Paging = { kind: 'page'; count: number; offset: number } | { kind: 'refused'; text: string };

/** To be spread into an endpoint's query schema. Texts, because a wrong value has the code of the list and not 403. */
export const pagingQuery = {
  count: Type.Optional(Type.String({ description: 'Entries to return, 1 to 500.' })),
  offset: Type.Optional(Type.String({ description: 'Entries to pass over first.' })),
};

const countMax = 500;

/** Deeper than this no list can be read; `null` for lists that have no such limit. */
export const lastEntryMax = 10_000;

/** Pure. Both are required, as Postmark documents them. */
export function readPaging(
  query: { count?: string | undefined; offset?: string | undefined },
  sumMax: number | null = lastEntryMax,
): Paging {
  if (query.count === undefined) return refuse("The 'count' parameter is required.");
  if (query.offset === undefined) return refuse("The 'offset' parameter is required.");
  const count = readWholeNumber(query.count);
  const offset = readWholeNumber(query.offset);
  if (count === undefined || count < 1 || count > countMax)
    return refuse(`The 'count' parameter must be a whole number from 1 to ${countMax}.`);
  if (offset === undefined || offset < 0) return refuse("The 'offset' parameter must be a whole number from 0 up.");
  if (sumMax !== null && count + offset > sumMax)
    return refuse(`The sum of 'count' and 'offset' may not exceed ${sumMax}.`);
  return { kind: 'page', count, offset };
}

function refuse(text: string): Paging {
  return { kind: 'refused', text };
}

function readWholeNumber(text: string): number | undefined {
  if (!/^\s*[+-]?\d{1,15}\s*$/.test(text)) return undefined;
  return Number(text);
}
