import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { platformNames } from './reading.ts';
import { readUserAgent } from './user-agent-rules.ts';

test('programs, systems and platforms have the names that Postmark gives them', () => {
  const known: [string, string, string, string, string][] = [
    [
      'Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Thunderbird/115.6.0',
      'Thunderbird 115.6.0',
      'Mozilla Foundation',
      'Linux',
      'Desktop',
    ],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0',
      'Firefox 128.0',
      'Mozilla Foundation',
      'Windows 10',
      'WebMail',
    ],
    [
      'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)',
      'Gmail',
      'Google',
      '',
      'WebMail',
    ],
    [
      'Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; WOW64; Trident/7.0; Microsoft Outlook 16.0.4266; ms-office; MSOffice 16)',
      'Outlook 16.0.4266',
      'Microsoft Corporation.',
      'Windows 10',
      'Desktop',
    ],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)',
      'Apple Mail',
      'Apple Inc.',
      'macOS 10.15.7',
      'Desktop',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148',
      'iPhone Mail',
      'Apple Inc.',
      'iOS 17.1',
      'Mobile',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Mobile/15E148 Safari/604.1',
      'Safari 17.1',
      'Apple Inc.',
      'iOS 17.1',
      'Mobile',
    ],
    [
      'Mozilla/5.0 (Linux; Android 13; SM-S901B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/112.0.0.0 Mobile Safari/537.36',
      'Chrome 112.0.0.0',
      'Google',
      'Android 13',
      'Mobile',
    ],
    ['Mozilla/5.0', 'Apple Mail', 'Apple Inc.', '', 'Unknown'],
    ['Fancy Reader', '', '', '', 'Unknown'],
    ['', '', '', '', 'Unknown'],
  ];
  for (const [userAgent, name, company, os, platform] of known) {
    const read = readUserAgent(userAgent, 'open');
    assert.deepEqual(
      [read.client.name, read.client.company, read.os.name, read.platform],
      [name, company, os, platform],
      userAgent,
    );
  }
});

test('a click in a browser on a desk is one on a desktop', () => {
  const browser = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0';
  assert.equal(readUserAgent(browser, 'click').platform, 'Desktop');
});

test('whatever a program calls itself is read, and quickly', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 100 }), text => {
      assert.ok(platformNames.includes(readUserAgent(text, 'open').platform));
    }),
  );
  readUserAgent(`Mozilla/5.0 (iPhone;${' AppleWebKit'.repeat(100_000)}`, 'open');
});
