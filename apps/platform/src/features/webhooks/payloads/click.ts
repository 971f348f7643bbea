// The payload of a click. Source: Postmark's page "Click webhook"; the order of the keys is that of the page, with ServerID
// after MessageStream as in opens.

import {
  type WirePlace,
  type WireProgram,
  wirePlace,
  wireProgram,
  wireReaderClasses,
} from '../../tracking/wire-reading.ts';
import type { MessageFacts } from './event-facts.ts';
import { choiceOf, type Details, textIn } from './read-details.ts';
import { type ReadingDetails, readReading } from './reading-program.ts';
import { wireMetadata, wireTag, wireTime } from './wire-values.ts';

export const clickLocations = ['HTML', 'Text'] as const;
export type ClickLocation = (typeof clickLocations)[number];

/**
 * Exactly what the event of a click is to hold as its `details`. A webhook
 * hears of a recipient's first click on a link only.
 */
export type ClickDetails = ReadingDetails & {
  /** The part of the message that the link stood in. */
  location: ClickLocation;
  /** The customer's URL, as it was before it was rewritten. */
  originalLink: string;
};

export type ClickPayload = {
  RecordType: 'Click';
  MessageStream: string;
  ServerID: number;
  ClickLocation: ClickLocation;
  Client: WireProgram;
  OS: WireProgram;
  Platform: string;
  UserAgent: string;
  OriginalLink: string;
  Geo: WirePlace;
  MessageID: string;
  Metadata: Record<string, string>;
  ReceivedAt: string;
  Tag: string;
  Recipient: string;
  /** Ours: who is believed to have read. Old clients pass it over. */
  ReaderClass: string;
};

export function clickPayload(facts: MessageFacts, click: ClickDetails): ClickPayload {
  return {
    RecordType: 'Click',
    MessageStream: facts.streamId,
    ServerID: facts.serverId,
    ClickLocation: click.location,
    Client: wireProgram(click.client),
    OS: wireProgram(click.os),
    Platform: click.platform ?? 'Unknown',
    UserAgent: click.userAgent,
    OriginalLink: click.originalLink,
    Geo: wirePlace(click.geo),
    MessageID: facts.messageId,
    Metadata: wireMetadata(click.metadata),
    ReceivedAt: wireTime(facts.occurredAt),
    Tag: wireTag(click.tag),
    Recipient: facts.recipient,
    ReaderClass: wireReaderClasses[click.readerClass ?? 'human'],
  };
}

export function readClick(details: Details): ClickDetails {
  return {
    location: choiceOf(textIn(details, 'location'), clickLocations) ?? 'HTML',
    originalLink: textIn(details, 'originalLink') ?? '',
    ...readReading(details),
  };
}
