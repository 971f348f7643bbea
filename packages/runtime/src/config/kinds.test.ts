import assert from 'node:assert/strict';
import test from 'node:test';
import * as kinds from './kinds.ts';
import type { Kind } from './setting.ts';

function value<T>(kind: Kind<T>, text: string): T | undefined {
  const parsed = kind.parse(text);
  return 'value' in parsed ? parsed.value : undefined;
}

function accepts<T>(kind: Kind<T>, cases: readonly (readonly [string, T])[]): void {
  for (const [text, expected] of cases) assert.deepEqual(value(kind, text), expected, text);
}

function refuses<T>(kind: Kind<T>, texts: readonly string[]): void {
  for (const text of texts) assert.equal(value(kind, text), undefined, text);
}

test('numbers', () => {
  accepts(kinds.port, [['25', 25]]);
  refuses(kinds.port, ['0', '65536', '-1', '2.5', '1e3', '0x10', 'smtp', ' 25']);
  accepts(kinds.listeningPort, [['0', 0]]);
  refuses(kinds.integer(1, 10, 'days'), ['0', '11', '']);
});

test('yes or no', () => {
  accepts(kinds.yesOrNo, [
    ['true', true],
    ['NO', false],
    ['1', true],
  ]);
  refuses(kinds.yesOrNo, ['maybe', '2']);
});

test('host names and domains, other scripts as A-labels', () => {
  accepts(kinds.hostName, [
    ['Mail.Example.COM', 'mail.example.com'],
    ['localhost', 'localhost'],
    ['bücher.example', 'xn--bcher-kva.example'],
  ]);
  refuses(kinds.hostName, ['-a.example', 'a_b.example', 'a..b', 'a b', '127.0.0.1', 'x'.repeat(64), 'http://a']);
  refuses(kinds.domain, ['localhost']);
});

test('web addresses lose the slash at their end', () => {
  accepts(kinds.webAddress, [
    ['https://mail.example.com/', 'https://mail.example.com'],
    ['http://127.0.0.1:3000/base/', 'http://127.0.0.1:3000/base'],
  ]);
  refuses(kinds.webAddress, [
    'mail.example.com',
    'ftp://x',
    'https://u:p@x',
    'https://x/?a',
    'https://x/#a',
    'http://',
  ]);
});

test('hosts with ports', () => {
  accepts(kinds.hostAndPort, [
    ['127.0.0.1:783', { host: '127.0.0.1', port: 783 }],
    ['[::1]:783', { host: '::1', port: 783 }],
    ['Relay.example:25', { host: 'relay.example', port: 25 }],
  ]);
  refuses(kinds.hostAndPort, ['relay', 'relay:', 'relay:0', '::1:25', '[relay]:25', ':25']);
  accepts(kinds.ipAndPort(53), [
    ['::1', { host: '::1', port: 53 }],
    ['[::1]', { host: '::1', port: 53 }],
    ['9.9.9.9', { host: '9.9.9.9', port: 53 }],
    ['9.9.9.9:5353', { host: '9.9.9.9', port: 5353 }],
  ]);
  refuses(kinds.ipAndPort(53), ['dns.example', 'dns.example:53']);
});

test('address ranges', () => {
  accepts(kinds.addressRange, [
    ['10.0.0.0/8', { address: '10.0.0.0', prefixLength: 8, family: 'ipv4' }],
    ['192.0.2.7', { address: '192.0.2.7', prefixLength: 32, family: 'ipv4' }],
    ['fd00::/8', { address: 'fd00::', prefixLength: 8, family: 'ipv6' }],
  ]);
  refuses(kinds.addressRange, ['10.0.0.0/33', '10.0.0/8', 'all', '10.0.0.0/8/8', '10.0.0.0/']);
});

test('a list names its bad item', () => {
  accepts(kinds.listOf(kinds.port), [
    ['25, 26,', [25, 26]],
    [',', []],
  ]);
  assert.deepEqual(kinds.listOf(kinds.port).parse('25,x'), {
    problem: 'is a list whose items are separated by commas; each must be a port number from 1 to 65535, and is "x"',
  });
});
