// Names that the machine's own hosts file gives addresses to. Those who host themselves use it, and the DNS does not know
// them. Source: hosts(5).

import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import type { Clock } from '@pennyblack/runtime/clock.ts';

/** Empty when the file does not know the name. */
export type FindInHostsFile = (host: string) => Promise<readonly string[]>;

const lifeInMilliseconds = 60_000;

export function createHostsFile(options: { clock: Clock; path?: string }): FindInHostsFile {
  const path = options.path ?? '/etc/hosts';
  let kept: { names: Promise<ReadonlyMap<string, string[]>>; endsAt: number } | undefined;
  return async host => {
    const now = options.clock.now().getTime();
    if (!kept || now >= kept.endsAt) {
      kept = { names: readFile(path, 'utf8').then(readHostsFile, () => new Map()), endsAt: now + lifeInMilliseconds };
    }
    return (await kept.names).get(host.toLowerCase()) ?? [];
  };
}

/** By name in lower case, in the order of the file. */
export function readHostsFile(text: string): ReadonlyMap<string, string[]> {
  const names = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [address = '', ...hosts] = line
      .replace(/#.*/, '')
      .split(/\s+/)
      .filter(word => word !== '');
    if (isIP(address) === 0) continue;
    for (const host of hosts.map(each => each.toLowerCase())) names.set(host, [...(names.get(host) ?? []), address]);
  }
  return names;
}
