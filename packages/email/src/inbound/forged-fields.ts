// Finds the fields of a mail that claim to be written by us, so that they are not taken for ours. Source: RFC 8601 5.
// Goes by positions: nothing is decoded, and a mail without such fields is not copied.

import { readSourceFields, type SourceField } from '../submission/source-fields.ts';
import type { HeaderField } from './inbound-mail.ts';

type ByteRange = { start: number; end: number };

/**
 * Authentication-Results in our name, all Received-SPF and all X-Spam-*: those that stand before the mail are ours, so one
 * further down could only be mistaken for it. `hostName` is our name in Authentication-Results.
 */
export function isForgedField({ name, value }: HeaderField, hostName: string | undefined): boolean {
  const lowerName = name.toLowerCase();
  if (lowerName === 'received-spf' || lowerName.startsWith('x-spam-')) return true;
  return lowerName === 'authentication-results' && isInNameOf(value, hostName);
}

function forgedFields(source: Buffer, hostName: string | undefined): ByteRange[] {
  const { fields } = readSourceFields(source);
  return fields.filter(field => isForged(source, field, hostName)).map(({ start, end }) => ({ start, end }));
}

/** The same buffer when nothing is forged. */
export function withoutForgedFields(source: Buffer, hostName: string | undefined): Buffer {
  const ranges = forgedFields(source, hostName);
  if (ranges.length === 0) return source;
  const kept: Buffer[] = [];
  let position = 0;
  for (const { start, end } of ranges) {
    kept.push(source.subarray(position, start));
    position = end;
  }
  kept.push(source.subarray(position));
  return Buffer.concat(kept);
}

function isForged(
  source: Buffer,
  { name, lowerName, valueStart, end }: SourceField,
  hostName: string | undefined,
): boolean {
  if (lowerName !== 'authentication-results') return isForgedField({ name, value: '' }, hostName);
  const value = source.toString('latin1', valueStart, Math.min(end, valueStart + valueLengthMax + 1));
  return isForgedField({ name, value }, hostName);
}

function isInNameOf(value: string, hostName: string | undefined): boolean {
  const server = authenticationServerOf(value.slice(0, valueLengthMax));
  if (server === undefined) return value.length > valueLengthMax;
  return server === hostName?.toLowerCase();
}

/** The name stands before that; where nobody can tell in so much, somebody hides it. */
const valueLengthMax = 16_384;
const nameLengthMax = 255;

/**
 * The name at the beginning: a token or between quotes, behind white space and comments (RFC 8601 2.2), in lower case.
 * Undefined when there is none.
 */
export function authenticationServerOf(value: string): string | undefined {
  let depth = 0;
  let name = '';
  let isQuoted = false;
  for (let position = 0; position < value.length && name.length <= nameLengthMax; position += 1) {
    const character = value.charAt(position);
    if (character === '\\' && (depth > 0 || isQuoted)) {
      position += 1;
      if (isQuoted) name += value.charAt(position);
    } else if (isQuoted) {
      if (character === '"') break;
      name += character;
    } else if (character === '(' || depth > 0) {
      if (name !== '') break;
      if (character === '(') depth += 1;
      else if (character === ')') depth -= 1;
    } else if (character === '"') isQuoted = true;
    else if (!' \t\r\n;'.includes(character)) name += character;
    else if (name !== '' || character === ';') break;
  }
  return name === '' ? undefined : name.toLowerCase().replace(/\.$/, '');
}
