import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { makeCertificate } from '../../../../../tools/fake-world/certificates.ts';
import { openClient } from '../smtp-listener/testing/smtp-client.ts';
import { startTestListener } from './testing/test-listener.ts';

const content = 'From: a@b.test\r\nSubject: Hi\r\n\r\nText\r\n';

test('a mail with the null sender is handed over as it came, and its 250 says so', async t => {
  const { open, mails } = await startTestListener(t);
  const client = await open();
  assert.match((await client.say('MAIL FROM:<> BODY=8BITMIME SMTPUTF8')) ?? '', /^250 2\.1\.0 /);
  assert.match((await client.say('RCPT TO:<Ana+x@inbox.test>')) ?? '', /^250 2\.1\.5 /);
  assert.match((await client.say('DATA')) ?? '', /^354 /);
  client.write(`${content}..dot\r\n\xc3\xa4\r\n.\r\n`);
  assert.match((await client.reply()) ?? '', /^250 2\.6\.0 /);
  assert.match((await client.say('QUIT')) ?? '', /^221 /);
  const [mail] = mails;
  assert.deepEqual(mail?.envelope, { mailFrom: '', recipients: ['Ana+x@inbox.test'] });
  assert.equal(mail?.source.toString(), `${content}.dot\r\n\u00c3\u00a4\r\n`);
  assert.deepEqual(mail?.client, { address: '127.0.0.1', helo: 'client.test', isEncrypted: false });
});

test('it offers what mail servers use, no AUTH, and calls itself by its name', async t => {
  const { port } = await startTestListener(t);
  const client = await openClient(port);
  t.after(() => client.close());
  assert.match((await client.reply()) ?? '', /^220 mx\.pennyblack\.test ESMTP/);
  const [first, ...offers] = ((await client.say('EHLO client.test')) ?? '').split('\n').map(line => line.slice(4));
  assert.equal(first, 'mx.pennyblack.test');
  assert.deepEqual(offers.sort(), [
    '8BITMIME',
    'ENHANCEDSTATUSCODES',
    'PIPELINING',
    'SIZE 52428800',
    'SMTPUTF8',
    'STARTTLS',
  ]);
  assert.match((await client.say('AUTH PLAIN AGEAYg==')) ?? '', /^500 /);
});

test('an unknown recipient is refused by itself; who asks for many is sent away', async t => {
  const { open } = await startTestListener(t, { limits: { refusedRecipientsMax: 3 } });
  const client = await open();
  await client.say('MAIL FROM:<>');
  assert.equal(await client.say('RCPT TO:<nobody@other.test>'), '550 5.1.1 Nobody of that name');
  assert.match((await client.say('RCPT TO:<ana@inbox.test>')) ?? '', /^250 /);
  assert.match((await client.say('RCPT TO:<other@other.test>')) ?? '', /^550 /);
  assert.match((await client.say('RCPT TO:<third@other.test>')) ?? '', /^421 4\.7\.0 /);
  assert.equal(await client.reply(), undefined);
});

test('commands may come in one piece, and two messages too', async t => {
  const { open, mails } = await startTestListener(t);
  const client = await open();
  const envelope = 'MAIL FROM:<>\r\nRCPT TO:<ana@inbox.test>\r\nDATA\r\n';
  client.write(envelope);
  for (const code of ['250', '250', '354']) assert.match((await client.reply()) ?? '', new RegExp(`^${code}`));
  client.write(`${content}.\r\n${envelope}`);
  for (const code of ['250', '250', '250', '354']) assert.match((await client.reply()) ?? '', new RegExp(`^${code}`));
  client.write(`${content}.\r\nQUIT\r\n`);
  for (const code of ['250', '221']) assert.match((await client.reply()) ?? '', new RegExp(`^${code}`));
  assert.equal(mails.length, 2);
});

