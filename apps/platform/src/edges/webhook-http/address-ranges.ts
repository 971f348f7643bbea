// The ranges of addresses that are not the world's. Sources: the IANA registries of special-purpose addresses, IPv4 and
// IPv6 (RFC 6890), and the RFC beside each range.

export type AddressRange = { range: string; what: string; source: string };

/** Where an IPv6 address holds an IPv4 address, at which bit, and whether its bits are turned over. */
export type EmbeddingRange = AddressRange & { at: readonly { bit: number; inverted: boolean }[] };

export const forbiddenIpv4Ranges: readonly AddressRange[] = [
  { range: '0.0.0.0/8', what: 'this network', source: 'RFC 1122 3.2.1.3' },
  { range: '10.0.0.0/8', what: 'private', source: 'RFC 1918' },
  { range: '100.64.0.0/10', what: 'shared by a carrier (CGNAT)', source: 'RFC 6598' },
  { range: '127.0.0.0/8', what: 'loopback', source: 'RFC 1122 3.2.1.3' },
  // Clouds keep their metadata, and with it keys, at 169.254.169.254.
  { range: '169.254.0.0/16', what: 'link-local', source: 'RFC 3927' },
  { range: '172.16.0.0/12', what: 'private', source: 'RFC 1918' },
  { range: '192.0.0.0/24', what: 'of protocols', source: 'RFC 6890' },
  { range: '192.0.2.0/24', what: 'for documentation', source: 'RFC 5737' },
  { range: '192.88.99.0/24', what: 'of 6to4 relays', source: 'RFC 7526' },
  { range: '192.168.0.0/16', what: 'private', source: 'RFC 1918' },
  { range: '198.18.0.0/15', what: 'for benchmarks', source: 'RFC 2544' },
  { range: '198.51.100.0/24', what: 'for documentation', source: 'RFC 5737' },
  { range: '203.0.113.0/24', what: 'for documentation', source: 'RFC 5737' },
  { range: '224.0.0.0/4', what: 'multicast', source: 'RFC 5771' },
  { range: '255.255.255.255/32', what: 'broadcast', source: 'RFC 919' },
  { range: '240.0.0.0/4', what: 'reserved', source: 'RFC 1112 4' },
];

/** Looked at before the embedding ranges: `::` and `::1` lie in the range of IPv4-compatible addresses. */
export const forbiddenIpv6Ranges: readonly AddressRange[] = [
  { range: '::/128', what: 'unspecified', source: 'RFC 4291 2.5.2' },
  { range: '::1/128', what: 'loopback', source: 'RFC 4291 2.5.3' },
  { range: '64:ff9b:1::/48', what: 'of local translation', source: 'RFC 8215' },
  { range: '100::/64', what: 'for discarding', source: 'RFC 6666' },
  { range: '100:0:0:1::/64', what: 'for discarding', source: 'RFC 9780' },
  { range: '2001:db8::/32', what: 'for documentation', source: 'RFC 3849' },
  { range: '3fff::/20', what: 'for documentation', source: 'RFC 9637' },
  { range: '5f00::/16', what: 'of segment routing', source: 'RFC 9602' },
  { range: 'fc00::/7', what: 'private', source: 'RFC 4193' },
  { range: 'fe80::/10', what: 'link-local', source: 'RFC 4291 2.5.6' },
  { range: 'fec0::/10', what: 'site-local', source: 'RFC 3879' },
  { range: 'ff00::/8', what: 'multicast', source: 'RFC 4291 2.7' },
];

/** Such an address leads to the IPv4 address in it, so that address decides. */
export const embeddingRanges: readonly EmbeddingRange[] = [
  { range: '::/96', what: 'IPv4-compatible', source: 'RFC 4291 2.5.5.1', at: [{ bit: 96, inverted: false }] },
  { range: '::ffff:0:0/96', what: 'IPv4-mapped', source: 'RFC 4291 2.5.5.2', at: [{ bit: 96, inverted: false }] },
  { range: '::ffff:0:0:0/96', what: 'IPv4-translated', source: 'RFC 2765 2.1', at: [{ bit: 96, inverted: false }] },
  { range: '64:ff9b::/96', what: 'NAT64', source: 'RFC 6052', at: [{ bit: 96, inverted: false }] },
  { range: '2002::/16', what: '6to4', source: 'RFC 3056', at: [{ bit: 16, inverted: false }] },
  {
    range: '2001::/32',
    what: 'Teredo',
    source: 'RFC 4380 4',
    // The server's address, and the client's with its bits turned over.
    at: [
      { bit: 32, inverted: false },
      { bit: 96, inverted: true },
    ],
  },
];

/** Looked at after the embedding ranges, for Teredo lies in it: benchmarks (RFC 5180), ORCHID (RFC 7343), anycasts of protocols. */
export const protocolRange: AddressRange = { range: '2001::/23', what: 'of protocols', source: 'RFC 2928' };

/** All of IPv6 that is given to networks today; the rest belongs to nobody (RFC 4291 2.4). */
export const globalIpv6Range: AddressRange = { range: '2000::/3', what: 'global', source: 'RFC 4291 2.4' };
