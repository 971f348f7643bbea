// The checks over a real DNS server, with signatures of ours and of mailauth.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { signMessage } from '@pennyblack/email/dkim/sign-message.ts';
import {
  createSigningKey,
  dkimRecordValue,
  generateDkimKeyPair,
  type SigningKey,
} from '@pennyblack/email/dkim/signing-key.ts';
import { createSetClock } from '@pennyblack/runtime/clock.ts';
import { sealMessage } from 'mailauth/lib/arc/index.js';
import { type DnsServer, startDnsServer } from '../../../../../tools/fake-world/dns-server.ts';
import { createDnsResolver } from '../smtp-outbound/dns-resolver.ts';
import { createMailChecks, type MailCheck, type MailChecksOptions, type MailToCheck } from './mail-checks.ts';
import { spamdReply, startFakeSpamd } from './testing/fake-spamd.ts';

const now = new Date('2026-03-01T12:00:00Z');
const clock = createSetClock(now);
let dns: DnsServer;
let key: SigningKey;
let arcKeyPem = '';

before(async () => {
  const pair = await generateDkimKeyPair('rsa-sha256');
  key = createSigningKey({
    domain: 'client.test',
    selector: 's1',
    algorithm: 'rsa-sha256',
    privateKeyPem: pair.privateKeyPem,
  });
  const arcPair = await generateDkimKeyPair('rsa-sha256');
  arcKeyPem = arcPair.privateKeyPem;
  dns = await startDnsServer({
    'client.test': {
      TXT: ['other', 'v=spf1 a mx ip4:192.0.2.0/28 include:_spf.client.test -all'],
      A: ['203.0.113.7'],
      MX: [{ exchange: 'mx.client.test', preference: 10 }],
    },
    'mx.client.test': { A: ['203.0.113.8'], AAAA: ['2001:db8::8'], TXT: ['v=spf1 a -all'] },
    '_spf.client.test': { TXT: ['v=spf1 ip6:2001:db8:1::/48 ?all'] },
    's1._domainkey.client.test': { TXT: [dkimRecordValue('rsa-sha256', pair.publicKeyBase64)] },
    'arc._domainkey.list.test': { TXT: [dkimRecordValue('rsa-sha256', arcPair.publicKeyBase64)] },
    '_dmarc.client.test': { TXT: ['v=DMARC1; p=reject; adkim=r'] },
    'soft.test': { TXT: ['v=spf1 ~all'] },
    'open.test': { TXT: ['v=spf1 ?all'] },
    'bare.test': { A: ['192.0.2.1'] },
    'two.test': { TXT: ['v=spf1 -all', 'v=spf1 +all'] },
    'loop.test': { TXT: ['v=spf1 include:loop.test -all'] },
    'wrong.test': { TXT: ['v=spf1 ipx:1 -all'] },
    'voids.test': { TXT: ['v=spf1 a:no1.test a:no2.test a:no3.test a:no4.test -all'] },
    'null-mx.test': { TXT: ['v=spf1 mx -all'], MX: [{ exchange: '.', preference: 0 }] },
    'servfail.test': 'servfail',
    'inner.test': { TXT: ['v=spf1 include:servfail.test -all'] },
    'silent.test': 'timeout',
    '_dmarc.silent-policy.test': 'servfail',
    'silent-policy.test': { TXT: ['v=spf1 -all'] },
    'lost-key.test': { TXT: ['v=spf1 +all'] },
    's1._domainkey.lost-key.test': 'servfail',
  });
});

after(() => dns.close());

function checks(options: Partial<MailChecksOptions> = {}) {
  const resolver = createDnsResolver({ servers: [dns.address], clock, timeoutInMilliseconds: 2000, tries: 1 });
  return createMailChecks({ resolver, spamd: undefined, hostName: 'mx.shop.test', clock, ...options });
}

