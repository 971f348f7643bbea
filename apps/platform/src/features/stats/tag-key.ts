// Tags are compared, never shown, so a hash is enough. It is as long for a tag of a thousand letters, and a tag that names a
// person is not kept.

import { createHash } from 'node:crypto';

export const noTagKey: Buffer = Buffer.alloc(0);

const keyBytes = 16;

/** The same tag has another key on another server. */
export function tagKeyOf(serverId: number, tag: string): Buffer {
  return createHash('sha256').update(`${serverId} ${tag}`).digest().subarray(0, keyBytes);
}
