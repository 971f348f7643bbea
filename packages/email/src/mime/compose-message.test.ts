import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import MailComposer from 'nodemailer/lib/mail-composer';
import PostalMime, { type Email } from 'postal-mime';
import type { Mailbox } from '../address/mailbox.ts';
import { type ComposedMessage, composeMessage, type MessageParts } from './compose-message.ts';

function mailbox(address: string, name = ''): Mailbox {
  const [localPart = '', domain = ''] = address.split('@');
  return { name, localPart, domain, address };
}

const base: MessageParts = {
  from: mailbox('desk@shop.test', 'Shop Desk'),
  to: [mailbox('ana@buyer.test', 'Ána')],
  cc: [],
  replyTo: [],
  subject: 'Order 1187 – danke',
  date: new Date('2025-03-27T23:15:33.175Z'),
  messageId: '<0f7c8a4e@mail.test>',
  headers: [],
  attachments: [],
  boundarySeed: '0f7c8a4e',
};

const pixel = 'iVBORw0KGgo=';
const bytesOf = (message: ComposedMessage) =>
  Buffer.concat([Buffer.from(`${message.headers.map(field => field.line).join('')}\r\n`), message.body]);
const parse = (message: ComposedMessage) => PostalMime.parse(bytesOf(message), { attachmentEncoding: 'base64' });
const shapeOf = (message: ComposedMessage) =>
  [
    ...bytesOf(message)
      .toString('latin1')
      .matchAll(/^Content-Type: ([a-z-]+\/[a-z-]+)/gm),
  ].map(match => match[1]);

function assertCarriable(message: ComposedMessage): void {
  const text = bytesOf(message).toString('latin1');
  assert.match(text, /^[\t\r\n\x20-\x7e]*$/);
  assert.doesNotMatch(text, /\r(?!\n)|(?<!\r)\n/);
  assert.ok(text.endsWith('\r\n'));
  for (const line of text.split('\r\n')) assert.ok(line.length <= 998);
}

test('a plain message reads like a letter', () => {
  const message = composeMessage({
    ...base,
    subject: 'Order 1187',
    to: [mailbox('ana@buyer.test'), mailbox('ben@buyer.test', 'Ben')],
    cc: [mailbox('cy@buyer.test')],
    replyTo: [mailbox('help@shop.test')],
    headers: [{ name: 'X-Order', value: '1187' }],
    text: 'Thanks\nDesk',
  });
  assert.equal(
    bytesOf(message).toString(),
    [
      'Date: Thu, 27 Mar 2025 23:15:33 +0000',
      'From: Shop Desk <desk@shop.test>',
      'To: ana@buyer.test, Ben <ben@buyer.test>',
      'Cc: cy@buyer.test',
      'Reply-To: help@shop.test',
      'Subject: Order 1187',
      'Message-ID: <0f7c8a4e@mail.test>',
      'X-Order: 1187',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: 7bit',
      '',
      'Thanks',
      'Desk',
      '',
    ].join('\r\n'),
  );
});

test('each level of multipart is there only where it is needed', () => {
  const image = { name: 'logo.png', contentType: 'image/png', contentId: 'cid:logo.png', base64: pixel };
  const file = { name: 'a.pdf', contentType: 'application/pdf', base64: pixel };
  const [text, html] = ['t', '<p>h'];
  const shapes: [parts: Partial<MessageParts>, shape: string[]][] = [
    [{}, ['text/plain']],
    [{ text }, ['text/plain']],
    [{ html }, ['text/html']],
    [{ text: '', html }, ['text/html']],
    [{ text, html: '' }, ['text/plain']],
    [{ text, html }, ['multipart/alternative', 'text/plain', 'text/html']],
    [{ html, attachments: [image] }, ['multipart/related', 'text/html', 'image/png']],
    [{ text, attachments: [image] }, ['multipart/mixed', 'text/plain', 'image/png']],
    [{ text, attachments: [file] }, ['multipart/mixed', 'text/plain', 'application/pdf']],
    [
      { text, html, attachments: [file, image] },
      [
        'multipart/mixed',
        'multipart/alternative',
        'text/plain',
        'multipart/related',
        'text/html',
        'image/png',
        'application/pdf',
      ],
    ],
  ];
  for (const [parts, shape] of shapes) assert.deepEqual(shapeOf(composeMessage({ ...base, ...parts })), shape);
});

test('blind recipients only: the header names nobody', async () => {
  const message = composeMessage({ ...base, to: [], text: 'x' });
  assert.equal(message.headers.find(field => field.name === 'To')?.line, 'To: undisclosed-recipients:;\r\n');
  const withCc = composeMessage({ ...base, to: [], cc: base.to, text: 'x' });
  assert.equal(withCc.headers.filter(field => field.name === 'To').length, 0);
});

test('a mailbox outside ASCII asks for SMTPUTF8, a name or a domain does not', () => {
  assert.equal(composeMessage({ ...base, text: 'ü' }).needsSmtpUtf8, false);
  assert.equal(composeMessage({ ...base, to: [mailbox('jürgen@y.test')], text: 'x' }).needsSmtpUtf8, true);
});

