// Reads the addresses of DNS servers: from the settings (`ip:port`), or the system's own when none are set.

import { getServers } from 'node:dns';
import { isIP } from 'node:net';

export type DnsServerAddress = { ip: string; port: number };

const dnsPort = 53;

/** Accepts `192.0.2.1`, `192.0.2.1:5353`, `2001:db8::1` and `[2001:db8::1]:53`; undefined for anything else. */
export function readDnsServerAddress(text: string): DnsServerAddress | undefined {
  if (isIP(text)) return { ip: text, port: dnsPort };
  const match = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(text);
  const ip = match?.[1] ?? match?.[2] ?? '';
  const port = Number(match?.[3] ?? dnsPort);
  if (!isIP(ip) || port < 1 || port > 65_535) return undefined;
  return { ip, port };
}

/** The way back: `[2001:db8::1]:53`. */
export function formatDnsServerAddress({ host, port }: { host: string; port: number }): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** An empty list means the servers that the system uses. Throws on an address that cannot be read. */
export function chooseDnsServers(configured: readonly string[]): DnsServerAddress[] {
  const texts = configured.length > 0 ? configured : getServers();
  return texts.map(text => {
    const address = readDnsServerAddress(text);
    if (!address) throw new Error(`"${text}" is not the address of a DNS server: write ip or ip:port.`);
    return address;
  });
}
