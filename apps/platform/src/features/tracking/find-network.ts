// Finds the network of an address among those from which machines read mail.

import { BlockList, isIP } from 'node:net';
import { type ReaderNetwork, readerNetworks } from './reader-networks.ts';

const lists = new Map<ReaderNetwork, BlockList>();
for (const { network, ranges } of readerNetworks) {
  const list = lists.get(network) ?? new BlockList();
  lists.set(network, list);
  for (const range of ranges) {
    const [address = '', length] = range.split('/');
    list.addSubnet(address, Number(length), address.includes(':') ? 'ipv6' : 'ipv4');
  }
}

export function findNetwork(ip: string): ReaderNetwork | undefined {
  // An IPv4 address that came through an IPv6 socket (RFC 4291 2.5.5.2).
  const address = ip.replace(/^::ffff:(?=\d+\.)/i, '');
  const family = isIP(address);
  if (family === 0) return undefined;
  for (const [network, list] of lists) if (list.check(address, family === 6 ? 'ipv6' : 'ipv4')) return network;
  return undefined;
}
