// Decides whether a stream may be as a request wants it. Pure. Source: Postmark's message streams API and its error codes
// 1221 to 1240.

import { Refusal } from '../../refusals.ts';
import {
  type NewStream,
  type StreamChange,
  type StreamDetails,
  type StreamType,
  streamTypes,
  type UnsubscribeHandling,
  unsubscribeHandlings,
} from './stream.ts';

/** A request's fields as they came, in the right JSON types. */
export type StreamFields = {
  streamId?: string | undefined;
  name?: string | undefined;
  description?: string | undefined;
  streamType?: string | undefined;
  unsubscribeHandling?: string | undefined;
};

const idPattern = /^[a-z][a-z0-9_-]{0,29}$/;
const idPrefixOfPostmark = 'pm-';
/** Words that mean something where a stream's id is expected. Postmark's own list is not published. */
const reservedIds: ReadonlySet<string> = new Set(['all', 'any', 'none']);
const nameLengthMax = 100;
const descriptionLengthMax = 1000;
const htmlTag = /<[a-z/!?][^>]*>/i;
/** Archived streams do not count. */
export const streamsMax = 10;
const archivedDaysMax = 45;

function findChoice<T extends string>(choices: readonly T[], text: string): T | undefined {
  return choices.find(choice => choice.toLowerCase() === text.toLowerCase());
}

function readId(text: string | undefined): string {
  if (text === undefined || text === '') throw new Refusal('stream_id_required');
  if (text.startsWith(idPrefixOfPostmark)) throw new Refusal('stream_id_prefix_forbidden');
  if (!idPattern.test(text))
    throw new Refusal(
      'stream_id_invalid',
      "The 'ID' must begin with a lower-case letter and hold only lower-case letters, digits, '-' and '_', at most 30.",
    );
  if (reservedIds.has(text)) throw new Refusal('stream_id_reserved', `The 'ID' '${text}' is reserved.`);
  return text;
}

function readName(text: string | undefined): string {
  const name = text?.trim() ?? '';
  if (name === '') throw new Refusal('stream_name_required');
  if (name.length > nameLengthMax) throw new Refusal('stream_name_too_long');
  return name;
}

/** An empty description is none. */
function readDescription(text: string | undefined): string | null {
  if (text === undefined || text === '') return null;
  if (text.length > descriptionLengthMax) throw new Refusal('stream_description_too_long');
  if (htmlTag.test(text)) throw new Refusal('stream_description_has_html');
  return text;
}

function readCreatableType(text: string | undefined): StreamType {
  const type = text === undefined ? undefined : findChoice(streamTypes, text);
  if (type === undefined)
    throw new Refusal('stream_type_invalid', "The 'MessageStreamType' must be Transactional or Broadcasts.");
  // Every server has had its inbound stream from the beginning.
  if (type === 'Inbound') throw new Refusal('stream_second_inbound');
  return type;
}

/** Broadcasts must let their readers go; to other mail there is no subscription. */
function readHandling(text: string, streamType: StreamType): UnsubscribeHandling {
  const handling = findChoice(unsubscribeHandlings, text);
  if (handling === undefined) throw new Refusal('unsubscribe_handling_invalid');
  const isSupported = (streamType === 'Broadcasts') === (handling !== 'None');
  if (!isSupported)
    throw new Refusal(
      'unsubscribe_handling_not_supported',
      `The 'UnsubscribeHandlingType' '${handling}' is not supported for message streams of the type ${streamType}.`,
    );
  return handling;
}

export function defaultHandling(streamType: StreamType): UnsubscribeHandling {
  return streamType === 'Broadcasts' ? 'Postmark' : 'None';
}

/** @throws Refusal 1221 to 1224, 1227, 1228, 1231, 1233, 1234, 1237, 1239, 1240. */
export function readNewStream(fields: StreamFields): NewStream {
  const streamId = readId(fields.streamId);
  const name = readName(fields.name);
  const streamType = readCreatableType(fields.streamType);
  const description = readDescription(fields.description);
  const unsubscribeHandling = fields.unsubscribeHandling
    ? readHandling(fields.unsubscribeHandling, streamType)
    : defaultHandling(streamType);
  return { streamId, name, streamType, description, unsubscribeHandling };
}

/** @throws Refusal 1223, 1224, 1231, 1234, 1239, 1240. */
export function readStreamChange(fields: StreamFields, streamType: StreamType): StreamChange {
  const { name, description, unsubscribeHandling } = fields;
  return {
    ...(name === undefined ? {} : { name: readName(name) }),
    ...(description === undefined ? {} : { description: readDescription(description) }),
    ...(unsubscribeHandling ? { unsubscribeHandling: readHandling(unsubscribeHandling, streamType) } : {}),
  };
}

/** The type that a list is filtered by; undefined is all of them. @throws Refusal 1221. */
export function readTypeFilter(text: string | undefined): StreamType | undefined {
  if (text === undefined || text.toLowerCase() === 'all') return undefined;
  const type = findChoice(streamTypes, text);
  if (type === undefined) throw new Refusal('stream_type_invalid');
  return type;
}

/** When the data of an archived stream is removed. */
export function purgeDate(archivedAt: Date): Date {
  return new Date(archivedAt.getTime() + archivedDaysMax * 86_400_000);
}

export function isTooLateToUnarchive(archivedAt: Date, now: Date): boolean {
  return purgeDate(archivedAt) <= now;
}

/** The moment before which a stream was archived whose time is over. */
export function latestArchivedToPurge(now: Date): Date {
  return new Date(now.getTime() - archivedDaysMax * 86_400_000);
}

/** Where mail goes that names no stream, and where mail comes in, are always there. @throws Refusal 1229. */
export function refuseArchivingDefault(stream: Pick<StreamDetails, 'streamId' | 'streamType'>): void {
  if (stream.streamId === 'outbound' || stream.streamType === 'Inbound')
    throw new Refusal('stream_default_cannot_be_archived');
}
