import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import fc from 'fast-check';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import type { Mailbox } from '../address/mailbox.ts';
import { composeMessage, type HeaderField } from '../mime/compose-message.ts';
import { canonicalBody, canonicalField } from './canonical-form.ts';
import { hashBody, signMessage } from './sign-message.ts';
import {
  createSigningKey,
  type DkimAlgorithm,
  dkimRecordValue,
  generateDkimKeyPair,
  publicKeyOf,
  type SigningKey,
} from './signing-key.ts';

const algorithms: readonly DkimAlgorithm[] = ['rsa-sha256', 'ed25519-sha256'];
const zone = new Map<string, string>();
const keys: SigningKey[] = [];
const signedAt = new Date('2025-03-27T23:15:33Z');

before(async () => {
  for (const algorithm of algorithms) {
    const { privateKeyPem, publicKeyBase64 } = await generateDkimKeyPair(algorithm);
    assert.equal(publicKeyOf(privateKeyPem), publicKeyBase64);
    const selector = algorithm === 'rsa-sha256' ? 'rsa' : 'ed';
    keys.push(createSigningKey({ domain: 'shop.test', selector, algorithm, privateKeyPem }));
    zone.set(`${selector}._domainkey.shop.test`, dkimRecordValue(algorithm, publicKeyBase64));
  }
});

async function resolver(name: string, type: string): Promise<string[][]> {
  const record = zone.get(name);
  if (type !== 'TXT' || record === undefined) throw Object.assign(new Error('not found'), { code: 'ENOTFOUND' });
  return [record.match(/.{1,255}/g) ?? []];
}

async function verify(mail: string | Buffer): Promise<string[]> {
  const { results } = await dkimVerify(Buffer.from(mail), { resolver });
  return results.map(result => result.status.result);
}

function mailbox(address: string): Mailbox {
  const [localPart = '', domain = ''] = address.split('@');
  return { name: '', localPart, domain, address };
}

function compose(text: string, html: string, subject: string, headers: { name: string; value: string }[] = []) {
  return composeMessage({
    from: mailbox('desk@shop.test'),
    to: [mailbox('ana@buyer.test')],
    cc: [],
    replyTo: [],
    subject,
    date: signedAt,
    messageId: '<1@shop.test>',
    headers,
    text,
    html,
    attachments: [],
    boundarySeed: '1',
  });
}

const join = (signature: string, headers: HeaderField[], body: Buffer) =>
  `${signature}${headers.map(field => field.line).join('')}\r\n${body.toString()}`;

test('a verifier accepts the signatures of both algorithms on any message', async () => {
  const word = fc.constantFrom(' ', '  ', '\t', '\n', '\n\n', 'word', '.', 'ü', 'x'.repeat(100), ' \n', '=');
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 100 }),
    fc.array(word).map(words => words.join('')),
  );
  await fc.assert(
    fc.asyncProperty(text, text, fc.string({ unit: 'grapheme' }), async (plain, html, subject) => {
      const { headers, body } = compose(plain, html, subject, [
        { name: 'List-Unsubscribe', value: '<https://shop.test/u>' },
      ]);
      const signature = await signMessage({ headers, body, keys, signedAt });
      assert.match(signature, /^(?:DKIM-Signature: [\x20-\x7e]+\r\n(?: [\x20-\x7e]+\r\n)*){2}$/);
      for (const line of signature.split('\r\n')) assert.ok(line.length <= 78, line);
      assert.deepEqual(await verify(join(signature, headers, body)), ['pass', 'pass']);
    }),
    { numRuns: 60 },
  );
});

test('a header of a mailbox outside ASCII is signed as UTF-8', async () => {
  const { headers, body } = compose('x', '', 's');
  const field = { name: 'To', line: 'To: jürgen@buyer.test\r\n' };
  const changed = headers.map(header => (header.name === 'To' ? field : header));
  const signature = await signMessage({ headers: changed, body, keys, signedAt });
  assert.deepEqual(await verify(join(signature, changed, body)), ['pass', 'pass']);
});

