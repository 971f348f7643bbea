import assert from 'node:assert/strict';
import test from 'node:test';
import { testKeyRing, testWorld } from '../../testing/test-world.ts';
import { createAccount } from '../accounts/create-account.ts';
import { addDomain, vouchForDomain } from '../domains/add-domain.ts';
import { confirmSender } from './confirm-sender.ts';
import { findSenderStanding } from './find-sender-standing.ts';

const { database: db, accountId } = await testWorld();
const now = new Date();

function standing(address: string, account = accountId) {
  return findSenderStanding(db.reads, account, { address, domain: address.slice(address.indexOf('@') + 1) });
}

const confirm = (address: string) => db.accept.transaction(tx => confirmSender(tx, accountId, address, 'Desk', now));

test('a confirmed address may send, in any case; its neighbours and other accounts may not', async () => {
  const other = await db.accept.transaction(tx =>
    createAccount(tx, testKeyRing, { name: 'Other', givenToken: undefined }, now),
  );
  await confirm('Desk@Shop.test');
  assert.equal(await standing('desk@SHOP.test'), 'confirmed_signature');
  assert.equal(await standing('other@shop.test'), 'unknown');
  assert.equal(await standing('desk@shop.test', other.accountId), 'unknown');
});

test('an address that waits for its confirmation is told apart, and confirming it again keeps the first moment', async () => {
  await db.accept.query`
    insert into sender_signatures (account_id, email_address, address_key, name, created_at)
    values (${accountId}, 'new@shop.test', 'new@shop.test', '', now())`;
  assert.equal(await standing('new@shop.test'), 'unconfirmed_signature');
  await confirm('new@shop.test');
  await db.accept.transaction(tx => confirmSender(tx, accountId, 'NEW@shop.test', 'Again', new Date(0)));
  const rows = await db.reads.query`
    select confirmed_at as at from sender_signatures where address_key = 'new@shop.test'`;
  assert.deepEqual(rows, [{ at: now }]);
});

test('a verified domain lets all its addresses send, and none of a sub-domain', async () => {
  const domainId = await addDomain(db.accept, testKeyRing, accountId, 'wide.test', now);
  assert.equal(await standing('any@wide.test'), 'unknown');
  await db.accept.transaction(tx => vouchForDomain(tx, domainId, now));
  assert.equal(await standing('any@Wide.test'), 'verified_domain');
  assert.equal(await standing('any@sub.wide.test'), 'unknown');
});
