// Reads single values of JSON: texts, numbers, booleans and choices, and what some clients send in their place.

import type { Reading } from './reading.ts';

/** Reads one value. `undefined` means that it counts as absent, or that it is wrong and was noted. */
export type ValueReader = {
  /** Whether the value has the JSON type this reader is for; decides between the alternatives of a union. */
  takes(value: unknown): boolean;
  read(value: unknown, reading: Reading): unknown;
};

export function textReader(readsNumbers: boolean): ValueReader {
  return {
    takes: value => typeof value === 'string' || (readsNumbers && typeof value === 'number'),
    read(value, reading) {
      if (typeof value === 'string') return reading.hasOddText ? reading.cleanText(value) : value;
      // A whole number beyond 2^53 has lost digits already; its text would be another id than the caller's.
      if (readsNumbers && typeof value === 'number' && (!Number.isInteger(value) || Number.isSafeInteger(value)))
        return String(value);
      return reading.noteWrong();
    },
  };
}

export function numberReader(isRight: (value: number) => boolean, readsText: boolean): ValueReader {
  return {
    takes: value => typeof value === 'number' || (readsText && typeof value === 'string'),
    read(value, reading) {
      if (typeof value === 'number' && isRight(value)) return value;
      if (readsText && typeof value === 'string') {
        const text = value.trim();
        if (text === '') return undefined;
        if (/^-?\d+(\.\d+)?$/.test(text) && isRight(Number(text))) return Number(text);
      }
      return reading.noteWrong();
    },
  };
}

export function booleanReader(readsText: boolean): ValueReader {
  return {
    takes: value => typeof value === 'boolean' || (readsText && typeof value === 'string'),
    read(value, reading) {
      if (typeof value === 'boolean') return value;
      if (readsText && typeof value === 'string') {
        const text = value.trim().toLowerCase();
        if (text === '') return undefined;
        if (text === 'true') return true;
        if (text === 'false') return false;
      }
      return reading.noteWrong();
    },
  };
}

/** Texts are matched in any case and read as the schema writes them; an empty text counts as absent. */
export function choiceReader(choices: readonly unknown[]): ValueReader {
  const byLowerCase = new Map<unknown, unknown>();
  for (const choice of choices) byLowerCase.set(typeof choice === 'string' ? choice.toLowerCase() : choice, choice);
  const find = (value: unknown) => byLowerCase.get(typeof value === 'string' ? value.toLowerCase() : value);
  return {
    takes: value => value === '' || find(value) !== undefined,
    read(value, reading) {
      if (value === '' && !byLowerCase.has('')) return undefined;
      return find(value) ?? reading.noteWrong();
    },
  };
}
