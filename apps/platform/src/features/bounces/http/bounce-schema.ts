// A bounce as the Bounce API shows it, in the order of Postmark's documentation.

import { bounceTypeByName } from '@pennyblack/email/bounces/bounce-types.ts';
import { Type } from 'typebox';
import { toWireDate } from '../../../edges/http-api/dates.ts';
import type { StoredBounce } from '../bounce.ts';
import { hasDump } from '../bounce-dump.ts';

const bounceFields = {
  RecordType: Type.Literal('Bounce'),
  ID: Type.Integer(),
  Type: Type.String(),
  TypeCode: Type.Integer(),
  Name: Type.String(),
  Tag: Type.Union([Type.String(), Type.Null()]),
  MessageID: Type.String(),
  ServerID: Type.Integer(),
  MessageStream: Type.String(),
  Description: Type.String(),
  Details: Type.String(),
  Email: Type.String(),
  From: Type.String(),
  BouncedAt: Type.String(),
  DumpAvailable: Type.Boolean(),
  Inactive: Type.Boolean(),
  CanActivate: Type.Boolean(),
  Subject: Type.String(),
};

export const bounceSchema = Type.Object(bounceFields);
export const bounceWithContentSchema = Type.Object({ ...bounceFields, Content: Type.Optional(Type.String()) });

export function toWireBounce(bounce: StoredBounce, now: Date) {
  const type = bounceTypeByName[bounce.type];
  return {
    RecordType: 'Bounce' as const,
    ID: bounce.bounceId,
    Type: bounce.type,
    TypeCode: type.code,
    Name: type.name,
    Tag: bounce.tag,
    MessageID: bounce.messageId,
    ServerID: bounce.serverId,
    MessageStream: bounce.streamId,
    Description: type.description,
    Details: bounce.details,
    Email: bounce.emailAddress,
    From: bounce.fromAddress,
    BouncedAt: toWireDate(bounce.bouncedAt),
    DumpAvailable: hasDump(bounce, now),
    Inactive: bounce.isInactive,
    CanActivate: bounce.canActivate,
    Subject: bounce.subject,
  };
}

/** `Content` is there while the source is. */
export function toWireBounceWithContent(bounce: StoredBounce, content: string | undefined, now: Date) {
  return { ...toWireBounce(bounce, now), ...(content === undefined ? {} : { Content: content }) };
}
