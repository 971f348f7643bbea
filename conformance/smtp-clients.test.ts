// Clients of the world, unmodified, hand over mail by SMTP, and it arrives at a mail server: swaks, msmtp, Python's smtplib,
// nodemailer, curl, and Debian's Postfix with us as its relay host. A client that this machine does not have is left out.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { access, glob, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { createTransport } from 'nodemailer';
import { tell } from '../scenarios/harness/tell.ts';
import { until } from '../scenarios/harness/until.ts';
import { freePort, openWorld, senderDomain, serverToken, type World } from '../scenarios/harness/world.ts';
import type { SinkMessage } from '../tools/fake-world/mail-sink.ts';
import { reasonWithoutPostfix, startPostfix } from './postfix/postfix-server.ts';

const execute = promisify(execFile);
const from = `desk@${senderDomain}`;
const addressOf = (name: string) => `${name}@inbox.test`;

let world: World;
let port: number;
let tlsPort: number;

before(async () => {
  [port, tlsPort] = [await freePort(), await freePort()];
  world = await openWorld({
    settings: { PENNYBLACK_SMTP_PORT: String(port), PENNYBLACK_SMTPS_PORT: String(tlsPort) },
  });
  await world.start();
});
after(() => world?.close());

async function arrived(name: string, text: string): Promise<SinkMessage> {
  const find = () => world.sink.messages.find(message => message.recipients.includes(addressOf(name)));
  const message = await until(`the mail of ${name} has arrived`, find, { secondsMax: 60 }).catch((error: unknown) => {
    console.error(world.logs());
    throw error;
  });
  const source = message.raw.toString('utf8');
  assert.match(source, new RegExp(`^From: .*${from}`, 'im'));
  assert.match(source, new RegExp(`^Subject: From ${name}\\r$`, 'm'));
  assert.match(source, /^X-PM-Message-Id: [0-9a-f-]{36}\r$/im);
  assert.match(source, /^DKIM-Signature: /m);
  assert.ok(source.includes(text), source);
  return message;
}

const mailOf = (name: string) =>
  [`From: Shop <${from}>`, `To: ${addressOf(name)}`, `Subject: From ${name}`, '', `Hello from ${name}`, ''].join(
    '\r\n',
  );

