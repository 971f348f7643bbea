// Reads what a caller says about signing keys. Pure.

import { Refusal } from '../../refusals.ts';
import type { SigningKey } from './webhook.ts';

export const overlapInHoursByDefault = 24;
const overlapInHoursMax = 24 * 30;

/** The one without an end; the others are on their way out. */
export function newestSigningKey(keys: readonly SigningKey[]): SigningKey | undefined {
  return keys.find(key => key.expiresAt === null);
}

/** `field` is the name that the caller knows. @throws Refusal webhook_field_invalid. */
export function readKeyKind(field: string, text: string | undefined): SigningKey['kind'] | undefined {
  if (text === undefined) return undefined;
  const kind = text.toLowerCase();
  if (kind === 'hmac' || kind === 'ed25519') return kind;
  throw new Refusal('webhook_field_invalid', `The '${field}' must be one of hmac, ed25519.`);
}

/** @throws Refusal webhook_field_invalid. */
export function readOverlapInSeconds(hours: number | undefined): number {
  if (hours === undefined) return overlapInHoursByDefault * 3600;
  if (hours >= 0 && hours <= overlapInHoursMax) return hours * 3600;
  throw new Refusal('webhook_field_invalid', `'OverlapHours' must be from 0 to ${overlapInHoursMax}.`);
}
