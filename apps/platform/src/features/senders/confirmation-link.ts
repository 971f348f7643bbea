// The token of a confirmation link: names a sender signature and cannot be made by anybody else. Pure but for its keys, which
// come from the key ring (purpose 'sender confirmations').
//
// `<sender id>-<end of validity, seconds>-<MAC>`, numbers in base 36, the MAC of 16 bytes in base64url.

import { createHmac, timingSafeEqual } from 'node:crypto';

export const confirmationKeyPurpose = 'sender confirmations';
const validInDays = 7;
const macBytes = 16;

export type ConfirmationToken = { senderId: number; expiresAt: Date; mac: Buffer };

/** The address is part of what is signed: an id that is used again for another address confirms nothing. */
function macOf(key: Buffer, senderId: number, expiresAt: Date, emailAddress: string): Buffer {
  const text = `${senderId} ${Math.floor(expiresAt.getTime() / 1000)} ${emailAddress}`;
  return createHmac('sha256', key).update(text).digest().subarray(0, macBytes);
}

/** `wantedAt` is when the mail was asked for, so that a mail that is sent again has the same link. */
export function makeConfirmationToken(
  key: Buffer,
  signature: { senderId: number; emailAddress: string },
  wantedAt: Date,
): string {
  const expiresAt = new Date(wantedAt.getTime() + validInDays * 86_400_000);
  const seconds = Math.floor(expiresAt.getTime() / 1000);
  const mac = macOf(key, signature.senderId, expiresAt, signature.emailAddress).toString('base64url');
  return `${signature.senderId.toString(36)}-${seconds.toString(36)}-${mac}`;
}

/** Undefined when it has not the form of a token. It may still be a forgery: see `isGenuine`. */
export function readConfirmationToken(text: string): ConfirmationToken | undefined {
  const match = /^([0-9a-z]{1,10})-([0-9a-z]{1,8})-([\w-]{22})$/.exec(text);
  if (!match) return undefined;
  const [, id = '', seconds = '', mac = ''] = match;
  const senderId = Number.parseInt(id, 36);
  const expiresAt = new Date(Number.parseInt(seconds, 36) * 1000);
  if (!Number.isSafeInteger(senderId) || Number.isNaN(expiresAt.getTime())) return undefined;
  return { senderId, expiresAt, mac: Buffer.from(mac, 'base64url') };
}

/** `keys`: the present one and retired ones. */
export function isGenuine(token: ConfirmationToken, keys: readonly Buffer[], emailAddress: string): boolean {
  return keys.some(key => {
    const expected = macOf(key, token.senderId, token.expiresAt, emailAddress);
    return expected.length === token.mac.length && timingSafeEqual(expected, token.mac);
  });
}