async function isInstalled(program: string): Promise<boolean> {
  const places = (process.env.PATH ?? '').split(':').map(folder => path.join(folder, program));
  const found = await Promise.all(
    places.map(place =>
      access(place).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
}

async function reasonWithoutRelay(): Promise<string | undefined> {
  const reason = await reasonWithoutPostfix();
  if (reason !== undefined) return reason;
  for await (const _ of glob('/usr/lib/*/sasl2/libplain.so*')) return undefined;
  return 'Postfix cannot log in anywhere (apt-get install libsasl2-modules)';
}

const reason = await reasonWithoutRelay();
if (reason !== undefined) tell(`left out: ${reason}`);
const programs = ['swaks', 'msmtp', 'python3', 'curl'] as const;
const installed = new Map(await Promise.all(programs.map(async name => [name, await isInstalled(name)] as const)));

/** Runs the test where the program is, and says where it is not. */
function testWith(program: (typeof programs)[number], name: string, run: () => Promise<void>): void {
  const skip = installed.get(program) ? false : `${program} is not installed (apt-get install ${program})`;
  if (skip) tell(`left out: ${skip}`);
  test(name, { skip }, run);
}

/** Feeds the program's standard input; its words are in the error when it fails. */
async function feed(program: string, words: readonly string[], input: string): Promise<string> {
  const running = execute(program, words, { timeout: 60_000 });
  running.child.stdin?.end(input);
  const { stdout, stderr } = await running;
  return stdout + stderr;
}

// What it calls itself, so that it asks no name server for the name of this machine.
const names = ['--ehlo', 'client.shop.test'];

testWith('swaks', 'swaks sends behind STARTTLS by AUTH LOGIN, and is told the message id', async () => {
  const { stdout } = await execute('swaks', [
    ...['--server', '127.0.0.1', '--port', String(port), '--tls', '--auth', 'LOGIN', ...names],
    ...['--auth-user', serverToken, '--auth-password', serverToken],
    ...['--from', from, '--to', addressOf('swaks'), '--header', 'Subject: From swaks', '--body', 'Hello from swaks'],
  ]);
  const id = /250 2\.0\.0 Ok: queued as ([0-9a-f-]{36})/.exec(stdout)?.[1];
  const message = await arrived('swaks', 'Hello from swaks');
  assert.ok(message.raw.includes(`X-PM-Message-Id: ${id}`), `${id}\n${message.raw}`);
  assert.equal((await world.client.getOutboundMessageDetails(id ?? '')).Subject, 'From swaks');
});

testWith('swaks', 'swaks sends on the port that is encrypted from the first byte', async () => {
  await execute('swaks', [
    ...['--server', '127.0.0.1', '--port', String(tlsPort), '--tls-on-connect', '--auth', 'PLAIN', ...names],
    ...['--auth-user', serverToken, '--auth-password', serverToken],
    ...['--from', from, '--to', addressOf('swaks-tls')],
    ...['--header', 'Subject: From swaks-tls', '--body', 'Hello from swaks-tls'],
  ]);
  await arrived('swaks-tls', 'Hello from swaks-tls');
});

testWith('msmtp', 'msmtp sends by STARTTLS, as the sendmail of a machine', async () => {
  const options = [
    ...['--host=127.0.0.1', `--port=${port}`, '--auth=on', `--user=${serverToken}`, `--from=${from}`],
    ...['--tls=on', '--tls-starttls=on', '--tls-certcheck=off', `--passwordeval=echo ${serverToken}`],
  ];
  await feed('msmtp', [...options, addressOf('msmtp')], mailOf('msmtp').replaceAll('\r\n', '\n'));
  await arrived('msmtp', 'Hello from msmtp');
});

const python = `
import smtplib, ssl, sys
from email.message import EmailMessage
host, port, token, sender, recipient = sys.argv[1:]
message = EmailMessage()
message['From'] = sender
message['To'] = recipient
message['Subject'] = 'From python'
message['X-PM-Tag'] = 'python'
message.set_content('Hello from python: Grüße')
message.add_attachment(bytes(range(256)), maintype='application', subtype='pdf', filename='all.pdf')
with smtplib.SMTP(host, int(port), 'client.shop.test') as server:
    server.starttls(context=ssl._create_unverified_context())
    server.login(token, token)
    server.send_message(message, mail_options=['BODY=8BITMIME'])
    server.send_message(message, to_addrs=['python-again@inbox.test'])
`;

testWith('python3', "Python's smtplib sends twice in one session, with an attachment and a tag", async () => {
  await execute('python3', ['-c', python, '127.0.0.1', String(port), serverToken, from, addressOf('python')]);
  const message = await arrived('python', 'filename="all.pdf"');
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  assert.ok(message.raw.toString('latin1').replaceAll('\r\n', '').includes(bytes.toString('base64')));
  const [again] = await until('the second one has arrived', () => {
    const found = world.sink.messages.filter(each => each.recipients.includes('python-again@inbox.test'));
    return found.length > 0 && found;
  });
  assert.ok(again);
  const { Messages: found } = await world.client.getOutboundMessages({ tag: 'python' });
  assert.equal(found.length, 2);
});

test('nodemailer sends several over one pooled connection, with Bcc and an attachment', async () => {
  const transport = createTransport({
    pool: true,
    maxConnections: 1,
    host: '127.0.0.1',
    port,
    requireTLS: true,
    auth: { user: serverToken, pass: serverToken },
    tls: { rejectUnauthorized: false },
  });
  const names = ['nodemailer-1', 'nodemailer-2', 'nodemailer-3'];
  const answers = await Promise.all(
    names.map(name =>
      transport.sendMail({
        from: `Shop <${from}>`,
        to: addressOf(name),
        bcc: addressOf(`bcc-${name}`),
        subject: `From ${name}`,
        text: `Hello from ${name}`,
        html: `<p>Hello from ${name}</p>`,
        attachments: [{ filename: 'a.txt', content: 'attached' }],
      }),
    ),
  );
  transport.close();
  for (const { response } of answers) assert.match(response, /^250 2\.0\.0 Ok: queued as [0-9a-f-]{36}$/);
  for (const name of names) {
    const { raw } = await arrived(name, `Hello from ${name}`);
    assert.doesNotMatch(raw.toString(), /^Bcc:/im);
    await until(`Bcc of ${name}`, () =>
      world.sink.messages.some(message => message.recipients.includes(addressOf(`bcc-${name}`))),
    );
  }
});

test('nodemailer is told that a login is wrong', async () => {
  const auth = { user: serverToken, pass: 'wrong' };
  const transport = createTransport({ host: '127.0.0.1', port, auth, tls: { rejectUnauthorized: false } });
  await assert.rejects(transport.verify(), { code: 'EAUTH', responseCode: 535 });
  transport.close();
});

testWith('curl', 'curl sends a file', async () => {
  const file = path.join(world.folder, 'mail.eml');
  await writeFile(file, mailOf('curl'));
  await execute('curl', [
    ...['--silent', '--show-error', '--ssl-reqd', '--insecure', '--url', `smtp://127.0.0.1:${port}`],
    ...['--user', `${serverToken}:${serverToken}`, '--mail-from', from, '--mail-rcpt', addressOf('curl')],
    ...['--upload-file', file],
  ]);
  await arrived('curl', 'Hello from curl');
});

test('Postfix with us as its relay host logs in by SASL behind STARTTLS', { skip: reason ?? false }, async () => {
  const postfix = await startPostfix('gateway.shop.test', [], {
    tables: { passwords: `[127.0.0.1]:${port} ${serverToken}:${serverToken}\n` },
    settings: tableOf => ({
      relayhost: `[127.0.0.1]:${port}`,
      smtp_sasl_auth_enable: 'yes',
      smtp_sasl_password_maps: tableOf('passwords'),
      smtp_sasl_security_options: 'noanonymous',
      smtp_tls_security_level: 'encrypt',
      mynetworks: '127.0.0.0/8',
      smtpd_relay_restrictions: 'permit_mynetworks, reject_unauth_destination',
    }),
  });
  try {
    const transport = createTransport({ host: '127.0.0.1', port: postfix.port, tls: { rejectUnauthorized: false } });
    const envelope = { from, to: [addressOf('postfix'), addressOf('postfix-too')] };
    await transport.sendMail({ envelope, raw: mailOf('postfix') });
    transport.close();
    await arrived('postfix', 'Hello from postfix').catch(async (error: unknown) => {
      console.error(await postfix.log());
      throw error;
    });
    await until('Postfix says sent', async () => /status=sent \(250 2\.0\.0 Ok: queued as/.test(await postfix.log()));
  } finally {
    await postfix.stop();
  }
});
