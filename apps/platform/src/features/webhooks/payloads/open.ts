// The payload of an open. Source: Postmark's page "Open webhook"; the order of the keys is that of the page, with ServerID
// after MessageStream, as the newest of its samples has it too.

import {
  type WirePlace,
  type WireProgram,
  wirePlace,
  wireProgram,
  wireReaderClasses,
} from '../../tracking/wire-reading.ts';
import type { MessageFacts } from './event-facts.ts';
import { type Details, numberIn } from './read-details.ts';
import { type ReadingDetails, readReading } from './reading-program.ts';
import { wireMetadata, wireTag, wireTime } from './wire-values.ts';

/** Exactly what the event of an open is to hold as its `details`. */
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
  Client: WireProgram;
  OS: WireProgram;
  Platform: string;
  UserAgent: string;
  ReadSeconds: number;
  Geo: WirePlace;
  MessageID: string;
  Metadata: Record<string, string>;
  ReceivedAt: string;
  Tag: string;
  Recipient: string;
  /** Ours: who is believed to have read. Old clients pass it over. */
  ReaderClass: string;
};

export function openPayload(facts: MessageFacts, open: OpenDetails): OpenPayload {
  return {
    RecordType: 'Open',
    MessageStream: facts.streamId,
    ServerID: facts.serverId,
    FirstOpen: open.isFirst,
    Client: wireProgram(open.client),
    OS: wireProgram(open.os),
    Platform: open.platform ?? 'Unknown',
    UserAgent: open.userAgent,
    ReadSeconds: open.readSeconds ?? 0,
    Geo: wirePlace(open.geo),
    MessageID: facts.messageId,
    Metadata: wireMetadata(open.metadata),
    ReceivedAt: wireTime(facts.occurredAt),
    Tag: wireTag(open.tag),
    Recipient: facts.recipient,
    ReaderClass: wireReaderClasses[open.readerClass ?? 'human'],
  };
}

export function readOpen(details: Details): OpenDetails {
  return {
    isFirst: details.isFirst === true,
    readSeconds: numberIn(details, 'readSeconds'),
    ...readReading(details),
  };
}
