// A short text that refers to a message and that nobody else can make: its bytes, a MAC, in base32. Return paths and
// feedback ids are such texts, each under keys of its own.

import assert from 'node:assert/strict';
import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import { decodeBase32, encodeBase32 } from './base32.ts';

export const messageIdBytes = 16;
/** Eight groups of seven bits hold every safe integer. */
export const serverIdBytesMax = 8;
/** 64 bits: guessing one is hopeless, since each guess is a mail of its own. */
export const macBytes = 8;

const uuidForm = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** `content` has room for the MAC behind `signedEnd`. */
export function sealReference(content: Buffer, signedEnd: number, key: Buffer): string {
  assert(key.length > 0, 'a return path needs a key');
  macOf(content.subarray(0, signedEnd), key).copy(content, signedEnd, 0, macBytes);
  return encodeBase32(content.subarray(0, signedEnd + macBytes));
}

/** What was signed; undefined when no key of these made it. */
export function unsealReference(text: string, keys: readonly Buffer[]): Buffer | undefined {
  const content = decodeBase32(text);
  if (!content || content.length <= macBytes) return undefined;
  const signed = content.subarray(0, content.length - macBytes);
  const mac = content.subarray(content.length - macBytes);
  const isOurs = keys.some(key => timingSafeEqual(macOf(signed, key).subarray(0, macBytes), mac));
  return isOurs ? signed : undefined;
}

/** Handing the bytes of the key over costs five times the MAC (12 µs against 2.3), so it happens once for each key. */
const keyObjects = new WeakMap<Buffer, KeyObject>();

export function macOf(signed: Uint8Array, key: Buffer): Buffer {
  let keyObject = keyObjects.get(key);
  if (!keyObject) {
    keyObject = createSecretKey(key);
    keyObjects.set(key, keyObject);
  }
  return createHmac('sha256', keyObject).update(signed).digest();
}

/** An unsigned LEB128 number, at most `serverIdBytesMax` long. Answers the position after it. */
export function writeServerId(target: Buffer, at: number, value: number): number {
  assert(Number.isSafeInteger(value) && value >= 0, 'a server id is a safe integer, 0 or more');
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
export function readServerId(bytes: Buffer): number | undefined {
  const read = readNumber(bytes, 0);
  return read?.end === bytes.length ? read.value : undefined;
}

/** An unsigned LEB128 number that begins at `at`, and the position after it. Undefined when JavaScript cannot hold it. */
export function readNumber(bytes: Buffer, at: number): { value: number; end: number } | undefined {
  let value = 0;
  let factor = 1;
  for (let position = at; position < bytes.length; position += 1) {
    const byte = bytes[position] as number; // inside the bounds
    value += (byte % 128) * factor;
    factor *= 128;
    if (byte < 128) return Number.isSafeInteger(value) ? { value, end: position + 1 } : undefined;
  }
  return undefined;
}

export function writeUuid(target: Buffer, messageId: string): void {
  assert(uuidForm.test(messageId), 'a return path needs a message id that is a UUID');
  target.write(messageId.replaceAll('-', ''), 0, 'hex');
}

export function readUuid(bytes: Buffer): string {
  const hex = bytes.toString('hex', 0, messageIdBytes);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
