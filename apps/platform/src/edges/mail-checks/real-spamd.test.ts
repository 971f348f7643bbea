// What the spamd of Debian says, over its own protocol.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scoredMail } from './scored-mail.ts';
import { askSpamd, scoredLengthMax } from './spamd-client.ts';
import { isSpamdInstalled, startSpamd } from './testing/real-spamd.ts';

const skip = isSpamdInstalled ? false : 'spamd is not installed (Debian: apt-get install spamassassin spamd)';
const sentAt = 'Sun, 01 Mar 2026 12:00:00 +0000';
/** What all of SpamAssassin calls spam (GTUBE). */
const spamText = 'XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X';

test('a real spamd scores what it is given', { skip }, async () => {
  const spamd = await startSpamd();
  try {
    const head =
      'From: Ann <ann@client.test>\r\nTo: help@shop.test\r\nSubject: Order\r\nMessage-ID: <1@client.test>\r\n';
    const ask = (text: string) => askSpamd(spamd.address, Buffer.from(text), 120_000);
    const ham = await ask(`${head}\r\nHello, where is my order?\r\n`);
    assert.ok(ham.kind === 'scored', JSON.stringify(ham));
    assert.ok(ham.verdict.score < 5);
    assert.match(ham.verdict.checkerVersion ?? '', /^SpamAssassin \d+\.\d+\.\d+ /);
    assert.ok(ham.verdict.tests.length > 0 && ham.verdict.tests.every(name => /^[A-Z0-9_]+$/.test(name)));

    const spam = await ask(`${head}\r\n${spamText}\r\n`);
    assert.ok(spam.kind === 'scored' && spam.verdict.score >= 5);
    assert.ok(spam.verdict.tests.includes('GTUBE'));

    const long = await ask(
      `${head}\r\n${spamText}\r\n${'A long line of nothing.\r\n'.repeat((2 * scoredLengthMax) / 24)}`,
    );
    assert.ok(long.kind === 'scored' && long.verdict.tests.includes('GTUBE'));
    const forged = Buffer.from(
      `Received: from home ([10.0.0.3]) by relay.test with ESMTP; ${sentAt}\r\n${head}\r\nHello\r\n`,
    );
    const client = { address: '203.0.113.7', helo: 'mx.client.test' };
    const mail = { source: forged, client, mailFrom: 'ann@client.test' };
    const hop = await askSpamd(spamd.address, scoredMail(mail, 'mx.shop.test', new Date(sentAt)), 120_000);
    assert.ok(hop.kind === 'scored');
    assert.deepEqual(
      hop.verdict.tests.filter(name => ['ALL_TRUSTED', 'NO_RELAYS', 'UNPARSEABLE_RELAY'].includes(name)),
      [],
    );
    for (const odd of ['', '\r\n', 'x', `${head}\0\0\r\n\r\n`])
      assert.equal((await ask(odd)).kind, 'scored', JSON.stringify(odd));
  } finally {
    await spamd.stop();
  }
});
