// Replaces one address wherever it stands in a text, whatever is around it: for the erasure of a person's data.

import { domainToUnicode } from 'node:url';
import { addressKey } from './address-key.ts';

/** What stands in its place. The top-level domain leads nowhere by definition (RFC 2606 2). */
export const removedAddress = 'removed@recipient.invalid';

/**
 * Finds the address in any case, with its domain in either form, and with the @ as a URL or HTML writes it. A longer
 * address that ends or begins like it is another one, and stays.
 */
export function createAddressReplacer(addresses: readonly string[]): (text: string) => string {
  const forms = new Set(addresses.flatMap(formsOf));
  const patterns = [...forms].map(form =>
    escapePattern(form).replaceAll('@', '(?:@|%40|&#64;|&#x40;|&commat;|\\\\u0040)'),
  );
  // Behind "%3A" or "%20" of a URL the address begins, although the character before it is a letter or digit.
  const pattern = new RegExp(`(?:(?<=%[0-9a-f]{2})|(?<![\\w.+-]))(?:${patterns.join('|')})(?![\\w-]|\\.\\w)`, 'gi');
  return text => text.replace(pattern, removedAddress);
}

/** As written, as compared, and with the domain in its own script. */
function formsOf(address: string): string[] {
  const key = addressKey(address);
  const at = key.lastIndexOf('@');
  return [address.toLowerCase(), key, `${key.slice(0, at)}@${domainToUnicode(key.slice(at + 1))}`];
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

/** Every text within a value of JSON, names of keys included. */
export function replaceInJson<T>(value: T, replace: (text: string) => string): T {
  if (typeof value === 'string') return replace(value) as T;
  if (Array.isArray(value)) return value.map(item => replaceInJson(item, replace)) as T;
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [replace(key), replaceInJson(item, replace)]),
  ) as T;
}
