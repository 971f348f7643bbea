import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSigningKey, dkimRecordValue, generateDkimKeyPair } from '@pennyblack/email/dkim/signing-key.ts';
import { decodeTrackingToken } from '@pennyblack/email/tracking/tracking-token.ts';
import { DatabaseUnavailable } from '@pennyblack/runtime/database/database.ts';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import PostalMime from 'postal-mime';
import { createMessagePreparer, type FindKeys, type PreparedMessage, type TrackingLinks } from './prepare-message.ts';
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
  const item = sampleItem();
  const other = { ...item, recipientNumber: 1 };
  const [first, second] = await Promise.all([prepare(item), prepare(other)]);
  assert.equal(first, second);
  assert.equal(await prepare(item), first);
  assert.deepEqual(asked, [[1, 'shop.test']]);
});

test('the signature comes first and carries the time of acceptance, so that every attempt has the same bytes', async () => {
  const key = await shopKey();
  const findKeys: FindKeys = async () => [key];
  const item = sampleItem({ content: { receivedAt: '2026-11-21T12:00:00.000Z' } });
  const first = await createMessagePreparer(findKeys)(item);
  // Another process, another day: Ed25519 signs the same text the same way.
  const again = await createMessagePreparer(findKeys)({ ...item, message: { ...item.message } });
  const header = first.header.toString('latin1');
  assert.match(header, /^DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed\/relaxed; d=shop\.test;\s+s=pm1;/);
  assert.match(header, new RegExp(`t=${Date.parse('2026-11-21T12:00:00Z') / 1000};`));
  assert.match(header, /\r\n\r\n$/);
  assert.deepEqual(again, first);
});

test('a domain without keys is sent unsigned', async () => {
  const { header, needsSmtpUtf8 } = await createMessagePreparer(async () => [])(sampleItem());
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
  const item = sampleItem();
  await assert.rejects(prepare(item), DatabaseUnavailable);
  isAway = false;
  assert.ok((await prepare(item)).body.length > 0);
});

const trackingKey = Buffer.alloc(32, 5);
const trackingLinks: TrackingLinks = { key: trackingKey, findBaseUrl: async () => 'https://click.shop.test' };
const newsletter = {
  html: '<body><p>Grüße</p><a href="https://shop.test/?a=1&amp;b=2">Shop</a></body>',
  text: 'Grüße\r\nhttps://shop.test/?a=1&b=2\r\n',
  attachments: [{ name: 'a.bin', contentType: 'application/octet-stream', base64: 'QUJD'.repeat(50) }],
  tracking: { opens: true, links: 'HtmlAndText' as const },
};

const sourceOf = (prepared: PreparedMessage) => Buffer.concat([prepared.header, prepared.body]);
const tokensIn = (body: string) =>
  [...body.matchAll(/https:\/\/click\.shop\.test\/[oc]\/([\w-]+)/g)].map(([, token]) =>
    decodeTrackingToken(token ?? '', [trackingKey]),
  );

test('each recipient of a tracked message gets links of his own, under a signature that holds; again the same bytes', async () => {
  const { privateKeyPem, publicKeyBase64 } = await generateDkimKeyPair('rsa-sha256');
  const key = createSigningKey({ domain: 'shop.test', selector: 'pm1', algorithm: 'rsa-sha256', privateKeyPem });
  const resolver = async () => [dkimRecordValue('rsa-sha256', publicKeyBase64).match(/.{1,255}/g) ?? []];
  const prepare = createMessagePreparer(async () => [key], undefined, trackingLinks);
  const item = sampleItem({ content: newsletter });
  const numbers = [0, 7];
  const sources = await Promise.all(
    numbers.map(async recipientNumber => sourceOf(await prepare({ ...item, recipientNumber }))),
  );
  assert.notDeepEqual(sources[0], sources[1]);
  for (const [index, source] of sources.entries()) {
    const { results } = await dkimVerify(source, { resolver });
    assert.deepEqual(
      results.map(result => result.status.result),
      ['pass'],
    );
    const parsed = await PostalMime.parse(source);
    const { messageId, serverId } = item.message;
    const recipient = { accountId: 1, serverId, messageId, recipientNumber: numbers[index] };
    const target = 'https://shop.test/?a=1&b=2';
    assert.deepEqual(tokensIn(parsed.html ?? ''), [
      { ...recipient, kind: 'click', part: 'html', target },
      { ...recipient, kind: 'open' },
    ]);
    assert.deepEqual(tokensIn(parsed.text ?? ''), [{ ...recipient, kind: 'click', part: 'text', target }]);
    assert.match(parsed.html ?? '', /alt=""><\/body>/);
    assert.equal(Buffer.from(parsed.attachments[0]?.content as ArrayBuffer).toString(), 'ABC'.repeat(50));
    assert.ok(
      source
        .toString('latin1')
        .split('\r\n')
        .every(line => line.length <= 998),
    );
    assert.doesNotMatch(source.toString('latin1').split('\r\n\r\n').slice(1).join(), /buyer/);
  }
  const later = createMessagePreparer(async () => [key], undefined, trackingLinks);
  assert.deepEqual(sourceOf(await later({ message: { ...item.message }, recipientNumber: 7 })), sources[1]);
});

test('what has nothing to track is composed once for all, although its switches are on', async () => {
  const prepare = createMessagePreparer(async () => [], undefined, trackingLinks);
  const item = sampleItem({ content: { text: 'No link', tracking: { opens: true, links: 'HtmlAndText' } } });
  assert.equal(await prepare(item), await prepare({ ...item, recipientNumber: 1 }));
});

test('a link that would become too long for mail programs stays as it is', async () => {
  const long = `https://shop.test/${'x'.repeat(2000)}`;
  const html = `<a href="${long}">x</a><a href="https://shop.test/">y</a>`;
  const prepare = createMessagePreparer(async () => [], undefined, trackingLinks);
  const item = sampleItem({ content: { html, tracking: { opens: false, links: 'HtmlOnly' } } });
  const parsed = await PostalMime.parse(sourceOf(await prepare(item)));
  assert.ok(parsed.html?.includes(`"${long}"`));
  assert.equal(tokensIn(parsed.html ?? '').length, 1);
});
