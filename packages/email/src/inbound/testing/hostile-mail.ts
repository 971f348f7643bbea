// Mail that nobody should have to read, made by code: every shape is accepted and shown as well as possible, or refused with
// a clear reply, within a second of CPU time and a small multiple of its size in memory.

import { hostileContents } from './hostile-contents.ts';
import { hostileHeaders } from './hostile-headers.ts';
import { hostileStructures } from './hostile-structures.ts';

/** The name of a shape, and what makes it: some are tens of megabytes. */
export const hostileMail: ReadonlyMap<string, () => Buffer> = new Map([
  ...hostileHeaders,
  ...hostileStructures,
  ...hostileContents,
]);
