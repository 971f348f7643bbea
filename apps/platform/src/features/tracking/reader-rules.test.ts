import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findNetwork } from './find-network.ts';
import { decideHits, type HitContext, hitsOfRecipientMax, keyOfHit } from './hit-rules.ts';
import { classifyReader, type HitFacts } from './reader-rules.ts';
import type { Hit } from './reading.ts';

const firefox = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0';
const facts: HitFacts = {
  kind: 'open',
  userAgent: firefox,
  network: undefined,
  isPrefetch: false,
  secondsSinceDelivery: 20,
  secondsSinceAcceptance: 21,
};
const classOf = (changes: Partial<HitFacts>) => classifyReader({ ...facts, ...changes });

test('a program that says what it is is believed', () => {
  const known: [string, string][] = [
    [firefox, 'human'],
    ['Mozilla/5.0', 'apple_proxy'],
    ['Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)', 'gmail_proxy'],
    ['YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html', 'other_proxy'],
    ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', 'scanner'],
    ['python-requests/2.31.0', 'scanner'],
    ['curl/8.5.0', 'scanner'],
    ['Barracuda Sentinel (EE)', 'scanner'],
    [
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/120.0 Safari/537.36',
      'scanner',
    ],
    ['', 'scanner'],
    [
      'Mozilla/5.0 (Linux; Android 13; CUBOT X50) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/112.0 Mobile Safari/537.36',
      'human',
    ],
    ['Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36', 'human'],
    ['Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17126; Pro)', 'human'],
  ];
  for (const [userAgent, expected] of known) assert.equal(classOf({ userAgent }), expected, userAgent);
});

test('networks of filters and proxies tell what a browser’s name hides', () => {
  const known: [string, string | undefined][] = [
    ['40.94.102.25', undefined],
    ['40.107.3.4', 'scanner'],
    ['::ffff:40.107.3.4', 'scanner'],
    ['2a01:111:f400::1', 'scanner'],
    ['17.58.1.2', 'apple'],
    ['66.249.84.1', 'google'],
    ['198.51.100.7', undefined],
    ['no address', undefined],
  ];
  for (const [ip, network] of known) assert.equal(findNetwork(ip), network, ip);
  assert.equal(classOf({ network: 'scanner' }), 'scanner');
  assert.deepEqual(
    [classOf({ network: 'apple' }), classOf({ network: 'apple', kind: 'click' })],
    ['apple_proxy', 'human'],
  );
  assert.deepEqual(
    [classOf({ network: 'google' }), classOf({ network: 'google', kind: 'click' })],
    ['gmail_proxy', 'scanner'],
  );
});

test('who is quicker than any reader, or comes before the mail, is none; prefetching says so itself', () => {
  assert.equal(classOf({ secondsSinceDelivery: 0.4 }), 'scanner');
  assert.equal(classOf({ secondsSinceDelivery: -2 }), 'scanner');
  assert.equal(classOf({ secondsSinceDelivery: 2 }), 'human');
  assert.equal(classOf({ secondsSinceDelivery: 2, kind: 'click' }), 'scanner');
  assert.equal(classOf({ secondsSinceDelivery: undefined, secondsSinceAcceptance: 3 }), 'scanner');
  assert.equal(classOf({ secondsSinceDelivery: undefined, secondsSinceAcceptance: 300 }), 'human');
  assert.equal(classOf({ isPrefetch: true, userAgent: 'Mozilla/5.0' }), 'prefetch');
});

const at = new Date('2026-11-26T12:00:00Z');
let made = 0;
function hit(changes: Partial<Hit> = {}): Hit {
  made += 1;
  const about = { serverId: 1, messageId: '0190b6a4-8d3c-7a51-9f00-64c1d2e3f405', recipientNumber: 0 };
  return {
    hitId: `hit ${made}`,
    kind: 'open',
    ...about,
    at,
    ip: '198.51.100.7',
    userAgent: firefox,
    isPrefetch: false,
    ...changes,
  };
}
const context: HitContext = {
  network: undefined,
  deliveredAt: undefined,
  acceptedAt: new Date(at.getTime() - 3_600_000),
};
const decide = (hits: Hit[], known: Parameters<typeof decideHits>[1] = new Map()) =>
  decideHits(hits, known, () => context);

test('the earliest hit of a recipient is the first one, and the first with a person behind it is told apart', () => {
  const early = hit({ userAgent: 'Mozilla/5.0' });
  const late = hit({ at: new Date(at.getTime() + 5000) });
  const last = hit({ at: new Date(at.getTime() + 9000) });
  const other = hit({ recipientNumber: 1 });
  const { recorded } = decide([last, late, other, early]);
  assert.deepEqual(
    recorded.map(one => [one.hit.hitId, one.isFirst, one.isFirstHuman]),
    [
      [other.hitId, true, true],
      [early.hitId, true, false],
      [late.hitId, false, true],
      [last.hitId, false, false],
    ],
  );
});

test('a link counts once, in whichever part it stands; another link is another', () => {
  const click = (target: string, location: 'HTML' | 'Text') => hit({ kind: 'click', link: { target, location } });
  const { recorded } = decide([
    click('https://a.test/', 'HTML'),
    click('https://a.test/', 'Text'),
    click('https://b.test/', 'HTML'),
  ]);
  assert.deepEqual(
    recorded.map(one => one.isFirst),
    [true, false, true],
  );
});

test('what is recorded already is not recorded again, and a flood ends', () => {
  const again = hit();
  const next = hit();
  const known = new Map([[keyOfHit(again), { count: 3, hasHuman: true, knownIds: [again.hitId] }]]);
  const { recorded } = decide([again, next], known);
  assert.deepEqual(
    recorded.map(one => [one.hit.hitId, one.isFirst, one.isFirstHuman]),
    [[next.hitId, false, false]],
  );
  const nearlyFull = new Map([[keyOfHit(again), { count: hitsOfRecipientMax - 1, hasHuman: true, knownIds: [] }]]);
  const flood = decide([hit(), hit(), hit()], nearlyFull);
  assert.deepEqual([flood.recorded.length, flood.surplus], [1, 2]);
});