test('equal parts give equal bytes, another seed another boundary', () => {
  const parts = { ...base, text: 'a', html: 'b' };
  assert.deepEqual(composeMessage(parts), composeMessage(parts));
  assert.notDeepEqual(composeMessage(parts).body, composeMessage({ ...parts, boundarySeed: 'other' }).body);
});

test('a text that quotes our own boundary does not end its part', async () => {
  const first = composeMessage({ ...base, text: 'a', html: 'b' });
  const boundary = /boundary="([^"]+)"/.exec(first.headers.map(field => field.line).join(''))?.[1];
  const text = `x\n--${boundary}--\ny\n`;
  const parsed = await parse(composeMessage({ ...base, text, html: 'b' }));
  assert.equal(parsed.text?.trimEnd(), text.trimEnd());
  assert.equal(parsed.html?.trimEnd(), 'b');
});

const anyText = fc
  .oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.string({ unit: 'grapheme', maxLength: 300 }),
    fc
      .array(
        fc.constantFrom(
          '.',
          '..\n',
          'From x',
          '\n',
          '\r',
          '\r\n',
          ' ',
          '\t',
          '=',
          '--',
          'word',
          'x'.repeat(1200),
          'ü',
          '漢字',
        ),
        { maxLength: 50 },
      )
      .map(parts => parts.join('')),
  )
  // Readers drop a byte order mark and NUL; requests cannot hold a NUL.
  .map(text => text.toWellFormed().replace(/[\0\ufeff]/g, ''));

const asSent = (text: string | undefined) => (text ?? '').replace(/\r\n|\r|\n/g, '\n').trimEnd();

test('a parser reads back what went in', async () => {
  const name = fc.string({ unit: 'grapheme', maxLength: 40 }).map(text => {
    return `n${text.toWellFormed().replace(/[\s\x00-\x1f\x7f-\x9f]+/g, ' ')}`.trim();
  });
  const file = fc.record({ name, bytes: fc.uint8Array({ maxLength: 300 }), isInline: fc.boolean() });
  const parts = fc.record({
    subject: name,
    toName: name,
    text: anyText,
    html: anyText,
    files: fc.array(file, { maxLength: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(parts, async ({ subject, toName, text, html, files }) => {
      const message = composeMessage({
        ...base,
        subject,
        to: [mailbox('ana@buyer.test', toName)],
        text: `t${text}`,
        html: `h${html}`,
        attachments: files.map((item, index) => ({
          name: item.name,
          contentType: 'application/pdf',
          base64: Buffer.from(item.bytes).toString('base64'),
          ...(item.isInline ? { contentId: `file${index}` } : {}),
        })),
      });
      assertCarriable(message);
      const parsed = await parse(message);
      assert.equal(parsed.subject, subject);
      assert.deepEqual(parsed.to, [{ name: toName, address: 'ana@buyer.test' }]);
      assert.equal(asSent(parsed.text), asSent(`t${text}`));
      assert.equal(asSent(parsed.html), asSent(`h${html}`));
      const ordered = [...files.entries()].sort(([, a], [, b]) => Number(b.isInline) - Number(a.isInline));
      assert.deepEqual(
        parsed.attachments.map(item => [item.filename, item.content, item.contentId]),
        ordered.map(([index, item]) => [
          item.name,
          Buffer.from(item.bytes).toString('base64'),
          item.isInline ? `<file${index}>` : undefined,
        ]),
      );
    }),
  );
});

test('MailComposer and this composer are read alike', async () => {
  const file = { name: 'Rechnung März.pdf', contentType: 'application/pdf', base64: pixel };
  const image = { name: 'logo.png', contentType: 'image/png', contentId: 'logo', base64: pixel };
  const shapes: Partial<MessageParts>[] = [
    { text: 'Grüße\n.\nFrom me\n' },
    { text: 'a', html: '<p>b' },
    { text: 'a', html: '<img src="cid:logo">', attachments: [image, file] },
    { html: `<p>${'long '.repeat(500)}` },
  ];
  for (const shape of shapes) {
    const parts: MessageParts = { ...base, ...shape };
    const theirs = await new MailComposer({
      from: { name: parts.from.name, address: parts.from.address },
      to: parts.to.map(({ name, address }) => ({ name, address })),
      subject: parts.subject,
      date: parts.date,
      messageId: parts.messageId,
      ...(parts.text === undefined ? {} : { text: parts.text }),
      ...(parts.html === undefined ? {} : { html: parts.html }),
      attachments: parts.attachments.map(item => ({
        filename: item.name,
        contentType: item.contentType,
        content: Buffer.from(item.base64, 'base64'),
        ...(item.contentId === undefined ? {} : { cid: item.contentId }),
      })),
    })
      .compile()
      .build();
    const readable = (email: Email) => ({
      from: email.from,
      to: email.to,
      subject: email.subject,
      date: email.date,
      messageId: email.messageId,
      text: asSent(email.text),
      html: asSent(email.html),
      attachments: email.attachments.map(({ filename, mimeType, contentId, content }) => {
        return { filename, mimeType, contentId, content };
      }),
    });
    const ours = await parse(composeMessage(parts));
    assert.deepEqual(readable(ours), readable(await PostalMime.parse(theirs, { attachmentEncoding: 'base64' })));
  }
});
