import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { makeCertificate } from '../../../../../tools/fake-world/certificates.ts';
import { openClient, type SmtpClient } from '../smtp-listener/testing/smtp-client.ts';
import { plain, quickThrottle, startTestSubmission } from './testing/test-submission.ts';

const content = 'From: a@b.test\r\nSubject: Hi\r\n\r\nText\r\n';

async function sendOne(client: SmtpClient): Promise<string | undefined> {
  client.write('MAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\n');
  for (const code of ['250', '250', '354']) assert.match((await client.reply()) ?? '', new RegExp(`^${code}`));
  client.write(`${content}.\r\n`);
  return client.reply();
}

const nextTurn = () => new Promise(resolve => setImmediate(resolve));

test('a message is handed over as it came, with its envelope, and the answer names it', async t => {
  const { openSession, submissions, answers, logins } = await startTestSubmission(t);
  const client = await openSession();
  await client.say('MAIL FROM:<a@b.test> SIZE=100 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=x+3D1');
  await client.say('RCPT TO:<Ana+x@xn--bcher-kva.example> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;ana+2Bx@b.example');
  await client.say('RCPT TO:<@relay.test:plain@b.example>');
  await client.say('DATA');
  client.write(`${content}..dot\r\n.\r\n`);
  assert.equal(await client.reply(), '250 2.0.0 Ok: queued as 1');
  assert.deepEqual(submissions[0], {
    caller: { name: 'app' },
    envelope: {
      mailFrom: 'a@b.test',
      recipients: [
        {
          address: 'Ana+x@xn--bcher-kva.example',
          notify: 'SUCCESS,FAILURE',
          originalRecipient: 'rfc822;ana+x@b.example',
        },
        { address: 'plain@b.example' },
      ],
      isSmtpUtf8: true,
      body: '8BITMIME',
    },
    source: Buffer.from(`${content}.dot\r\n`),
    client: { address: '127.0.0.1', helo: 'client.test', isEncrypted: false },
  });
  assert.match((await sendOne(client)) ?? '', /queued as 2$/);
  assert.equal(submissions[1]?.envelope.isSmtpUtf8, false);
  assert.deepEqual(answers, [250, 250]);
  assert.deepEqual(logins, ['accepted']);
});

test('the port with implicit TLS takes mail too, and a new certificate counts for the next connection on both', async t => {
  const { tlsPort, submissions, listener, open } = await startTestSubmission(t);
  listener.useCertificate(await makeCertificate('new.pennyblack.test'));
  const socket = connectTls({ port: tlsPort, host: '127.0.0.1', rejectUnauthorized: false });
  await new Promise(resolve => socket.once('data', resolve));
  assert.equal(socket.getPeerCertificate().subject.CN, 'new.pennyblack.test');
  socket.write(`EHLO c.test\r\nAUTH PLAIN ${plain('app', 'secret')}\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\n`);
  socket.write(`DATA\r\n${content}.\r\nQUIT\r\n`);
  socket.resume();
  await new Promise(resolve => socket.once('close', resolve));
  assert.equal(submissions[0]?.client.isEncrypted, true);

  const client = await open();
  await client.say('STARTTLS');
  const secure = await client.startTls();
  assert.equal((secure.socket as typeof socket).getPeerCertificate().subject.CN, 'new.pennyblack.test');
  secure.close();
});

test('a credential that ends meanwhile ends the session before the next message', async t => {
  const { openSession, revoke, submissions } = await startTestSubmission(t);
  const client = await openSession();
  assert.match((await sendOne(client)) ?? '', /^250 /);
  revoke();
  assert.equal(await client.say('MAIL FROM:<a@b.test>'), '421 4.7.0 These credentials are not valid any more');
  assert.equal(await client.reply(), undefined);
  assert.equal(submissions.length, 1);
});

