// What was put into a mail comes out of it: names, texts and files, whoever composed it.

import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import MailComposer from 'nodemailer/lib/mail-composer';
import { composeMessage } from '../mime/compose-message.ts';
import type { InboundMail } from './inbound-mail.ts';
import { readInboundMail } from './read-inbound-mail.ts';

const seed = Number(process.env.PENNYBLACK_FUZZ_SEED ?? randomInt(2 ** 31));
console.log(`seed ${seed}`);
const numRuns = Number(process.env.PENNYBLACK_FUZZ_RUNS ?? 150);

type Draft = {
  name: string;
  subject: string;
  text: string;
  html: string;
  files: { name: string; content: Buffer }[];
};

const words = fc
  .array(
    fc.constantFrom(
      'Grüße',
      'an',
      '日本語',
      'Привет',
      '"Ann"',
      'a,b',
      '(x)',
      '<y>',
      '=?utf-8?q?z?=',
      'a=3D',
      '🎉',
      '--',
      '\\',
      'x'.repeat(90),
    ),
    { maxLength: 8 },
  )
  .map(list => list.join(' '));
// A line that is a mark of the composer's own making would be its mistake, not ours.
const lines = fc.array(words, { maxLength: 6 }).map(list => list.map(line => `${line}\n`).join(''));
const fileName = fc
  .array(fc.constantFrom('a', 'ü', '日', ' ', ';', "'", '%', '"', '(', '.'), { minLength: 1, maxLength: 60 })
  .map(list => `f${list.join('')}.pdf`);
const bytes = fc.uint8Array({ maxLength: 3000 }).map(array => Buffer.from(array));

const draft: fc.Arbitrary<Draft> = fc.record({
  name: words.filter(name => !name.includes('=?')),
  subject: words.filter(subject => !subject.includes('=?')),
  text: lines,
  html: lines,
  files: fc.array(fc.record({ name: fileName, content: bytes }), { maxLength: 4 }),
});

function assertSame(mail: InboundMail, sent: Draft): void {
  assert.deepEqual(mail.from, { name: sent.name, address: 'ann@client.test' });
  assert.equal(mail.subject, sent.subject);
  assert.equal(mail.text.trimEnd(), sent.text.trimEnd());
  assert.equal(mail.html.trimEnd(), sent.html.trimEnd());
  assert.deepEqual(
    mail.attachments.map(({ name, content, contentType }) => ({ name, content, contentType })),
    sent.files.map(file => ({ ...file, contentType: 'application/pdf' })),
  );
}

test('what we compose ourselves is read as it was meant', () => {
  const property = fc.property(draft, sent => {
    const composed = composeMessage({
      from: { name: sent.name, localPart: 'ann', domain: 'client.test', address: 'ann@client.test' },
      to: [],
      cc: [],
      replyTo: [],
      subject: sent.subject,
      date: new Date(0),
      messageId: '<1@client.test>',
      headers: [],
      text: sent.text,
      html: sent.html,
      attachments: sent.files.map(({ name, content }) => ({
        name,
        contentType: 'application/pdf',
        base64: content.toString('base64'),
      })),
      boundarySeed: 'seed',
    });
    const header = composed.headers.map(({ line }) => line).join('');
    assertSame(readInboundMail(Buffer.concat([Buffer.from(`${header}\r\n`), composed.body])), sent);
  });
  fc.assert(property, { seed, numRuns });
});

test('what nodemailer composes is read as it was meant', async () => {
  const property = fc.asyncProperty(draft, async sent => {
    const source = await new MailComposer({
      from: { name: sent.name, address: 'ann@client.test' },
      subject: sent.subject,
      text: sent.text,
      html: sent.html,
      attachments: sent.files.map(({ name, content }) => ({ filename: name, content, contentType: 'application/pdf' })),
    })
      .compile()
      .build();
    assertSame(readInboundMail(source), sent);
  });
  await fc.assert(property, { seed, numRuns });
});
