import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readInboundMail } from '@pennyblack/email/inbound/read-inbound-mail.ts';
import { type PostAbout, postOf } from './read-post.ts';

const source = Buffer.from(
  [
    'Received: from a by b',
    'X-Spam-Status: No',
    'X-Spam-Score: -100',
    'Received-SPF: Pass (forged)',
    'Authentication-Results: mx.shop.test; dkim=pass',
    'Authentication-Results: other.test; dkim=pass',
    'From: ann@client.test',
    '',
    'X-Spam-Status: in the body',
    '',
  ].join('\r\n'),
);

function post(changes: Partial<PostAbout> = {}) {
  const about = {
    messageId: '018f0000-0000-7000-8000-000000000001',
    recipient: 'help+1@in.shop.test',
    fields: [
      { name: 'Return-Path', value: '<ann@client.test>' },
      { name: 'X-Spam-Status', value: 'Yes' },
      { name: 'Received-SPF', value: 'Fail (SPF fail - not authorized) identity=mailfrom' },
      { name: 'Authentication-Results', value: 'mx.shop.test;\tspf=fail;\tdkim=none' },
    ],
    includesRawEmail: true,
    ...changes,
  };
  return JSON.parse(postOf(source, readInboundMail(source), about));
}

test('what a mail says in our name is not shown beside what we say', () => {
  assert.deepEqual(post().Headers, [
    { Name: 'Return-Path', Value: '<ann@client.test>' },
    { Name: 'X-Spam-Status', Value: 'Yes' },
    {
      Name: 'Received-SPF',
      Value: 'Fail (SPF fail - not authorized) identity=mailfrom; receiver=help+1@in.shop.test',
    },
    { Name: 'Authentication-Results', Value: 'mx.shop.test;\tspf=fail;\tdkim=none' },
    { Name: 'Received', Value: 'from a by b' },
    { Name: 'Authentication-Results', Value: 'other.test; dkim=pass' },
  ]);
});

test('the raw mail has our fields, broken into lines, and not the forged ones', () => {
  assert.equal(
    post().RawEmail,
    [
      'X-Spam-Status: Yes',
      'Received-SPF: Fail (SPF fail - not authorized) identity=mailfrom; receiver=help+1@in.shop.test',
      'Authentication-Results: mx.shop.test;',
      '\tspf=fail;',
      '\tdkim=none',
      'Received: from a by b',
      'Authentication-Results: other.test; dkim=pass',
      'From: ann@client.test',
      '',
      'X-Spam-Status: in the body',
      '',
    ].join('\r\n'),
  );
});

test('mail that nobody checked shows its own results of others, and no score that it brought along', () => {
  const names = post({ fields: [] }).Headers.map((field: { Name: string }) => field.Name);
  assert.deepEqual(names, ['Received', 'Authentication-Results', 'Authentication-Results']);
});