test('who guesses is slowed and sent away; who has logged in from there before is not', async t => {
  const { open, openSession, logins } = await startTestSubmission(t);
  await openSession();
  for (let attempt = 1; attempt < quickThrottle.failuresMax; attempt += 1) {
    const client = await open();
    assert.match(
      (await client.say(`AUTH PLAIN ${plain(`guess${attempt}`, 'wrong')}`)) ?? '',
      /^535 5\.7\.8 Error: auth/,
    );
  }
  const last = await open();
  assert.match((await last.say(`AUTH PLAIN ${plain('guess', 'wrong')}`)) ?? '', /^421 4\.7\.0 Too many failed logins/);
  assert.equal(await last.reply(), undefined);
  const client = await openSession();
  assert.match((await client.say('NOOP')) ?? '', /^250 /);
  assert.deepEqual(logins, ['accepted', 'refused', 'refused', 'refused', 'refused', 'put_off', 'accepted']);
});

test('connections are limited in all, for each address and for each credential, and a place is free again when one ends', async t => {
  const { openSession, open, listener } = await startTestSubmission(t, {
    limits: { connectionsPerAddressMax: 3, connectionsPerCredentialMax: 1 },
  });
  const first = await openSession();
  const second = await open();
  assert.match(
    (await second.say(`AUTH PLAIN ${plain('app', 'secret')}`)) ?? '',
    /^421 4\.7\.0 Too many connections with/,
  );
  first.close();
  while (listener.connections() > 0) await nextTurn();
  const third = await openSession();
  assert.match((await sendOne(third)) ?? '', /^250 /);
  await open();
  await open();
  const fourth = await openClient(third.socket.remotePort ?? 0);
  assert.match((await fourth.reply()) ?? '', /^421 4\.7\.0 Too many connections, try/);
  fourth.close();
});

test('a login anew after STARTTLS takes no second place of its credential', async t => {
  const { openSession, listener } = await startTestSubmission(t, { limits: { connectionsPerCredentialMax: 1 } });
  const client = await openSession();
  await client.say('STARTTLS');
  const secure = await client.startTls();
  await secure.say('EHLO client.test');
  assert.match((await secure.say(`AUTH PLAIN ${plain('app', 'secret')}`)) ?? '', /^235 /);
  secure.close();
  while (listener.connections() > 0) await nextTurn();
  assert.match((await (await openSession()).say('MAIL FROM:<>')) ?? '', /^250 /);
});

test('while nothing can be stored, new connections and new messages are put off, and go on when it is well again', async t => {
  let isTakingMail = true;
  const { openSession, port } = await startTestSubmission(t, { isTakingMail: () => isTakingMail });
  const client = await openSession();
  isTakingMail = false;
  assert.match((await client.say('MAIL FROM:<a@b.test>')) ?? '', /^452 4\.3\.1 /);
  const other = await openClient(port);
  assert.match((await other.reply()) ?? '', /^421 4\.3\.2 Mail cannot be stored/);
  isTakingMail = true;
  assert.match((await sendOne(client)) ?? '', /^250 /);
});

test('what cannot be stored or checked now is put off: when submit says so, fails or does not end, when a login cannot be known', async t => {
  const answers = [
    [async () => ({ kind: 'try_later' }) as const, /^452 4\.3\.1 /],
    [async () => Promise.reject(new Error('broken')), /^451 4\.3\.0 /],
    [() => new Promise<never>(() => {}), /^451 4\.3\.0 /],
  ] as const;
  for (const [submit, expected] of answers) {
    const { openSession } = await startTestSubmission(t, { submit, limits: { deliverSecondsMax: 0.05 } });
    const client = await openSession();
    assert.match((await sendOne(client)) ?? '', expected);
    assert.match((await client.say('MAIL FROM:<>')) ?? '', /^250 /);
  }
  const { open, errors } = await startTestSubmission(t, {
    authenticate: () => Promise.reject(new Error('the database is away')),
  });
  const client = await open();
  assert.match((await client.say(`AUTH PLAIN ${plain('app', 'secret')}`)) ?? '', /^454 4\.7\.0 /);
  assert.equal(errors.length, 1);
});

