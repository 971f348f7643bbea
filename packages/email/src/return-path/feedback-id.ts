// The id by which a complaint names the message that it is about (CFBL-Feedback-ID, RFC 9477 3.2): nobody else can make
// one, as the RFC recommends. It names no recipient, because the header is the same for all of a message.
//
// `pb-` + base32 of: message id (16 bytes), server id (unsigned LEB128, 1 to 8), MAC (8).

import {
  macBytes,
  messageIdBytes,
  readServerId,
  readUuid,
  sealReference,
  serverIdBytesMax,
  unsealReference,
  writeServerId,
  writeUuid,
} from './signed-reference.ts';

export type FeedbackReference = { serverId: number; messageId: string };

const prefix = 'pb-';
const contentBytesMax = messageIdBytes + serverIdBytesMax + macBytes;
const form = /(?:^|[\s:;<"])pb-([a-z2-7]{35,60})(?=$|[\s:;>"])/i;

/** `key` is not the key of return paths. Its bytes must not change after the first call. */
export function encodeFeedbackId({ serverId, messageId }: FeedbackReference, key: Buffer): string {
  const content = Buffer.allocUnsafe(contentBytesMax);
  writeUuid(content, messageId);
  return prefix + sealReference(content, writeServerId(content, messageIdBytes, serverId), key);
}

/** `text` may hold more than the id, as Feedback-ID does. Undefined when there is none that these keys made. */
export function decodeFeedbackId(text: string, keys: readonly Buffer[]): FeedbackReference | undefined {
  const encoded = form.exec(text)?.[1];
  const signed = encoded === undefined ? undefined : unsealReference(encoded, keys);
  if (!signed || signed.length <= messageIdBytes) return undefined;
  const serverId = readServerId(signed.subarray(messageIdBytes));
  return serverId === undefined ? undefined : { serverId, messageId: readUuid(signed) };
}