function mailOf(changes: Partial<MailToCheck> & { from?: string } = {}): MailToCheck {
  const { from = 'Ann <ann@client.test>', ...rest } = changes;
  return {
    source: Buffer.from(`From: ${from}\r\nTo: help@in.shop.test\r\nSubject: Order\r\n\r\nHello\r\n`),
    client: { address: '192.0.2.1', helo: 'mx.client.test' },
    mailFrom: 'ann@client.test',
    ...rest,
  };
}

async function signed(body = 'Hello\r\n', signedAt = now): Promise<string> {
  const lines = [
    'From: Ann <ann@client.test>\r\n',
    'To: help@in.shop.test\r\n',
    'Subject: Order\r\n',
    'Date: Sun, 1 Mar 2026 11:00:00 +0000\r\n',
  ];
  const headers = lines.map(line => ({ name: line.slice(0, line.indexOf(':')), line }));
  return `${await signMessage({ headers, body: Buffer.from(body), keys: [key], signedAt })}${lines.join('')}\r\n${body}`;
}

const fieldOf = (check: MailCheck, name: string) => check.fields.find(field => field.name === name)?.value;

test('each answer of the DNS becomes the result that RFC 7208 gives it', async () => {
  const expected: [mailFrom: string, address: string, result: string][] = [
    ['ann@client.test', '192.0.2.1', 'pass'],
    ['ann@client.test', '203.0.113.7', 'pass'],
    ['ann@client.test', '203.0.113.8', 'pass'],
    ['ann@client.test', '2001:db8::8', 'pass'],
    ['ann@client.test', '2001:db8:1::5', 'pass'],
    ['ann@client.test', '::ffff:192.0.2.1', 'pass'],
    ['ann@client.test', '198.51.100.1', 'fail'],
    ['ann@soft.test', '192.0.2.1', 'softfail'],
    ['ann@open.test', '192.0.2.1', 'neutral'],
    ['ann@bare.test', '192.0.2.1', 'none'],
    ['ann@nowhere.test', '192.0.2.1', 'none'],
    ['ann@two.test', '192.0.2.1', 'permerror'],
    ['ann@loop.test', '192.0.2.1', 'permerror'],
    ['ann@wrong.test', '192.0.2.1', 'permerror'],
    ['ann@voids.test', '192.0.2.1', 'permerror'],
    ['ann@null-mx.test', '192.0.2.1', 'fail'],
    ['ann@servfail.test', '192.0.2.1', 'temperror'],
    ['ann@inner.test', '192.0.2.1', 'temperror'],
    ['', '203.0.113.8', 'pass'],
    ['', '203.0.113.9', 'fail'],
  ];
  const { check } = checks();
  const results = await Promise.all(
    expected.map(async ([mailFrom, address]) => {
      const { spf } = await check(mailOf({ mailFrom, client: { address, helo: 'mx.client.test' } }));
      return [mailFrom, address, spf];
    }),
  );
  assert.deepEqual(results, expected);
});

test('what was found out stands in two fields, in the form that Postmark gives the first', async () => {
  const result = await checks().check(mailOf());
  assert.deepEqual(
    result.fields.map(field => field.name),
    ['Received-SPF', 'Authentication-Results'],
  );
  assert.equal(
    fieldOf(result, 'Received-SPF'),
    'Pass (sender SPF authorized) identity=mailfrom; client-ip=192.0.2.1; helo=mx.client.test; envelope-from=ann@client.test',
  );
  const value = fieldOf(result, 'Authentication-Results') ?? '';
  assert.match(
    value,
    /^mx\.shop\.test;\tspf=pass [^;\t]*smtp\.mailfrom=client\.test;\tdkim=none[^;\t]*;\tdmarc=pass [^;\t]*header\.from=client\.test[^;\t]*;\tarc=none/,
  );
});

test('what a client made up cannot break out of a field', async () => {
  const result = await checks().check(
    mailOf({
      mailFrom: 'a"b; x=y\r\nX: y@client.test',
      client: { address: '192.0.2.1', helo: 'h (x); spf=pass\r\nA: b' },
    }),
  );
  for (const { value } of result.fields) assert.doesNotMatch(value, /[\r\n]/);
  assert.match(
    fieldOf(result, 'Received-SPF') ?? '',
    /helo="h \(x\); spf=passA: b"; envelope-from="a\\"b; x=yX: y@client\.test"/,
  );
});

