// The addresses of a URL's host: written in it, loopback, from the machine's hosts file, or from the DNS.

import { isIP } from 'node:net';
import { messageOf } from './failure-rules.ts';
import type { FindInHostsFile } from './hosts-file.ts';
import { CallError } from './url-call.ts';

/** Asks the DNS. Empty when the name has no address; rejects, with a reason to show, when that cannot be said now. */
export type ResolveHost = (host: string) => Promise<readonly string[]>;

/** Never empty: rejects with a CallError instead. `host` without brackets. */
export async function findHostAddresses(
  host: string,
  findInHostsFile: FindInHostsFile,
  resolve: ResolveHost,
): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host];
  const name = host.toLowerCase().replace(/\.$/, '');
  // Whatever a name server says about them (RFC 6761 6.3).
  if (name === 'localhost' || name.endsWith('.localhost')) return ['127.0.0.1', '::1'];
  const written = await findInHostsFile(name);
  if (written.length > 0) return written;
  let found: readonly string[];
  try {
    found = await resolve(name);
  } catch (error) {
    throw new CallError('dns', messageOf(error));
  }
  if (found.length === 0) throw new CallError('dns', `${name} has no address`);
  return found;
}
