// The part of an attachment's URL that says which attachment it is and until when: signed, so that nobody can make one.
//
// base64url of: version (1 byte), message id (16), position of the attachment in its message (2), end in seconds since 1970
// (4), server id (unsigned LEB128, 1 to 8), MAC (16).

import { timingSafeEqual } from 'node:crypto';
import {
  macOf,
  messageIdBytes,
  readServerId,
  readUuid,
  serverIdBytesMax,
  writeServerId,
  writeUuid,
} from '../return-path/signed-reference.ts';

export type AttachmentReference = {
  serverId: number;
  messageId: string;
  /** In the order in which the message shows its attachments, from 0. */
  position: number;
  /** To the second. */
  endsAt: Date;
};

export const attachmentPath = '/inbound-attachments';

const version = 1;
const positionAt = 1 + messageIdBytes;
const endsAt = positionAt + 2;
const serverAt = endsAt + 4;
/** 128 bits: whoever has one is let in without anything else. */
const macBytes = 16;

/** `key` is the newest of the ring. Its bytes must not change after the first call. */
export function encodeAttachmentToken(reference: AttachmentReference, key: Buffer): string {
  const content = Buffer.alloc(serverAt + serverIdBytesMax + macBytes);
  content[0] = version;
  writeUuid(content.subarray(1), reference.messageId);
  content.writeUInt16BE(reference.position, positionAt);
  content.writeUInt32BE(Math.floor(reference.endsAt.getTime() / 1000), endsAt);
  const end = writeServerId(content, serverAt, reference.serverId);
  macOf(content.subarray(0, end), key).copy(content, end, 0, macBytes);
  return content.toString('base64url', 0, end + macBytes);
}

/** Undefined when it is not exactly what one of these keys made. Whether it has ended is the caller's question. */
export function decodeAttachmentToken(text: string, keys: readonly Buffer[]): AttachmentReference | undefined {
  const content = Buffer.from(text, 'base64url');
  // Each token has one spelling: the decoder would pass over foreign letters and left-over bits.
  if (content.length <= serverAt + macBytes || content.toString('base64url') !== text) return undefined;
  const signed = content.subarray(0, content.length - macBytes);
  const mac = content.subarray(content.length - macBytes);
  if (!keys.some(key => timingSafeEqual(macOf(signed, key).subarray(0, macBytes), mac))) return undefined;
  const serverId = readServerId(signed.subarray(serverAt));
  if (signed[0] !== version || serverId === undefined) return undefined;
  return {
    serverId,
    messageId: readUuid(signed.subarray(1)),
    position: signed.readUInt16BE(positionAt),
    endsAt: new Date(signed.readUInt32BE(endsAt) * 1000),
  };
}
