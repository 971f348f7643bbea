// The payload of a click. Source: Postmark's page "Click webhook"; the order of the keys is that of the page, with ServerID
// after MessageStream as in opens.

import type { MessageFacts } from './event-facts.ts';
import { choiceOf, type Details, textIn } from './read-details.ts';
import {
  type ReadingDetails,
  readReading,
  type WireReader,
  type WireReading,
  wireReader,
  wireReading,
} from './reading.ts';

export const clickLocations = ['HTML', 'Text'] as const;
export type ClickLocation = (typeof clickLocations)[number];

/**
 * Exactly what the event of a click is to hold as its `details`, once tracking records it. Only a recipient's first click
 * on a link is such an event.
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
  OriginalLink: string;
} & WireReader &
  WireReading;

export function clickPayload(facts: MessageFacts, click: ClickDetails): ClickPayload {
  return {
    RecordType: 'Click',
    MessageStream: facts.streamId,
    ServerID: facts.serverId,
    ClickLocation: click.location,
    ...wireReader(click),
    OriginalLink: click.originalLink,
    ...wireReading(facts, click),
  };
}

export function readClick(details: Details): ClickDetails {
  return {
    location: choiceOf(textIn(details, 'location'), clickLocations) ?? 'HTML',
    originalLink: textIn(details, 'originalLink') ?? '',
    ...readReading(details),
  };
}
