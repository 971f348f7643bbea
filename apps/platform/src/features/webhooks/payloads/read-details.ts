// Reads the `details` of an event. They come back from the database as JSON of any age, so what is missing or of another
// type reads as absent: a call with a gap says more than none.

import type { Labels } from './event-facts.ts';

export type Details = Readonly<Record<string, unknown>>;

export function textIn(details: Details, name: string): string | undefined {
  const value = details[name];
  return typeof value === 'string' ? value : undefined;
}

export function numberIn(details: Details, name: string): number | undefined {
  const value = details[name];
  return typeof value === 'number' ? value : undefined;
}

/** Empty when it is not there. */
export function recordIn(details: Details, name: string): Details {
  const value = details[name];
  return isRecord(value) ? value : {};
}

/** Empty when it is not there; what is no object is left out. */
export function recordsIn(details: Details, name: string): Details[] {
  const value = details[name];
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

export function labelsIn(details: Details): Labels {
  return { tag: textIn(details, 'tag'), metadata: textsOf(recordIn(details, 'metadata')) };
}

/** Only the values that are texts. */
export function textsOf(record: Details): Record<string, string> {
  return Object.fromEntries(
    Object.entries(record).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/** `value` when it is one of `choices`. */
export function choiceOf<Choice extends string>(
  value: string | undefined,
  choices: readonly Choice[],
): Choice | undefined {
  return choices.find(choice => choice === value);
}

function isRecord(value: unknown): value is Details {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
