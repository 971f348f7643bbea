// The return path of one recipient (VERP): a bounce that comes back to it names the message and the recipient by
// itself, and nobody else can make one. The local part stays within 64 characters (RFC 5321 4.5.3.1.1).
//
// `pm-` + base32 of: message id (16 bytes), recipient number (2), server id (unsigned LEB128, 1 to 8), MAC (8).

import assert from 'node:assert/strict';
import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import { decodeBase32, encodeBase32 } from './base32.ts';

export type ReturnPath = { serverId: number; messageId: string; recipientNumber: number };

const prefix = 'pm-';
const messageIdBytes = 16;
const serverIdAt = messageIdBytes + 2;
/** Eight groups of seven bits hold every safe integer. */
const serverIdBytesMax = 8;
/** 64 bits: guessing one is hopeless, since each guess is a mail of its own. */
const macBytes = 8;
const contentBytesMax = serverIdAt + serverIdBytesMax + macBytes;
const localPartCharactersMax = prefix.length + Math.ceil((contentBytesMax * 8) / 5);

const uuidForm = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The whole address, for MAIL FROM. `messageId` is a UUID, `recipientNumber` 0 to 65,535; anything else is a bug and
 * throws. The bytes of `key` must not change after the first call.
 */
export function encodeReturnPath(path: ReturnPath, key: Buffer, host: string): string {
  assert(uuidForm.test(path.messageId), 'a return path needs a message id that is a UUID');
  assert(Number.isSafeInteger(path.serverId) && path.serverId >= 0, 'a server id is a safe integer, 0 or more');
  assert(key.length > 0, 'a return path needs a key');

  const content = Buffer.allocUnsafe(contentBytesMax);
  content.write(path.messageId.replaceAll('-', ''), 0, 'hex');
  content.writeUInt16BE(path.recipientNumber, messageIdBytes);
  const signedEnd = writeVarint(content, serverIdAt, path.serverId);
  macOf(content.subarray(0, signedEnd), key).copy(content, signedEnd, 0, macBytes);
  return `${prefix}${encodeBase32(content.subarray(0, signedEnd + macBytes))}@${host}`;
}

/** Undefined when the local part is not ours or no key made it. `keys`: the present one and retired ones. */
export function decodeReturnPath(localPart: string, keys: readonly Buffer[]): ReturnPath | undefined {
  if (localPart.length > localPartCharactersMax) return undefined;
  if (localPart.slice(0, prefix.length).toLowerCase() !== prefix) return undefined;
  const content = decodeBase32(localPart.slice(prefix.length));
  if (!content || content.length <= serverIdAt + macBytes) return undefined;

  const signed = content.subarray(0, content.length - macBytes);
  const mac = content.subarray(content.length - macBytes);
  if (!keys.some(key => timingSafeEqual(macOf(signed, key).subarray(0, macBytes), mac))) return undefined;

  const serverId = readVarint(signed.subarray(serverIdAt));
  if (serverId === undefined) return undefined;
  const recipientNumber = signed.readUInt16BE(messageIdBytes);
  return { serverId, messageId: uuidOf(signed.toString('hex', 0, messageIdBytes)), recipientNumber };
}

/** Handing the bytes of the key over costs five times the MAC (12 µs against 2.3), so it happens once for each key. */
const keyObjects = new WeakMap<Buffer, KeyObject>();

function macOf(signed: Buffer, key: Buffer): Buffer {
  let keyObject = keyObjects.get(key);
  if (!keyObject) {
    keyObject = createSecretKey(key);
    keyObjects.set(key, keyObject);
  }
  return createHmac('sha256', keyObject).update(signed).digest();
}

/** Answers the position after the number. */
function writeVarint(target: Buffer, at: number, value: number): number {
  // Division, because the bit operators of JavaScript end at 32 bits.
  let rest = value;
  let position = at;
  while (rest >= 128) {
    target[position] = (rest % 128) + 128;
    rest = Math.floor(rest / 128);
    position += 1;
  }
  target[position] = rest;
  return position + 1;
}

/** Undefined unless the bytes are exactly one number that JavaScript can hold. */
function readVarint(bytes: Buffer): number | undefined {
  let value = 0;
  let factor = 1;
  for (const [position, byte] of bytes.entries()) {
    value += (byte % 128) * factor;
    factor *= 128;
    const isLast = byte < 128;
    if (isLast) return position === bytes.length - 1 && Number.isSafeInteger(value) ? value : undefined;
  }
  return undefined;
}

function uuidOf(hex: string): string {
  const groups = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
  return groups.join('-');
}