test('a signature that holds passes, one over another body fails, and DMARC follows', async () => {
  const { check } = checks();
  const elsewhere = { client: { address: '198.51.100.1', helo: 'forwarder.test' } };
  const good = await check(mailOf({ ...elsewhere, source: Buffer.from(await signed()) }));
  assert.deepEqual([good.spf, good.dkim, good.dmarc], ['fail', 'pass', 'pass']);
  assert.match(fieldOf(good, 'Authentication-Results') ?? '', /dkim=pass [^;]*header\.d=client\.test/);

  const changed = await check(
    mailOf({ ...elsewhere, source: Buffer.from((await signed()).replace('Hello', 'Hallo')) }),
  );
  assert.deepEqual([changed.spf, changed.dkim, changed.dmarc], ['fail', 'fail', 'fail']);
  const early = await check(mailOf({ ...elsewhere, source: Buffer.from(await signed('Large\r\n'.repeat(100_000))) }));
  assert.equal(early.dkim, 'pass');
});

test('a sealed mail of a list passes ARC', async () => {
  const source = await signed();
  const seal = {
    signingDomain: 'list.test',
    selector: 'arc',
    privateKey: arcKeyPem,
    cv: 'none',
    authResults: 'list.test; dkim=pass',
  };
  const sealed = Buffer.concat([
    await sealMessage(Buffer.from(source), { ...seal, signTime: now } as Parameters<typeof sealMessage>[1]),
    Buffer.from(source),
  ]);
  const { check } = checks();
  assert.equal((await check(mailOf({ source: sealed }))).arc, 'pass');
  const broken = Buffer.from(sealed.toString().replace('Subject: Order', 'Subject: [list] Order'));
  const after = await check(mailOf({ source: broken }));
  assert.deepEqual([after.arc, after.dkim], ['fail', 'fail']);
});

test('what the DNS cannot say now is temporary, for keys and policies too', async () => {
  const { check } = checks();
  const policy = await check(mailOf({ from: 'a@silent-policy.test', mailFrom: 'a@silent-policy.test' }));
  assert.deepEqual([policy.spf, policy.dmarc], ['fail', 'temperror']);
  const lostKey = (await signed()).replace('d=client.test', 'd=lost-key.test');
  assert.equal((await check(mailOf({ source: Buffer.from(lostKey) }))).dkim, 'temperror');
});

test('names that never answer end in time', async () => {
  const resolver = createDnsResolver({ servers: [dns.address], clock, timeoutInMilliseconds: 3000, tries: 1 });
  const result = await checks({ resolver, timeoutInMilliseconds: 100 }).check(
    mailOf({ mailFrom: 'a@silent.test', from: 'a@silent.test' }),
  );
  assert.deepEqual([result.spf, result.dkim, result.dmarc], ['temperror', 'none', 'temperror']);
});

test('a stranger decides neither how many names are looked up nor how often the body is read', async () => {
  const asked = dns.queries.length;
  const signature = (index: number) =>
    `DKIM-Signature: v=1; a=rsa-sha256; c=simple/simple; l=${index}; d=d${index}.test; s=x; h=from; bh=AAAA; b=AAAA\r\n`;
  const header = Array.from({ length: 1000 }, (_, index) => signature(index)).join('');
  const result = await checks().check(mailOf({ source: Buffer.from(`${header}From: a@client.test\r\n\r\nHello\r\n`) }));
  assert.equal(result.dkim, 'fail');
  assert.ok(dns.queries.length - asked <= 60);
  const entries = (fieldOf(result, 'Authentication-Results') ?? '').split(';\t');
  assert.ok(entries.filter(entry => entry.startsWith('dkim=')).length <= 10);
});