test('a refusal of submit is told as it is', async t => {
  const { openSession } = await startTestSubmission(t, {
    submit: async () => ({ kind: 'refused', code: 550, enhanced: '5.1.1', text: 'No such stream' }),
  });
  assert.equal(await sendOne(await openSession()), '550 5.1.1 No such stream');
});

test('all messages together have so much memory; it is free again after each, also of a client that goes away', async t => {
  const { openSession, listener } = await startTestSubmission(t, { limits: { memoryBytesMax: 10_000 } });
  const greedy = await openSession();
  greedy.write('MAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\n');
  for (const code of ['250', '250', '354']) assert.match((await greedy.reply()) ?? '', new RegExp(`^${code}`));
  greedy.write(`${content}${'a line of text\r\n'.repeat(1000)}.\r\n`);
  assert.match((await greedy.reply()) ?? '', /^452 4\.3\.1 Too much mail/);
  for (let time = 0; time < 3; time += 1) {
    const client = await openSession();
    await client.say('MAIL FROM:<a@b.test>');
    await client.say('RCPT TO:<c@d.test>');
    await client.say('DATA');
    client.write('a line of text\r\n'.repeat(500));
    await nextTurn();
    client.close();
    while (listener.connections() > 1) await nextTurn();
  }
  assert.match((await sendOne(greedy)) ?? '', /^250 /);
});

test('who says nothing, stalls or drips in a message, or stays for ever, is told to go', async t => {
  const silent = await startTestSubmission(t, { limits: { idleSecondsMax: 0.05 } });
  assert.match((await (await silent.open()).reply()) ?? '', /^421 4\.4\.2 /);
  // Long enough for a session to open and to say its commands on a machine with other work.
  const patient = await startTestSubmission(t, { limits: { idleSecondsMax: 2 } });
  const stalling = await patient.openSession();
  stalling.write('MAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\nFrom: a@b.test\r\n');
  for (const code of ['250', '250', '354', '421']) assert.match((await stalling.reply()) ?? '', new RegExp(`^${code}`));
  assert.equal(patient.submissions.length, 0);

  const slow = await startTestSubmission(t, { limits: { messageSecondsMax: 1 } });
  const dripping = await slow.openSession();
  dripping.write('MAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\nFrom: a@b.test\r\n');
  for (const code of ['250', '250', '354']) assert.match((await dripping.reply()) ?? '', new RegExp(`^${code}`));
  const drip = setInterval(() => dripping.write('x'), 5);
  assert.match((await dripping.reply()) ?? '', /^421 4\.4\.2 The message has taken too long/);
  clearInterval(drip);

  const busy = await startTestSubmission(t, { limits: { connectionSecondsMax: 0.05 } });
  assert.match((await (await busy.open()).reply()) ?? '', /^421 4\.4\.2 This connection/);
});

test('closing sends the idle away at once and lets a message under way end', async t => {
  const stored = Promise.withResolvers<{ kind: 'stored'; messageId: string }>();
  const begun = Promise.withResolvers<void>();
  const { open, openSession, listener } = await startTestSubmission(t, {
    submit: () => {
      begun.resolve();
      return stored.promise;
    },
    limits: { closeSecondsMax: 5 },
  });
  const idle = await open();
  const busy = await openSession();
  const answer = sendOne(busy);
  await begun.promise;
  const closed = listener.close();
  assert.match((await idle.reply()) ?? '', /^421 4\.3\.2 /);
  stored.resolve({ kind: 'stored', messageId: 'x' });
  assert.equal(await answer, '250 2.0.0 Ok: queued as x');
  assert.match((await busy.say('MAIL FROM:<>')) ?? '', /^421 /);
  await closed;
});
