// What opens and clicks tell of the program that read the message, and of where it was. Source: Postmark's pages "Open
// webhook" and "Click webhook"; the values of what is not known are those of posted bodies.

import type { Labels } from './event-facts.ts';
import { choiceOf, type Details, labelsIn, recordIn, textIn, textsOf } from './read-details.ts';

export const platformNames = ['WebMail', 'Desktop', 'Mobile', 'Unknown'] as const;
export type PlatformName = (typeof platformNames)[number];

export type Program = { name: string; company: string; family: string };

/** What is not known is absent, or empty. */
export type Place = {
  countryIsoCode?: string | undefined;
  country?: string | undefined;
  regionIsoCode?: string | undefined;
  region?: string | undefined;
  city?: string | undefined;
  zip?: string | undefined;
  /** `60.3913,5.3221`: latitude, longitude. */
  coords?: string | undefined;
  ip?: string | undefined;
};

/** The part of the `details` that an open and a click have in common. */
export type ReadingDetails = Labels & {
  userAgent: string;
  client?: Program | undefined;
  os?: Program | undefined;
  platform?: PlatformName | undefined;
  geo?: Place | undefined;
};

export type WireProgram = { Name: string; Company: string; Family: string };

export type WirePlace = {
  CountryISOCode?: string;
  Country?: string;
  RegionISOCode?: string;
  Region?: string;
  City?: string;
  Zip?: string;
  Coords?: string;
  IP?: string;
};

export function wireProgram(program: Program | undefined): WireProgram {
  const wire = (text: string | undefined) => text || 'unknown';
  return { Name: wire(program?.name), Company: wire(program?.company), Family: wire(program?.family) };
}

/** All eight keys, or none of them when nothing is known. */
export function wirePlace(place: Place | undefined): WirePlace {
  const wire = {
    CountryISOCode: place?.countryIsoCode ?? '',
    Country: place?.country ?? '',
    RegionISOCode: place?.regionIsoCode ?? '',
    Region: place?.region ?? '',
    City: place?.city ?? '',
    Zip: place?.zip ?? '',
    Coords: place?.coords ?? '',
    IP: place?.ip ?? '',
  };
  return Object.values(wire).every(text => text === '') ? {} : wire;
}

export function readReading(details: Details): ReadingDetails {
  return {
    userAgent: textIn(details, 'userAgent') ?? '',
    client: readProgram(recordIn(details, 'client')),
    os: readProgram(recordIn(details, 'os')),
    platform: choiceOf(textIn(details, 'platform'), platformNames),
    geo: textsOf(recordIn(details, 'geo')),
    ...labelsIn(details),
  };
}

function readProgram(program: Details): Program {
  const [name = '', company = '', family = ''] = ['name', 'company', 'family'].map(key => textIn(program, key));
  return { name, company, family };
}