test('what is changed or added on the way breaks the signature', async () => {
  const { headers, body } = compose('Pay 10', '', 'Invoice', [
    { name: 'List-Unsubscribe', value: '<https://shop.test/u>' },
    { name: 'X-PM-Message-Id', value: '1' },
  ]);
  const mail = join(await signMessage({ headers, body, keys, signedAt }), headers, body);
  assert.deepEqual(await verify(mail), ['pass', 'pass']);

  const spoiled: [story: string, mail: string][] = [
    ['body', mail.replace('Pay 10', 'Pay 99')],
    ['subject', mail.replace('Subject: Invoice', 'Subject: Refund')],
    ['message id', mail.replace('X-PM-Message-Id: 1', 'X-PM-Message-Id: 2')],
    ['more body', `${mail}more\r\n`],
  ];
  for (const name of [
    'From',
    'To',
    'Cc',
    'Subject',
    'Reply-To',
    'Date',
    'Message-ID',
    'MIME-Version',
    'Content-Type',
    'List-Unsubscribe',
  ]) {
    spoiled.push([`${name} added on top`, `${name}: x@evil.test\r\n${mail}`]);
    spoiled.push([`${name} added below`, mail.replace('\r\n\r\n', `\r\n${name}: x@evil.test\r\n\r\n`)]);
  }
  for (const [story, changed] of spoiled) {
    assert.notEqual(changed, mail, story);
    for (const result of await verify(changed)) assert.notEqual(result, 'pass', story);
  }
});

test('what servers on the way may do does not break it', async () => {
  const { headers, body } = compose('a  b', '', 'Invoice  1187');
  const mail = join(await signMessage({ headers, body, keys, signedAt }), headers, body);
  const relayed = `Received: from a by b; Thu, 27 Mar 2025 23:15:33 +0000\r\nList-Id: <x.test>\r\n${mail}`;
  assert.deepEqual(await verify(relayed), ['pass', 'pass']);
  assert.deepEqual(await verify(mail.replace('Subject: Invoice  1187', 'SUBJECT:  Invoice\r\n\t1187  ')), [
    'pass',
    'pass',
  ]);
  assert.deepEqual(await verify(mail.replace('a  b', 'a b  ')), ['pass', 'pass']);
  assert.deepEqual(await verify(`${mail}\r\n\r\n`), ['pass', 'pass']);
});

test('a body hash made before serves every copy', async () => {
  const { headers, body } = compose('x', 'y', 's');
  const given = await signMessage({ headers, body, keys, signedAt, bodyHash: hashBody(body) });
  assert.equal(given, await signMessage({ headers, body, keys, signedAt }));
  assert.equal(await signMessage({ headers, body, keys: [], signedAt }), '');
});

test('the canonical forms are those of RFC 6376', () => {
  // The examples of section 3.4.5 and 3.4.4.
  assert.equal(canonicalField('A: X\r\n'), 'a:X');
  assert.equal(canonicalField('B : Y\t\r\n\tZ  \r\n'), 'b:Y Z');
  const cases: [body: string, canonical: string][] = [
    [' C \r\nD \t E\r\n\r\n\r\n', ' C\r\nD E\r\n'],
    ['', ''],
    ['\r\n', ''],
    ['\r\n\r\n', ''],
    [' \t\r\n', ''],
    ['a', 'a\r\n'],
    ['a\r\n', 'a\r\n'],
    ['a\r\n\r\n', 'a\r\n'],
    ['\r\n\r\na \r\n', '\r\n\r\na\r\n'],
    ['a\r\n ', 'a\r\n'],
  ];
  for (const [body, canonical] of cases) {
    assert.equal(canonicalBody(Buffer.from(body)).toString(), canonical, JSON.stringify(body));
  }
  // RFC 6376 3.4.4: the SHA-256 of the empty relaxed body.
  assert.equal(hashBody(Buffer.alloc(0)), '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=');
});

test('canonical bodies agree with the definition, taken word for word', () => {
  const part = fc.constantFrom(' ', '\t', '\r\n', '\r', '\n', 'a', '.', '  ');
  fc.assert(
    fc.property(fc.array(part, { maxLength: 30 }), parts => {
      const body = parts.join('');
      const lines = body.split('\r\n').map(line => line.replace(/[ \t]+$/, '').replace(/[ \t]+/g, ' '));
      while (lines.length > 0 && lines.at(-1) === '') lines.pop();
      const expected = lines.map(line => `${line}\r\n`).join('');
      assert.equal(canonicalBody(Buffer.from(body)).toString(), expected);
    }),
    { numRuns: 2000 },
  );
});

test('a key of the wrong kind is refused when it is loaded', async () => {
  const { privateKeyPem } = await generateDkimKeyPair('ed25519-sha256');
  assert.throws(
    () => createSigningKey({ domain: 'shop.test', selector: 's', algorithm: 'rsa-sha256', privateKeyPem }),
    /not of the kind rsa/,
  );
});
