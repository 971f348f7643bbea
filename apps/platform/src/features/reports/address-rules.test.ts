import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeReturnPath } from '@pennyblack/email/return-path/verp.ts';
import { reportAddressOf } from './address-rules.ts';

const key = Buffer.alloc(32, 1);
const path = { serverId: 7, messageId: '0190b6a4-8d3c-7a51-9f00-64c1d2e3f405', recipientNumber: 3 };
const kindOf = (address: string) => reportAddressOf(address, 'mail.shop.test', [key])?.kind;

test('a return path is known by its signature on any host; one that nobody signed is forged', () => {
  const own = encodeReturnPath(path, key, 'mail.shop.test');
  assert.deepEqual(reportAddressOf(own, 'mail.shop.test', [key]), { kind: 'return_path', path });
  assert.equal(kindOf(own.toUpperCase()), 'return_path');
  assert.equal(kindOf(encodeReturnPath(path, key, 'pm-bounces.customer.test')), 'return_path');
  assert.equal(kindOf(encodeReturnPath(path, Buffer.alloc(32, 2), 'mail.shop.test')), 'forged');
  assert.equal(kindOf(encodeReturnPath(path, Buffer.alloc(32, 2), 'pm-bounces.customer.test')), undefined);
});

test('the mail host has addresses for reports; other hosts have none, and there is nobody else', () => {
  for (const name of ['fbl', 'abuse', 'Postmaster', 'MAILER-DAEMON'])
    assert.equal(kindOf(`${name}@MAIL.shop.test`), 'role');
  assert.equal(kindOf('postmaster'), 'role');
  for (const address of ['fbl@other.test', 'ana@mail.shop.test', 'pm-x@mail.shop.test', '']) {
    assert.equal(kindOf(address), undefined, address);
  }
});
