// What the payloads of opens and clicks have in common: the program that read the message, and where it was. Source:
// Postmark's pages "Open webhook" and "Click webhook"; the values of what is not known are those of posted bodies.

import type { Labels, MessageFacts } from './event-facts.ts';
import { choiceOf, type Details, labelsIn, recordIn, textIn, textsOf } from './read-details.ts';
import { wireMetadata, wireTag, wireTime } from './wire-values.ts';

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

type WireProgram = { Name: string; Company: string; Family: string };

type WirePlace = {
  CountryISOCode?: string;
  Country?: string;
  RegionISOCode?: string;
  Region?: string;
  City?: string;
  Zip?: string;
  Coords?: string;
  IP?: string;
};

export type WireReader = { Client: WireProgram; OS: WireProgram; Platform: string; UserAgent: string };

export type WireReading = {
  Geo: WirePlace;
  MessageID: string;
  Metadata: Record<string, string>;
  ReceivedAt: string;
  Tag: string;
  Recipient: string;
};

export function wireReader({ client, os, platform, userAgent }: ReadingDetails): WireReader {
  return { Client: wireProgram(client), OS: wireProgram(os), Platform: platform ?? 'Unknown', UserAgent: userAgent };
}

/** The keys that both payloads end with. */
export function wireReading(facts: MessageFacts, { geo, metadata, tag }: ReadingDetails): WireReading {
  return {
    Geo: wirePlace(geo),
    MessageID: facts.messageId,
    Metadata: wireMetadata(metadata),
    ReceivedAt: wireTime(facts.occurredAt),
    Tag: wireTag(tag),
    Recipient: facts.recipient,
  };
}

function wireProgram(program: Program | undefined): WireProgram {
  const wire = (text: string | undefined) => text || 'unknown';
  return { Name: wire(program?.name), Company: wire(program?.company), Family: wire(program?.family) };
}

/** All eight keys, or none of them when nothing is known. */
function wirePlace(place: Place | undefined): WirePlace {
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
