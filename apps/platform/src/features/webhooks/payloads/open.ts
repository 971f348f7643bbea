// The payload of an open. Source: Postmark's page "Open webhook"; the order of the keys is that of the page, with ServerID
// after MessageStream, as the newest of its samples has it too.

import type { MessageFacts } from './event-facts.ts';
import { type Details, numberIn } from './read-details.ts';
import {
  type ReadingDetails,
  readReading,
  type WireReader,
  type WireReading,
  wireReader,
  wireReading,
} from './reading.ts';

/** Exactly what the event of an open is to hold as its `details`, once tracking records it. */
export type OpenDetails = ReadingDetails & {
  /** Whether this recipient opened this message for the first time. */
  isFirst: boolean;
  /** Absent when it was not measured. */
  readSeconds?: number | undefined;
};

export type OpenPayload = {
  RecordType: 'Open';
  MessageStream: string;
  ServerID: number;
  FirstOpen: boolean;
  ReadSeconds: number;
} & WireReader &
  WireReading;

export function openPayload(facts: MessageFacts, open: OpenDetails): OpenPayload {
  return {
    RecordType: 'Open',
    MessageStream: facts.streamId,
    ServerID: facts.serverId,
    FirstOpen: open.isFirst,
    ...wireReader(open),
    ReadSeconds: open.readSeconds ?? 0,
    ...wireReading(facts, open),
  };
}

export function readOpen(details: Details): OpenDetails {
  return {
    isFirst: details.isFirst === true,
    readSeconds: numberIn(details, 'readSeconds'),
    ...readReading(details),
  };
}