for (const [name, end] of Object.entries({
  'LF . LF': '\n.\n',
  'LF . CRLF': '\n.\r\n',
  'CRLF . LF': '\r\n.\n',
  'CR . CR': '\r.\r',
  'CR . CRLF': '\r.\r\n',
  'CRLF . CR': '\r\n.\r',
})) {
  test(`${name} does not end a message, and what is smuggled behind it is neither obeyed nor taken`, async t => {
    const { openEnvelope, mails } = await startTestListener(t);
    const client = await openEnvelope();
    await client.say('DATA');
    client.write(`${content}x${end}MAIL FROM:<evil@evil.test>\r\nRCPT TO:<ana@inbox.test>\r\nDATA\r\nevil\r\n.\r\n`);
    assert.match((await client.reply()) ?? '', /^554 5\.6\.0 Lines end in CRLF/);
    assert.match((await client.say('NOOP')) ?? '', /^250 /);
    assert.deepEqual(mails, []);
  });
}

test('a message that is too large is refused: by its announced size, or when it has come', async t => {
  const { open, mails } = await startTestListener(t, { limits: { sizeInBytesMax: 20_000 } });
  const client = await open();
  assert.match((await client.say('MAIL FROM:<> SIZE=20001')) ?? '', /^552 /);
  await client.say('MAIL FROM:<>');
  await client.say('RCPT TO:<ana@inbox.test>');
  await client.say('DATA');
  client.write(`${content}${'a line of text\r\n'.repeat(2000)}.\r\n`);
  assert.match((await client.reply()) ?? '', /^552 5\.3\.4 /);
  assert.match((await client.say('NOOP')) ?? '', /^250 /);
  assert.deepEqual(mails, []);
});

test('floods of header fields and endless lines are refused, wherever they are cut into packets', async t => {
  const limits = { headerLinesMax: 50, headerBytesMax: 5000, lineBytesMax: 2000 };
  const { open, mails } = await startTestListener(t, { limits });
  const client = await open();
  const floods = [
    [`${'X-A: b\r\n'.repeat(51)}\r\nText\r\n`, /^552 5\.3\.4 The header/],
    [`${`X-A: ${'b'.repeat(900)}\r\n`.repeat(7)}\r\nText\r\n`, /^552 5\.3\.4 The header/],
    [`X-A: b\r\n\r\n${'c'.repeat(2001)}\r\n`, /^554 5\.6\.0 A line/],
  ] as const;
  for (const [source, expected] of floods) {
    await client.say('MAIL FROM:<>');
    await client.say('RCPT TO:<ana@inbox.test>');
    await client.say('DATA');
    client.write(`${source}.\r\n`);
    assert.match((await client.reply()) ?? '', expected);
  }
  // Many lines are no flood when they are the text.
  await client.say('MAIL FROM:<>');
  await client.say('RCPT TO:<ana@inbox.test>');
  await client.say('DATA');
  client.write(`X-A: b\r\n\r\n${'text\r\n'.repeat(3000)}.\r\n`);
  assert.match((await client.reply()) ?? '', /^250 /);
  assert.equal(mails.length, 1);
});

test('STARTTLS encrypts, forgets what was said before, and drops what was slipped in behind it', async t => {
  const { openEnvelope, mails } = await startTestListener(t);
  const client = await openEnvelope();
  client.write('STARTTLS\r\nRCPT TO:<injected@inbox.test>\r\n');
  assert.match((await client.reply()) ?? '', /^220 /);
  const secure = await client.startTls();
  assert.match((await secure.say('RCPT TO:<ana@inbox.test>')) ?? '', /^503 /);
  assert.doesNotMatch((await secure.say('EHLO client.test')) ?? '', /STARTTLS/);
  await secure.say('MAIL FROM:<>');
  await secure.say('RCPT TO:<ana@inbox.test>');
  await secure.say('DATA');
  secure.write(`${content}.\r\n`);
  assert.match((await secure.reply()) ?? '', /^250 /);
  assert.equal(mails[0]?.client.isEncrypted, true);
  assert.deepEqual(mails[0]?.envelope.recipients, ['ana@inbox.test']);
  secure.close();
});

test('a new certificate counts for the next connection', async t => {
  const { open, listener } = await startTestListener(t);
  listener.useCertificate(await makeCertificate('new.pennyblack.test'));
  const client = await open();
  await client.say('STARTTLS');
  const secure = await client.startTls();
  const socket = secure.socket as import('node:tls').TLSSocket;
  assert.equal(socket.getPeerCertificate().subject.CN, 'new.pennyblack.test');
  secure.close();
});

