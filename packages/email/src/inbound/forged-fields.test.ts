import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authenticationServerOf, withoutForgedFields } from './forged-fields.ts';

const ours = 'mx.shop.test';

test('fields that claim to be ours are taken out, others stay to the byte', () => {
  const kept = [
    'Received: from a by b\r\n',
    'Authentication-Results: other.test; spf=pass\r\n',
    'Authentication-Results: mx.shop.test.evil.test; spf=pass\r\n',
    'ARC-Authentication-Results: i=1; mx.shop.test; spf=pass\r\n',
    'X-Spamtrap: 1\r\n',
    'Subject: =?utf-8?q?x?=\r\n folded\r\n',
    'Return-Path: <a@b.test>\r\n',
  ];
  const forged = [
    'Authentication-Results: mx.shop.test; spf=pass\r\n',
    'authentication-results:\r\n MX.shop.TEST;\r\n dkim=pass\r\n',
    'Authentication-Results : (a (nested) \\) comment) mx.shop.test 1; none\r\n',
    'Authentication-Results: "mx.shop\\.test"; spf=pass\r\n',
    'Authentication-Results: mx.shop.test.; spf=pass\r\n',
    'Received-SPF: Pass (x) client-ip=192.0.2.1;\r\n',
    'X-Spam-Status: No\r\n',
    'x-spam-score: -100\r\n',
    'X-Spam-Anything:\r\n\tfolded\r\n',
  ];
  const body = '\r\nX-Spam-Status: in the body\r\n';
  const mixed = kept.flatMap((line, index) => [forged[index] ?? '', line]).concat(forged.slice(kept.length));
  const result = withoutForgedFields(Buffer.from(mixed.join('') + body), ours);
  assert.equal(result.toString(), kept.join('') + body);
});

test('a mail without forged fields is not copied', () => {
  const source = Buffer.from('Subject: a\r\n\r\nbody\r\n');
  assert.equal(withoutForgedFields(source, ours), source);
  for (const odd of ['', '\r\n', 'x', 'Subject', 'X-Spam-Status']) {
    assert.equal(withoutForgedFields(Buffer.from(odd), ours).toString(), odd);
  }
  assert.equal(withoutForgedFields(Buffer.from('X-Spam-Status: No'), ours).toString(), '');
});

test('the name of a server is found behind comments, in quotes, and nowhere', () => {
  assert.equal(authenticationServerOf(' example.com 1; spf=pass'), 'example.com');
  assert.equal(authenticationServerOf('example.com(comment); none'), 'example.com');
  assert.equal(authenticationServerOf('"a b"; none'), 'a b');
  for (const none of ['', ';', '()', '(unclosed mx.shop.test', '   '])
    assert.equal(authenticationServerOf(none), undefined);
});

test('a name that is hidden behind a long comment is not trusted', () => {
  const source = Buffer.from(`Authentication-Results: (${'x'.repeat(100_000)}) mx.shop.test; spf=pass\r\n\r\n`);
  assert.equal(withoutForgedFields(source, ours).toString(), '\r\n');
});

test('a header of megabytes costs little', () => {
  const lines = ['(', '\\', '"', 'Authentication-Results: (\r\n', 'X-Spam-A: b\r\n', ' \r\n'];
  for (const line of lines) {
    const source = Buffer.from(`Authentication-Results: ${line.repeat(1_000_000 / line.length)}`);
    const before = process.cpuUsage();
    withoutForgedFields(source, ours);
    assert.ok(process.cpuUsage(before).user < 5_000_000);
  }
});
