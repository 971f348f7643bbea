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

test('a message that came by SMTP is changed within its texts only, each in its own encoding', async () => {
  const html = '<body>Gr\xfc\xdfe <a href="https://shop.test/?a=1&amp;b=2">Shop</a></body>';
  const base64 = Buffer.from('Grüße https://shop.test/b, and more\n').toString('base64');
  const lines = [
    '--a',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: base64',
    '',
    base64,
    '--a',
    'Content-Type: text/html; charset=iso-8859-1',
    'Content-Transfer-Encoding: 8bit',
    '',
    html,
    '--a',
    'Content-Type: text/html; name=page.html',
    'Content-Disposition: attachment',
    '',
    '<a href="https://shop.test/">a file</a>',
    '--a--',
    'epilogue https://shop.test/',
    '',
  ];
  const source = {
    header: Buffer.from('From: desk@shop.test\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=a\r\n'),
    body: Buffer.from(lines.join('\r\n'), 'latin1'),
    attachmentNames: ['page.html'],
    isSmtpUtf8: false,
  };
  const tracking = { opens: true, links: 'HtmlAndText' as const };
  const { text: _, ...sample } = sampleItem().message.content;
  const item = { message: { ...sampleItem().message, content: { ...sample, source, tracking } }, recipientNumber: 3 };
  const prepare = createMessagePreparer(async () => [], undefined, trackingLinks);
  const { body } = await prepare(item);
  const wire = body.toString('latin1').split('\r\n');
  const htmlLine = wire.find(line => line.startsWith('<body>')) ?? '';
  assert.deepEqual(
    tokensIn(htmlLine).map(token => [token?.kind, token?.recipientNumber]),
    [
      ['click', 3],
      ['open', 3],
    ],
  );
  assert.match(
    htmlLine,
    /^<body>Gr\xfc\xdfe <a href="[^"]*">Shop<\/a><img src="[^"]*" width="1" height="1" border="0" alt=""><\/body>$/,
  );
  const [textStart, textEnd] = [wire.indexOf(''), wire.indexOf('--a', 1)];
  const text = Buffer.from(wire.slice(textStart, textEnd).join(''), 'base64').toString();
  assert.match(text, /^Grüße https:\/\/click\.shop\.test\/c\/[\w-]+, and more\n$/);
  // The rest is as it came.
  const restOf = (all: readonly string[]) => all.slice(all.indexOf('<a href="https://shop.test/">a file</a>') - 4);
  assert.deepEqual(restOf(wire), restOf(lines));
  assert.notDeepEqual((await prepare({ ...item, recipientNumber: 4 })).body, body);

  const sealed = Buffer.from(`--s\r\nContent-Type: text/html\r\n\r\n${html}\r\n--s--\r\n`, 'latin1');
  const signed = { ...source, header: Buffer.from('Content-Type: multipart/signed; boundary=s\r\n'), body: sealed };
  const untouched = { ...item, message: { ...item.message, content: { ...sample, source: signed, tracking } } };
  assert.deepEqual((await prepare(untouched)).body, sealed);
});

test('a link that makes a line too long for mail servers brings its part into another encoding', async () => {
  const html = `<a href="https://shop.test/${'x'.repeat(900)}">x</a>`;
  const source = {
    header: Buffer.from('From: desk@shop.test\r\nContent-Type: text/html\r\n'),
    body: Buffer.from(`${html}\r\n`),
    attachmentNames: [],
    isSmtpUtf8: false,
  };
  const { text: _, ...sample } = sampleItem().message.content;
  const content = { ...sample, source, tracking: { opens: true, links: 'HtmlOnly' as const } };
  const prepare = createMessagePreparer(async () => [], undefined, trackingLinks);
  const prepared = sourceOf(await prepare({ message: { ...sampleItem().message, content }, recipientNumber: 0 }));
  assert.ok(
    prepared
      .toString('latin1')
      .split('\r\n')
      .every(line => line.length <= 998),
  );
  const parsed = await PostalMime.parse(prepared);
  assert.deepEqual(
    tokensIn(parsed.html ?? '').map(token => token?.kind),
    ['click', 'open'],
  );
});