test('one address has so many connections, all together have so many, and a place is free again when one ends', async t => {
  const { open, port, listener } = await startTestListener(t, { limits: { connectionsPerAddressMax: 2 } });
  const [first] = [await open(), await open()];
  const third = await openClient(port);
  assert.match((await third.reply()) ?? '', /^421 4\.7\.0 Too many connections/);
  assert.equal(await third.reply(), undefined);
  first?.close();
  while (listener.connections() > 1) await new Promise(resolve => setImmediate(resolve));
  assert.match((await (await open()).say('NOOP')) ?? '', /^250 /);
});

test('one connection brings so many messages, one message has so many recipients', async t => {
  const limits = { messagesPerConnectionMax: 1, recipientsPerMessageMax: 2 };
  const { open } = await startTestListener(t, { limits });
  const client = await open();
  await client.say('MAIL FROM:<>');
  for (const name of ['a', 'b']) assert.match((await client.say(`RCPT TO:<${name}@inbox.test>`)) ?? '', /^250 /);
  assert.match((await client.say('RCPT TO:<c@inbox.test>')) ?? '', /^452 4\.5\.3 /);
  await client.say('DATA');
  client.write(`${content}.\r\n`);
  assert.match((await client.reply()) ?? '', /^250 /);
  assert.match((await client.say('MAIL FROM:<>')) ?? '', /^421 4\.7\.0 Enough messages/);
});

test('who says nothing, and who stays for ever, is told to go', async t => {
  const silent = await startTestListener(t, { limits: { idleSecondsMax: 0.05 } });
  const first = await silent.open();
  assert.match((await first.reply()) ?? '', /^421 4\.4\.2 /);
  const busy = await startTestListener(t, { limits: { connectionSecondsMax: 0.05 } });
  const second = await busy.open();
  assert.match((await second.reply()) ?? '', /^421 4\.4\.2 This connection/);
});

test('what cannot be stored is put off: when storing says so, fails, or does not end', async t => {
  const answers = [
    async () => ({ kind: 'try_later' }) as const,
    async () => {
      throw new Error('the database is away');
    },
    () => new Promise<never>(() => {}),
  ];
  for (const deliver of answers) {
    const { openEnvelope } = await startTestListener(t, { deliver, limits: { deliverSecondsMax: 0.05 } });
    const client = await openEnvelope();
    await client.say('DATA');
    client.write(`${content}.\r\n`);
    assert.match((await client.reply()) ?? '', /^451 4\.3\.0 /);
    assert.match((await client.say('MAIL FROM:<>')) ?? '', /^250 /);
  }
});

test('when all messages together would take too much memory, the next one is put off', async t => {
  const { openEnvelope, mails } = await startTestListener(t, { limits: { memoryBytesMax: 10_000 } });
  const client = await openEnvelope();
  await client.say('DATA');
  client.write(`${content}${'a line of text\r\n'.repeat(1000)}.\r\n`);
  assert.match((await client.reply()) ?? '', /^452 4\.3\.1 /);
  assert.deepEqual(mails, []);
  const other = await openEnvelope();
  await other.say('DATA');
  other.write(`${content}.\r\n`);
  assert.match((await other.reply()) ?? '', /^250 /);
});

test('a client that goes away in the middle leaves nothing behind', async t => {
  const { openEnvelope, mails, errors, listener } = await startTestListener(t);
  const client = await openEnvelope();
  await client.say('DATA');
  client.write('From: a@b.test\r\n');
  client.close();
  while (listener.connections() > 0) await new Promise(resolve => setImmediate(resolve));
  assert.deepEqual(mails, []);
  assert.deepEqual(errors, []);
});

test('closing sends the idle away at once, lets a message under way end, and does not wait for ever', async t => {
  const stored = Promise.withResolvers<{ kind: 'stored' }>();
  const { open, openEnvelope, listener } = await startTestListener(t, {
    deliver: () => stored.promise,
    limits: { closeSecondsMax: 1 },
  });
  const idle = await open();
  const busy = await openEnvelope();
  await busy.say('DATA');
  busy.write(`${content}.\r\n`);
  const stuck = await openEnvelope();
  await stuck.say('DATA');
  await wait(20);
  const closed = listener.close();
  assert.match((await idle.reply()) ?? '', /^421 4\.3\.2 /);
  stored.resolve({ kind: 'stored' });
  assert.match((await busy.reply()) ?? '', /^250 /);
  await closed;
});
