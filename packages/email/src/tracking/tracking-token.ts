// The part of a tracked link and of a pixel that says whose it is: short, without an address, and signed, so that nobody
// can make one that leads elsewhere. It holds all that is needed to send a reader on, so it works for as long as a key
// of the ring does, also when the message is gone and the database away.
//
// base64url of: what it is (1 byte), message id (16), recipient number (2), server id and account id (unsigned LEB128, 1
// to 8 each), the target of a link without its scheme where that is usual, MAC (8).

import { timingSafeEqual } from 'node:crypto';
import {
  macBytes,
  macOf,
  messageIdBytes,
  readNumber,
  readUuid,
  serverIdBytesMax,
  writeServerId,
  writeUuid,
} from '../return-path/signed-reference.ts';
import type { LinkPart } from './track-bodies.ts';

/** A recipient of a message, by numbers only. */
export type TrackedRecipient = { accountId: number; serverId: number; messageId: string; recipientNumber: number };

export type TrackingToken = TrackedRecipient &
  ({ kind: 'open' } | { kind: 'click'; part: LinkPart /** Byte for byte as the customer wrote it. */; target: string });

const openByte = 0x10;
/** The low bits of a click's first byte: the part, and the scheme that was left out. */
const clickByte = 0x20;
const textBit = 1;
const schemes = ['', 'https://', 'http://'] as const;

const recipientAt = 1 + messageIdBytes;
const idsAt = recipientAt + 2;
const headBytesMax = idsAt + 2 * serverIdBytesMax;

/** `key` is the newest of the ring. Its bytes must not change after the first call. */
export function encodeTrackingToken(token: TrackingToken, key: Buffer): string {
  const scheme = token.kind === 'click' ? schemeOf(token.target) : 0;
  const target = token.kind === 'click' ? token.target.slice((schemes[scheme] ?? '').length) : '';
  const content = Buffer.allocUnsafe(headBytesMax + Buffer.byteLength(target) + macBytes);
  content[0] = token.kind === 'open' ? openByte : clickByte | (scheme << 1) | (token.part === 'text' ? textBit : 0);
  writeUuid(content.subarray(1), token.messageId);
  content.writeUInt16BE(token.recipientNumber, recipientAt);
  const accountAt = writeServerId(content, idsAt, token.serverId);
  const targetAt = writeServerId(content, accountAt, token.accountId);
  const end = targetAt + content.write(target, targetAt);
  macOf(content.subarray(0, end), key).copy(content, end, 0, macBytes);
  return content.toString('base64url', 0, end + macBytes);
}

/** Undefined when it is not exactly what one of these keys made. */
export function decodeTrackingToken(text: string, keys: readonly Buffer[]): TrackingToken | undefined {
  const content = Buffer.from(text, 'base64url');
  // Each token has one spelling: the decoder would pass over foreign letters and left-over bits.
  if (content.length <= idsAt + macBytes || content.toString('base64url') !== text) return undefined;
  const signed = content.subarray(0, content.length - macBytes);
  const mac = content.subarray(content.length - macBytes);
  if (!keys.some(key => timingSafeEqual(macOf(signed, key).subarray(0, macBytes), mac))) return undefined;

  const server = readNumber(signed, idsAt);
  const account = server && readNumber(signed, server.end);
  if (!server || !account) return undefined;
  const recipient: TrackedRecipient = {
    accountId: account.value,
    serverId: server.value,
    messageId: readUuid(signed.subarray(1)),
    recipientNumber: signed.readUInt16BE(recipientAt),
  };
  const first = signed[0] ?? 0;
  if (first === openByte) return { ...recipient, kind: 'open' };
  const scheme = schemes[(first & 0x0e) >> 1];
  if ((first & 0xf0) !== clickByte || scheme === undefined) return undefined;
  const target = scheme + signed.toString('utf8', account.end);
  return { ...recipient, kind: 'click', part: (first & textBit) === 0 ? 'html' : 'text', target };
}

function schemeOf(target: string): number {
  if (target.startsWith('https://')) return 1;
  return target.startsWith('http://') ? 2 : 0;
}
