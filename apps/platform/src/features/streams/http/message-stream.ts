// A message stream as the API shows and takes it. Source: Postmark's message streams API.

import { type Static, Type } from 'typebox';
import { toEasternWireDate } from '../../../edges/http-api/dates.ts';
import type { StreamDetails } from '../stream.ts';
import { purgeDate, type StreamFields } from '../stream-rules.ts';

const dateOrNull = Type.Union([Type.String(), Type.Null()]);

export const messageStreamSchema = Type.Object({
  ID: Type.String(),
  ServerID: Type.Integer(),
  Name: Type.String(),
  Description: Type.Union([Type.String(), Type.Null()]),
  MessageStreamType: Type.String({ description: 'Transactional, Broadcasts or Inbound.' }),
  CreatedAt: Type.String(),
  UpdatedAt: dateOrNull,
  ArchivedAt: dateOrNull,
  ExpectedPurgeDate: dateOrNull,
  SubscriptionManagementConfiguration: Type.Object({
    UnsubscribeHandlingType: Type.String({ description: 'None, Postmark or Custom.' }),
  }),
});

function wireDateOrNull(date: Date | null): string | null {
  return date === null ? null : toEasternWireDate(date);
}

export function toWireStream(stream: StreamDetails): Static<typeof messageStreamSchema> {
  return {
    ID: stream.streamId,
    ServerID: stream.serverId,
    Name: stream.name,
    Description: stream.description,
    MessageStreamType: stream.streamType,
    CreatedAt: toEasternWireDate(stream.createdAt),
    UpdatedAt: wireDateOrNull(stream.updatedAt),
    ArchivedAt: wireDateOrNull(stream.archivedAt),
    ExpectedPurgeDate: wireDateOrNull(stream.archivedAt && purgeDate(stream.archivedAt)),
    SubscriptionManagementConfiguration: { UnsubscribeHandlingType: stream.unsubscribeHandling },
  };
}

/** What may be changed later too. */
export const streamChangeFields = {
  Name: Type.Optional(Type.String({ description: '1 to 100 characters.' })),
  Description: Type.Optional(Type.String({ description: 'At most 1000 characters, without HTML.' })),
  SubscriptionManagementConfiguration: Type.Optional(
    Type.Object({
      UnsubscribeHandlingType: Type.Optional(
        Type.String({ description: 'Postmark or Custom for Broadcasts, None for others.' }),
      ),
    }),
  ),
};
const streamChangeBody = Type.Object(streamChangeFields);

export function toStreamFields(body: Static<typeof streamChangeBody>): StreamFields {
  return {
    name: body.Name,
    description: body.Description,
    unsubscribeHandling: body.SubscriptionManagementConfiguration?.UnsubscribeHandlingType,
  };
}
