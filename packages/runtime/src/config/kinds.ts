// The kinds of values that settings have. Each says what it wants when it gets something else.

import net from 'node:net';
import path from 'node:path';
import { domainToASCII } from 'node:url';
import type { Kind, Parsed } from './setting.ts';

/** Builds a kind from a function that returns undefined for what it cannot read. `wanted` follows "must be". */
export function kindOf<T>(wanted: string, read: (text: string) => T | undefined): Kind<T> {
  return {
    parse(text) {
      const value = read(text);
      return value === undefined ? { problem: `must be ${wanted}, and is ${JSON.stringify(text)}` } : { value };
    },
  };
}

export function integer(min: number, max: number, unit: string): Kind<number> {
  return kindOf(`a whole number of ${unit} from ${min} to ${max}`, text => wholeNumber(text, min, max));
}

/** 0 lets the system choose a free one. */
export const listeningPort: Kind<number> = kindOf('a port number from 1 to 65535, or 0 for any free port', text =>
  wholeNumber(text, 0, 65_535),
);

export const port: Kind<number> = kindOf('a port number from 1 to 65535', text => wholeNumber(text, 1, 65_535));

const words: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['yes', true],
  ['on', true],
  ['1', true],
  ['false', false],
  ['no', false],
  ['off', false],
  ['0', false],
]);

export const yesOrNo: Kind<boolean> = kindOf('true or false', text => words.get(text.toLowerCase()));

export function oneOf<const T extends string>(choices: readonly T[]): Kind<T> {
  return kindOf(`one of ${choices.join(', ')}`, text => choices.find(choice => choice === text.toLowerCase()));
}

export function text(wanted: string, pattern: RegExp): Kind<string> {
  return kindOf(wanted, value => (pattern.test(value) ? value : undefined));
}

/** Made absolute from the folder in which the process was started. */
export const filePath: Kind<string> = kindOf('the path of a file or folder', value =>
  value.includes('\0') ? undefined : path.resolve(value),
);

export const hostName: Kind<string> = kindOf('a host name such as mail.example.com', asHostName);

export const domain: Kind<string> = kindOf('a domain such as example.com', value =>
  value.includes('.') ? asHostName(value) : undefined,
);

export const ipAddress: Kind<string> = kindOf('an IP address', value => (net.isIP(value) ? value : undefined));

export const listenAddress: Kind<string> = kindOf(
  'an IP address of this machine, such as 127.0.0.1, 0.0.0.0 (all IPv4) or :: (all)',
  value => (net.isIP(value) || value === 'localhost' ? value : undefined),
);

/** Without a slash at its end, so that paths can be put behind it. */
export const webAddress: Kind<string> = kindOf(
  'a web address such as https://mail.example.com, without user, query or fragment',
  value => {
    const url = URL.canParse(value) ? new URL(value) : undefined;
    if (!url || !['http:', 'https:'].includes(url.protocol)) return undefined;
    if (url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') return undefined;
    return url.href.replace(/\/+$/, '');
  },
);

export type HostAndPort = { host: string; port: number };

export const hostAndPort: Kind<HostAndPort> = kindOf('host:port, such as 127.0.0.1:783', value => asHostAndPort(value));

/** An address, with a port or the given one. */
export function ipAndPort(defaultPort: number): Kind<HostAndPort> {
  return kindOf(`an IP address with an optional port, such as 127.0.0.1:${defaultPort}`, value => {
    const bare = value.replace(/^\[(.*)\]$/, '$1');
    if (net.isIP(bare)) return { host: bare, port: defaultPort };
    const read = asHostAndPort(value);
    return read && net.isIP(read.host) ? read : undefined;
  });
}

export type AddressRange = { address: string; prefixLength: number; family: 'ipv4' | 'ipv6' };

/** CIDR notation (RFC 4632 3.1); a bare address is a range of one. */
export const addressRange: Kind<AddressRange> = kindOf('an address range such as 10.0.0.0/8', value => {
  const [address = '', length, ...rest] = value.split('/');
  const version = net.isIP(address);
  if (version === 0 || rest.length > 0) return undefined;
  const bits = version === 4 ? 32 : 128;
  const prefixLength = length === undefined ? bits : wholeNumber(length, 0, bits);
  return prefixLength === undefined ? undefined : { address, prefixLength, family: version === 4 ? 'ipv4' : 'ipv6' };
});

/** Items between commas; space around them does not count. One bad item spoils the list, and is named. */
export function listOf<T>(item: Kind<T>): Kind<readonly T[]> {
  return {
    parse(list): Parsed<readonly T[]> {
      const values: T[] = [];
      for (const entry of list.split(',').map(part => part.trim())) {
        if (entry === '') continue;
        const parsed = item.parse(entry);
        if ('problem' in parsed)
          return { problem: `is a list whose items are separated by commas; each ${parsed.problem}` };
        values.push(parsed.value);
      }
      return { value: values };
    },
  };
}

function wholeNumber(value: string, min: number, max: number): number | undefined {
  if (!/^\d{1,15}$/.test(value)) return undefined;
  const number = Number(value);
  return number >= min && number <= max ? number : undefined;
}

/** A name by RFC 1123 2.1, in lower case; other scripts become A-labels (RFC 5890 2.3.2.1). */
export function asHostName(value: string): string | undefined {
  const ascii = domainToASCII(value).toLowerCase();
  if (ascii === '' || ascii.length > 253 || net.isIP(ascii)) return undefined;
  return ascii.split('.').every(label => /^(?!-)[a-z0-9-]{1,63}(?<!-)$/.test(label)) ? ascii : undefined;
}

/** IPv6 addresses stand in brackets, as in a URL (RFC 3986 3.2.2). */
export function asHostAndPort(value: string): HostAndPort | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d+)$/.exec(value);
  if (!match) return undefined;
  const [, bracketed, plain = '', digits = ''] = match;
  const number = wholeNumber(digits, 1, 65_535);
  const host = bracketed === undefined ? (net.isIPv4(plain) ? plain : asHostName(plain)) : bracketed;
  if (number === undefined || host === undefined || (bracketed !== undefined && !net.isIPv6(bracketed)))
    return undefined;
  return { host, port: number };
}
