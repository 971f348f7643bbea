import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSigningKey, generateDkimKeyPair } from '@pennyblack/email/dkim/signing-key.ts';
import { DatabaseUnavailable } from '@pennyblack/runtime/database/database.ts';
import { createMessagePreparer, type FindKeys } from './prepare-message.ts';
import { sampleItem } from './testing/sample-items.ts';

async function shopKey() {
  const { privateKeyPem } = await generateDkimKeyPair('ed25519-sha256');
  return createSigningKey({ domain: 'shop.test', selector: 'pm1', algorithm: 'ed25519-sha256', privateKeyPem });
}

test('a message is composed and signed once for all its recipients, side by side or one after the other', async () => {
  const asked: [number, string][] = [];
  const key = await shopKey();
  const prepare = createMessagePreparer(async (accountId, domain) => {
    asked.push([accountId, domain]);
    return [key];
  });
  const { message } = sampleItem();
  const [first, second] = await Promise.all([prepare(message), prepare(message)]);
  assert.equal(first, second);
  assert.equal(await prepare(message), first);
  assert.deepEqual(asked, [[1, 'shop.test']]);
});

test('the signature comes first and carries the time of acceptance, so that every attempt has the same bytes', async () => {
  const key = await shopKey();
  const findKeys: FindKeys = async () => [key];
  const { message } = sampleItem({ content: { receivedAt: '2026-11-21T12:00:00.000Z' } });
  const first = await createMessagePreparer(findKeys)(message);
  // Another process, another day: Ed25519 signs the same text the same way.
  const again = await createMessagePreparer(findKeys)({ ...message });
  const header = first.header.toString('latin1');
  assert.match(header, /^DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed\/relaxed; d=shop\.test;\s+s=pm1;/);
  assert.match(header, new RegExp(`t=${Date.parse('2026-11-21T12:00:00Z') / 1000};`));
  assert.match(header, /\r\n\r\n$/);
  assert.deepEqual(again, first);
});

test('a domain without keys is sent unsigned', async () => {
  const { header, needsSmtpUtf8 } = await createMessagePreparer(async () => [])(sampleItem().message);
  assert.doesNotMatch(header.toString('latin1'), /DKIM-Signature/i);
  assert.match(header.toString('latin1'), /^From: /m);
  assert.equal(needsSmtpUtf8, false);
});

test('a failure is not kept: the next attempt begins anew', async () => {
  let isAway = true;
  const prepare = createMessagePreparer(async () => {
    if (isAway) throw new DatabaseUnavailable('the connection broke');
    return [];
  });
  const { message } = sampleItem();
  await assert.rejects(prepare(message), DatabaseUnavailable);
  isAway = false;
  assert.ok((await prepare(message)).body.length > 0);
});