test('a header that no program writes is not verified, and its author still has his policy', async () => {
  const { check } = checks();
  const large = Buffer.from(`X: ${'y'.repeat(10_000_000)}\r\nFrom: a@client.test\r\n\r\nHello\r\n`);
  const result = await check(mailOf({ source: large, client: { address: '198.51.100.1', helo: 'x.test' } }));
  assert.deepEqual([result.spf, result.dkim, result.dmarc], ['fail', 'neutral', 'fail']);
  assert.match(
    fieldOf(result, 'Authentication-Results') ?? '',
    /dkim=neutral \(the header is too large to be checked\)/,
  );
});

test('mail that is hardly mail is checked all the same', async () => {
  const { check } = checks({ onError: error => assert.fail(String(error)) });
  const sources = [
    '',
    '\r\n',
    'x',
    '\0\0\0',
    'From: \r\n\r\n',
    'From: a@client.test\r\nFrom: b@other.test\r\n\r\n',
    'DKIM-Signature: \r\n\r\n',
    'DKIM-Signature: v=1; a=rsa-sha256; d=; s=; b=; bh=; h=from\r\nFrom: a@client.test\r\n\r\n',
    'ARC-Seal: i=1; cv=none\r\nARC-Seal: i=999; cv=pass\r\n\r\n',
    `From: ${'(a'.repeat(4000)}\r\n\r\n`,
    `From: ${'"a" <b@c.test>, '.repeat(5000)}\r\n\r\n`,
    `ARC-Message-Signature: i=1; ${'h=a:'.repeat(9000)}\r\n\r\n`,
    `Content-Type: ${'a;'.repeat(50_000)}\r\nDKIM-Signature: v=1; a=rsa-sha256; d=a.test; s=b; b=AA; bh=AA; h=from\r\nFrom: a@client.test\r\n\r\nx`,
  ];
  for (const source of sources) {
    const began = process.cpuUsage();
    const result = await check(mailOf({ source: Buffer.from(source) }));
    assert.equal(result.spf, 'pass');
    assert.ok(process.cpuUsage(began).user < 10_000_000, source.slice(0, 40));
  }
  const odd = await check(mailOf({ client: { address: 'unknown', helo: '' }, mailFrom: '@' }));
  assert.equal(odd.dkim, 'none');
});

test('the score of spamd comes first among the fields, and a failing spamd is told of', async () => {
  const headers =
    'X-Spam-Checker-Version: SpamAssassin 4.0.1\r\nX-Spam-Status: No, score=1.2 required=5.0 tests=A autolearn=no\r\n\r\n';
  const spamd = await startFakeSpamd(spamdReply('False ; 1.2 / 5.0', headers));
  const answers: string[] = [];
  const options = { spamd: spamd.address, onSpamAnswer: (answer: { kind: string }) => answers.push(answer.kind) };
  const mail = mailOf({ client: { address: '::ffff:192.0.2.1', helo: 'mx.client.test ([10.0.0.1])\r\nX: y' } });
  const scored = await checks(options).check(mail);
  await spamd.close();
  assert.equal(scored.spamScore, 1.2);
  // The hop to us is told, in one field whatever the client says.
  const trace = [
    'Return-Path: <ann@client.test>',
    'Received: from mx.client.test10.0.0.1X:y ([192.0.2.1])',
    '\tby mx.shop.test with ESMTP; Sun, 01 Mar 2026 12:00:00 +0000',
  ];
  assert.equal(spamd.heard[0]?.mail, `${trace.join('\r\n')}\r\n${mail.source.toString()}`);
  assert.deepEqual(
    scored.fields.map(field => field.name),
    [
      'X-Spam-Checker-Version',
      'X-Spam-Status',
      'X-Spam-Score',
      'X-Spam-Tests',
      'Received-SPF',
      'Authentication-Results',
    ],
  );
  const unscored = await checks(options).check(mailOf());
  assert.equal(unscored.spamScore, undefined);
  assert.equal(unscored.spf, 'pass');
  assert.deepEqual(answers, ['scored', 'failed']);
});
