// What the calls about opens and clicks tell of the program that read the message, and of where it was.

import {
  type Place,
  type PlatformName,
  type Program,
  platformNames,
  type ReaderClass,
  readerClasses,
} from '../../tracking/reading.ts';
import type { Labels } from './event-facts.ts';
import { choiceOf, type Details, labelsIn, recordIn, textIn, textsOf } from './read-details.ts';

/** The part of the `details` that an open and a click have in common. */
export type ReadingDetails = Labels & {
  userAgent: string;
  client?: Program | undefined;
  os?: Program | undefined;
  platform?: PlatformName | undefined;
  geo?: Place | undefined;
  readerClass?: ReaderClass | undefined;
};

export function readReading(details: Details): ReadingDetails {
  return {
    userAgent: textIn(details, 'userAgent') ?? '',
    client: readProgram(recordIn(details, 'client')),
    os: readProgram(recordIn(details, 'os')),
    platform: choiceOf(textIn(details, 'platform'), platformNames),
    geo: textsOf(recordIn(details, 'geo')),
    readerClass: choiceOf(textIn(details, 'readerClass'), readerClasses),
    ...labelsIn(details),
  };
}

function readProgram(program: Details): Program {
  const [name = '', company = '', family = ''] = ['name', 'company', 'family'].map(key => textIn(program, key));
  return { name, company, family };
}
