// Opens and clicks as the Messages API shows them. Source: Postmark's Messages API; ReaderClass and HumanCount are ours.

import { Type } from 'typebox';
import { toWireDate } from '../../../edges/http-api/dates.ts';
import type { FoundHit } from '../search-hits.ts';
import { wirePlace, wireProgram, wireReaderClasses } from '../wire-reading.ts';

const programSchema = Type.Object({ Name: Type.String(), Company: Type.String(), Family: Type.String() });

const placeSchema = Type.Object({
  CountryISOCode: Type.Optional(Type.String()),
  Country: Type.Optional(Type.String()),
  RegionISOCode: Type.Optional(Type.String()),
  Region: Type.Optional(Type.String()),
  City: Type.Optional(Type.String()),
  Zip: Type.Optional(Type.String()),
  Coords: Type.Optional(Type.String()),
  IP: Type.Optional(Type.String()),
});

const readingFields = {
  Client: programSchema,
  OS: programSchema,
  Platform: Type.String(),
  UserAgent: Type.String(),
  Geo: placeSchema,
  MessageID: Type.String(),
  MessageStream: Type.String(),
  ReceivedAt: Type.String(),
  Tag: Type.Optional(Type.String()),
  Recipient: Type.String(),
  ReaderClass: Type.String({ description: 'Who is believed to have read (extension).' }),
};

const countFields = {
  TotalCount: Type.Integer({ description: 'Counting ends at 10,000, as paging does.' }),
  HumanCount: Type.Integer({ description: 'Of those, with a person behind them, as is believed (extension).' }),
};

export const opensSchema = Type.Object({
  ...countFields,
  Opens: Type.Array(
    Type.Object({
      RecordType: Type.String(),
      FirstOpen: Type.Boolean(),
      ReadSeconds: Type.Integer(),
      ...readingFields,
    }),
  ),
});

export const clicksSchema = Type.Object({
  ...countFields,
  Clicks: Type.Array(
    Type.Object({
      RecordType: Type.String(),
      ClickLocation: Type.String(),
      OriginalLink: Type.String(),
      ...readingFields,
      FirstClick: Type.Boolean({ description: 'False only among repeated ones (extension).' }),
    }),
  ),
});

export function toWireOpen(hit: FoundHit) {
  const { client, os, platform, geo, ...rest } = wireReading(hit);
  return {
    RecordType: 'Open',
    FirstOpen: hit.isFirst,
    Client: client,
    OS: os,
    Platform: platform,
    UserAgent: hit.reading.userAgent,
    ReadSeconds: hit.reading.readSeconds ?? 0,
    Geo: geo,
    ...rest,
  };
}

export function toWireClick(hit: FoundHit) {
  const { client, os, platform, geo, ...rest } = wireReading(hit);
  return {
    RecordType: 'Click',
    ClickLocation: hit.location ?? 'HTML',
    Client: client,
    OS: os,
    Platform: platform,
    UserAgent: hit.reading.userAgent,
    OriginalLink: hit.originalLink ?? '',
    Geo: geo,
    ...rest,
    FirstClick: hit.isFirst,
  };
}

function wireReading({ reading, ...hit }: FoundHit) {
  return {
    client: wireProgram(reading.client),
    os: wireProgram(reading.os),
    platform: reading.platform,
    geo: wirePlace(reading.geo),
    MessageID: hit.messageId,
    MessageStream: hit.streamId,
    ReceivedAt: toWireDate(hit.at),
    ...(hit.tag === null ? {} : { Tag: hit.tag }),
    Recipient: hit.recipient,
    ReaderClass: wireReaderClasses[hit.readerClass],
  };
}
