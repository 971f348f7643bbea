import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mailboxHashOf } from './mailbox-hash.ts';

test('the mailbox hash is what follows the first plus of the local part', () => {
  const hashes = {
    'help+ticket-88@in.shop.test': 'ticket-88',
    'help@in.shop.test': '',
    'help+@in.shop.test': '',
    'help+a+b@in.shop.test': 'a+b',
    '+all@in.shop.test': 'all',
    'help+ünïcode@in.shop.test': 'ünïcode',
    'a@b+c@in.shop.test': 'c',
    'help@in+shop.test': '',
    'help+no-domain': '',
    '': '',
  };
  for (const [address, hash] of Object.entries(hashes)) assert.equal(mailboxHashOf(address), hash, address);
});
