// How programs, places and readers look on the wire, in answers and in calls of webhooks. Source: Postmark's Messages API
// and webhook pages; the values of what is not known are those of posted bodies. ReaderClass is ours.

import type { Place, Program, ReaderClass } from './reading.ts';

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

export const wireReaderClasses: Readonly<Record<ReaderClass, string>> = {
  human: 'Human',
  apple_proxy: 'ApplePrivacyProxy',
  gmail_proxy: 'GmailProxy',
  other_proxy: 'OtherProxy',
  scanner: 'Scanner',
  prefetch: 'Prefetch',
};
