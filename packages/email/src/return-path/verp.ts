// The return path of one recipient (VERP): a bounce that comes back to it names the message and the recipient by
// itself, and nobody else can make one. The local part stays within 64 characters (RFC 5321 4.5.3.1.1).
//
// `pm-` + base32 of: message id (16 bytes), recipient number (2), server id (unsigned LEB128, 1 to 8), MAC (8).

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

export type ReturnPath = { serverId: number; messageId: string; recipientNumber: number };

const prefix = 'pm-';
const serverIdAt = messageIdBytes + 2;
const contentBytesMax = serverIdAt + serverIdBytesMax + macBytes;
const localPartCharactersMax = prefix.length + Math.ceil((contentBytesMax * 8) / 5);

/**
 * The whole address, for MAIL FROM. `messageId` is a UUID, `recipientNumber` 0 to 65,535; anything else is a bug and
 * throws. The bytes of `key` must not change after the first call.
 */
export function encodeReturnPath(path: ReturnPath, key: Buffer, host: string): string {
  const content = Buffer.allocUnsafe(contentBytesMax);
  writeUuid(content, path.messageId);
  content.writeUInt16BE(path.recipientNumber, messageIdBytes);
  const signedEnd = writeServerId(content, serverIdAt, path.serverId);
  return `${prefix}${sealReference(content, signedEnd, key)}@${host}`;
}

/** Undefined when the local part is not ours or no key made it. `keys`: the present one and retired ones. */
export function decodeReturnPath(localPart: string, keys: readonly Buffer[]): ReturnPath | undefined {
  if (localPart.length > localPartCharactersMax) return undefined;
  if (localPart.slice(0, prefix.length).toLowerCase() !== prefix) return undefined;
  const signed = unsealReference(localPart.slice(prefix.length), keys);
  if (!signed || signed.length <= serverIdAt) return undefined;
  const serverId = readServerId(signed.subarray(serverIdAt));
  if (serverId === undefined) return undefined;
  return { serverId, messageId: readUuid(signed), recipientNumber: signed.readUInt16BE(messageIdBytes) };
}
