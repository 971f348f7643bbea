// The part of an unsubscribe link that says who wants no more mail of which stream. It carries everything itself, so it
// works for as long as a key of the ring does, also when the message is gone; and it is encrypted, because an address must
// not stand in a URL that proxies and mail scanners write down.
//
// base64url of: synthetic IV (16 bytes), then encrypted: version (1), message id (16), recipient number (2), server id and
// account id (unsigned LEB128), length of the stream id (1), stream id, address. The IV is a MAC of what is encrypted, as in
// RFC 5297: the same recipient gets the same bytes at every attempt, and whoever changes one byte is refused.

import { createCipheriv, createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import {
  messageIdBytes,
  readNumber,
  readUuid,
  serverIdBytesMax,
  writeServerId,
  writeUuid,
} from '../return-path/signed-reference.ts';

export type UnsubscribeToken = {
  accountId: number;
  serverId: number;
  streamId: string;
  messageId: string;
  recipientNumber: number;
  address: string;
};

export const unsubscribePath = '/u';

const version = 1;
const ivBytes = 16;
const recipientAt = 1 + messageIdBytes;
const idsAt = recipientAt + 2;

/** `key` is the newest of the ring. Its bytes must not change after the first call. */
export function encodeUnsubscribeToken(token: UnsubscribeToken, key: Buffer): string {
  const streamId = Buffer.from(token.streamId);
  const address = Buffer.from(token.address);
  const plain = Buffer.alloc(idsAt + 2 * serverIdBytesMax + 1 + streamId.length + address.length);
  plain[0] = version;
  writeUuid(plain.subarray(1), token.messageId);
  plain.writeUInt16BE(token.recipientNumber, recipientAt);
  const accountAt = writeServerId(plain, idsAt, token.serverId);
  const streamAt = writeServerId(plain, accountAt, token.accountId);
  plain.writeUInt8(streamId.length, streamAt);
  streamId.copy(plain, streamAt + 1);
  address.copy(plain, streamAt + 1 + streamId.length);
  const content = plain.subarray(0, streamAt + 1 + streamId.length + address.length);
  const keys = keysOf(key);
  const iv = ivOf(content, keys);
  return Buffer.concat([iv, encrypt(content, iv, keys)]).toString('base64url');
}

/** Undefined when it is not exactly what one of these keys made. */
export function decodeUnsubscribeToken(text: string, keys: readonly Buffer[]): UnsubscribeToken | undefined {
  const sealed = Buffer.from(text, 'base64url');
  // Each token has one spelling: the decoder would pass over foreign letters and left-over bits.
  if (sealed.length <= ivBytes + idsAt || sealed.toString('base64url') !== text) return undefined;
  const iv = sealed.subarray(0, ivBytes);
  for (const key of keys) {
    const derived = keysOf(key);
    const plain = encrypt(sealed.subarray(ivBytes), iv, derived);
    if (timingSafeEqual(ivOf(plain, derived), iv)) return read(plain);
  }
  return undefined;
}

function read(plain: Buffer): UnsubscribeToken | undefined {
  if (plain[0] !== version) return undefined;
  const server = readNumber(plain, idsAt);
  const account = server && readNumber(plain, server.end);
  if (!server || !account) return undefined;
  const streamStart = account.end + 1;
  const streamEnd = streamStart + (plain[account.end] ?? 0);
  return {
    accountId: account.value,
    serverId: server.value,
    streamId: plain.toString('utf8', streamStart, streamEnd),
    messageId: readUuid(plain.subarray(1)),
    recipientNumber: plain.readUInt16BE(recipientAt),
    address: plain.toString('utf8', streamEnd),
  };
}

type Keys = { encryption: KeyObject; authentication: KeyObject };

/** Derived once for each key. */
const derivedKeys = new WeakMap<Buffer, Keys>();

function keysOf(key: Buffer): Keys {
  let keys = derivedKeys.get(key);
  if (!keys) {
    const derive = (purpose: string) => createSecretKey(createHmac('sha256', key).update(purpose).digest());
    keys = { encryption: derive('encryption'), authentication: derive('authentication') };
    derivedKeys.set(key, keys);
  }
  return keys;
}

function ivOf(plain: Buffer, { authentication }: Keys): Buffer {
  return createHmac('sha256', authentication).update(plain).digest().subarray(0, ivBytes);
}

/** In counter mode both directions are one. */
function encrypt(bytes: Buffer, iv: Buffer, { encryption }: Keys): Buffer {
  return createCipheriv('aes-256-ctr', encryption, iv).update(bytes);
}
