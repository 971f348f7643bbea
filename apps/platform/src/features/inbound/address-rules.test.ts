import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inboundAddressOf, inboundDomainsFor } from './address-rules.ts';

const hash = '0123456789abcdef0123456789abcdef';
const of = (address: string) => inboundAddressOf(address, 'inbound.shop.test');

test('a hash address leads to its server in any case and with anything behind a plus', () => {
  for (const address of [`${hash}@inbound.shop.test`, `${hash.toUpperCase()}+T-1+x@INBOUND.Shop.Test`])
    assert.deepEqual(of(address), { kind: 'hash', hash });
  for (const address of [
    `${hash}0@inbound.shop.test`,
    'ana@inbound.shop.test',
    `x+${hash}@inbound.shop.test`,
    hash,
    '',
  ])
    assert.equal(of(address), undefined, address);
});

test('every other domain may be an inbound domain, whatever the local part is', () => {
  assert.deepEqual(of('Any+one@IN.Customer.test'), { kind: 'domain', domain: 'in.customer.test' });
  assert.deepEqual(of('"a@b"@bücher.test'), { kind: 'domain', domain: 'xn--bcher-kva.test' });
  assert.deepEqual(of(`${hash}@x.inbound.shop.test`), { kind: 'domain', domain: 'x.inbound.shop.test' });
  for (const address of ['@customer.test', 'ana@', 'ana@[127.0.0.1]', 'ana@a b']) {
    const found = of(address);
    assert.ok(found === undefined || found.kind === 'domain', address);
  }
});

test('an exact inbound domain counts before wildcards, and longer wildcards before shorter ones', () => {
  assert.deepEqual(inboundDomainsFor('a.b.customer.test'), [
    'a.b.customer.test',
    '*.b.customer.test',
    '*.customer.test',
    '*.test',
  ]);
});
