import assert from 'node:assert/strict';
import { isIPv6 } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { embeddingRanges, forbiddenIpv4Ranges, forbiddenIpv6Ranges, protocolRange } from './address-ranges.ts';
import { reasonToForbid } from './address-rules.ts';

const ofTheWorld = [
  '1.1.1.1',
  '8.8.8.8',
  '9.255.255.255',
  '11.0.0.0',
  '100.63.255.255',
  '100.128.0.0',
  '126.255.255.255',
  '128.0.0.0',
  '169.253.255.255',
  '169.255.0.0',
  '172.15.255.255',
  '172.32.0.0',
  '192.0.1.0',
  '192.167.255.255',
  '192.169.0.0',
  '198.17.255.255',
  '198.20.0.0',
  '223.255.255.255',
  '2606:4700:4700::1111',
  '2a00:1450:4001:81b::200e',
  '2001:4860:4860::8888',
  '2003::1',
  '::ffff:8.8.8.8',
  '::ffff:808:808',
  '64:ff9b::8.8.8.8',
  '2002:808:808::1',
  '2001:0:808:808::f7f7:f7f7',
];

const notOfTheWorld = [
  '0.0.0.0',
  '0.1.2.3',
  '10.0.0.0',
  '10.255.255.255',
  '100.64.0.1',
  '100.127.255.255',
  '127.0.0.1',
  '127.255.255.255',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.170',
  '192.0.2.1',
  '192.88.99.1',
  '192.168.255.255',
  '198.18.0.0',
  '198.19.255.255',
  '198.51.100.7',
  '203.0.113.7',
  '224.0.0.1',
  '239.255.255.255',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '0:0:0:0:0:0:0:1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '0:0:0:0:0:ffff:7f00:0001',
  '::FFFF:10.1.2.3',
  '::ffff:169.254.169.254',
  '::ffff:0.0.0.0',
  '::127.0.0.1',
  '::10.0.0.1',
  '::ffff:0:127.0.0.1',
  '64:ff9b::127.0.0.1',
  '64:ff9b::a9fe:a9fe',
  '64:ff9b:1::808:808',
  '2002:7f00:1::',
  '2002:a9fe:a9fe::1',
  '2002:c0a8:1::1',
  // Teredo: the server's address, then the client's with its bits turned over.
  '2001:0:7f00:1::f7f7:f7f7',
  '2001:0:808:808::80ff:fffe',
  '100::1',
  '2001:2::1',
  '2001:db8::1',
  '2001:10::1',
  '2001:20::1',
  '3fff::1',
  '5f00::1',
  '4000::1',
  'fc00::1',
  'fd12:3456::1',
  'fe80::1',
  'fe80::1%eth0',
  'febf::1',
  'fec0::1',
  'feff::1',
  'ff02::1',
];

for (const address of ofTheWorld) {
  test(`${address} may be called`, () => assert.equal(reasonToForbid(address), undefined));
}
for (const address of notOfTheWorld) {
  test(`${address} may not be called`, () => assert.equal(typeof reasonToForbid(address), 'string'));
}

test('what is no address may not be called', () => {
  for (const text of ['', 'localhost', '127.1', '0x7f000001', '2130706433', '256.1.1.1', '1.2.3.4.5', ':::', '[::1]']) {
    assert.equal(reasonToForbid(text), 'not an IP address', text);
  }
});

test('each IPv4 range is closed from its first address to its last', () => {
  for (const { range, source } of forbiddenIpv4Ranges) {
    const [first = '', length = '0'] = range.split('/');
    const start = first.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
    const last = start + 2 ** (32 - Number(length)) - 1;
    for (const address of [start, last, Math.floor((start + last) / 2)].map(dotted)) {
      assert.equal(typeof reasonToForbid(address), 'string', `${address} of ${range}`);
    }
    assert.match(source, /^RFC \d+/);
  }
});

test('every IPv4 address in a forbidden range is forbidden in each of the IPv6 forms that hold it', () => {
  const forms: ((a: number) => string)[] = [
    a => `::ffff:${dotted(a)}`,
    a => `::ffff:${hex(a)}`,
    a => `64:ff9b::${hex(a)}`,
    a => `2002:${hex(a)}::1`,
    a => `::ffff:0:${hex(a)}`,
    a => `2001:0:${hex(a)}::f7f7:f7f7`,
    a => `2001:0:808:808::${hex(~a >>> 0)}`,
  ];
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.constantFrom(...forms), (value, form) => {
      const address = form(value);
      assert.ok(isIPv6(address), address);
      assert.equal(reasonToForbid(address) === undefined, reasonToForbid(dotted(value)) === undefined, address);
    }),
    { numRuns: 2000 },
  );
});

test('the tables name an RFC for each range', () => {
  for (const { range, source } of [...forbiddenIpv6Ranges, ...embeddingRanges, protocolRange]) {
    assert.match(source, /^RFC \d+/, range);
  }
});

function dotted(value: number): string {
  return [24, 16, 8, 0].map(shift => (value >>> shift) & 255).join('.');
}

function hex(value: number): string {
  return `${(value >>> 16).toString(16)}:${(value & 0xffff).toString(16)}`;
}
