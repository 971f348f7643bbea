// A key by which a caller repeats a request without sending twice, and what is stored of it. Nothing stored can be read
// without the request: results may name recipients, and a key may be made of an address.

import { createHash } from 'node:crypto';

/** A request with its key, as an edge knows it. */
export type KeyedRequest = {
  serverId: number;
  /** Whose key it is, for example `token:7`: two callers may use the same key. */
  scope: string;
  key: string;
  /** SHA-256 of everything that makes it this request, not another one. */
  requestHash: Buffer;
};

/** One message of such a request. */
export type KeyedItem = {
  keyHash: Buffer;
  itemNumber: number;
  /** The hash as it is stored. */
  storedHash: Buffer;
  sealingKey: Buffer;
};

export const keyCharactersMax = 255;

/** Undefined when the text cannot be a key: 1 to 255 printable characters of ASCII. */
export function readIdempotencyKey(text: string): string | undefined {
  return text.length <= keyCharactersMax && /^[ -~]+$/.test(text) ? text : undefined;
}

function hashOf(...parts: readonly (string | Buffer)[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest();
}

/** Of several things of one edge, such as the path and the body of a call. */
export function hashRequest(...parts: readonly (string | Buffer)[]): Buffer {
  return hashOf(...parts.flatMap(part => [String(part.length), part]));
}

export function keyedItemsOf({ scope, key, requestHash }: KeyedRequest): (itemNumber: number) => KeyedItem {
  const keyHash = hashOf('key', scope, key);
  const storedHash = hashOf('request', requestHash);
  const sealingKey = hashOf('result', keyHash, requestHash);
  return itemNumber => ({ keyHash, itemNumber, storedHash, sealingKey });
}

/**
 * The key of what became of a message that was refused: the same message, refused once more for the same reason, is no
 * news. The message itself keeps its own key, because it may be sent once the reason is gone.
 */
export function keyedRefusalOf({ keyHash, sealingKey }: KeyedItem, serverId: number, refusal: string): KeyedItem {
  const key = `${refusal} ${keyHash.toString('hex')} ${sealingKey.toString('hex')}`;
  return keyedItemsOf({ serverId, scope: 'refusal', key, requestHash: sealingKey })(0);
}
