// The payload of a bounce. An SMTP API error, a message that was refused while it was submitted over SMTP, is a bounce of
// the type SMTPApiError. Source: Postmark's page "Bounce webhook"; the order of the keys is that of the page.

import { type BounceTypeName, bounceTypeByName, bounceTypeNames } from '@pennyblack/email/bounces/bounce-types.ts';
import type { Labels, MessageFacts } from './event-facts.ts';
import { choiceOf, type Details, labelsIn, numberIn, textIn } from './read-details.ts';
import { wireMetadata, wireReply, wireTag, wireTime } from './wire-values.ts';

/** The `details` of `recipient_bounced`, `bounce_reported` and `complaint_reported`. Whether the address is inactive, and may be activated, follows from the type. */
export type BounceDetails = Labels & {
  bounceId: number;
  type: BounceTypeName;
  /** The mail server's answer, when the message was refused in the conversation. */
  reply?: string | undefined;
  /** What else tells the reason, in words: an excerpt of a report that came by mail, or our own of an SMTP API error. */
  report?: string | undefined;
  /** The sender's address. */
  from: string;
  subject: string;
  /** There is a source to be read. */
  hasDump?: boolean | undefined;
  /** The source itself, put here by who loads the event for a call that wants it. */
  content?: string | undefined;
};

export type BouncePayload = {
  RecordType: 'Bounce';
  MessageStream: string;
  ID: number;
  Type: string;
  TypeCode: number;
  Name: string;
  Tag: string;
  MessageID: string;
  Metadata: Record<string, string>;
  ServerID: number;
  Description: string;
  Details: string;
  Email: string;
  From: string;
  BouncedAt: string;
  DumpAvailable: boolean;
  Inactive: boolean;
  CanActivate: boolean;
  Subject: string;
  Content?: string;
};

/** `includesContent` is the customer's choice for the webhook. */
export function bouncePayload(
  facts: MessageFacts,
  bounce: BounceDetails,
  { includesContent }: { includesContent: boolean },
): BouncePayload {
  const type = bounceTypeByName[bounce.type];
  return {
    RecordType: 'Bounce',
    MessageStream: facts.streamId,
    ID: bounce.bounceId,
    Type: bounce.type,
    TypeCode: type.code,
    Name: type.name,
    Tag: wireTag(bounce.tag),
    MessageID: facts.messageId,
    Metadata: wireMetadata(bounce.metadata),
    ServerID: facts.serverId,
    Description: type.description,
    Details: bounce.reply === undefined ? (bounce.report ?? '') : wireReply(bounce.reply),
    Email: facts.recipient,
    From: bounce.from,
    BouncedAt: wireTime(facts.occurredAt),
    DumpAvailable: bounce.hasDump === true || bounce.content !== undefined,
    Inactive: type.deactivates,
    CanActivate: type.canActivate,
    Subject: bounce.subject,
    ...(includesContent && bounce.content !== undefined ? { Content: bounce.content } : {}),
  };
}

export function readBounce(details: Details): BounceDetails {
  return {
    bounceId: numberIn(details, 'bounceId') ?? 0,
    type: choiceOf(textIn(details, 'type'), bounceTypeNames) ?? 'Unknown',
    reply: textIn(details, 'reply'),
    report: textIn(details, 'report'),
    from: textIn(details, 'from') ?? '',
    subject: textIn(details, 'subject') ?? '',
    hasDump: details.hasDump === true,
    content: textIn(details, 'content'),
    ...labelsIn(details),
  };
}
