// Inbound mail that is sent on instead of being posted: real DNS packets, real SMTP, the ladder of posts.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { systemRandom } from '@pennyblack/runtime/random.ts';
import { startDnsServer } from '../../../../../tools/fake-world/dns-server.ts';
import { startMailSink } from '../../../../../tools/fake-world/mail-sink.ts';
import { createOutboundWorld } from '../../build-outbound.ts';
import { until } from '../webhook-calls/testing/call-world.ts';
import { createForwardMail } from './forward-mail.ts';
import type { InboundStatus } from './inbound-message.ts';
import {
  hashDomain,
  type InboundServer,
  letter,
  mailHostname,
  mailOf,
  openInboundWorld,
} from './testing/inbound-world.ts';

const world = await openInboundWorld();
const { database: db, clock } = world;
const sink = await startMailSink();
const dns = await startDnsServer({
  'client.test': { MX: [{ exchange: 'mx.client.test', preference: 10 }] },
  'mx.client.test': { A: ['127.0.0.1'] },
  'no-mail.test': { MX: [{ exchange: '.', preference: 0 }] },
  'broken.test': 'servfail',
});
const outbound = createOutboundWorld({
  clock,
  random: systemRandom,
  mailHostname,
  dnsServers: [dns.address],
  answerSecondsMax: 60,
});
world.forwardMail = createForwardMail({ db: db.reads, ...outbound, mailHostname, mxPort: sink.port });
after(async () => {
  await sink.close();
  await dns.close();
});

const addressOf = ({ hash }: InboundServer) => `${hash}+7@${hashDomain}`;
const statusOf = async (serverId: number): Promise<InboundStatus | undefined> =>
  (
    await db.reads.query<{ status: InboundStatus }>`select status from inbound_messages where server_id = ${serverId}`
  )[0]?.status;
const untilStatus = (serverId: number, status: InboundStatus) =>
  until(`the message is ${status}`, async () => (await statusOf(serverId)) === status);
const toAddress = { kind: 'address', address: 'ops@client.test' } as const;

test('mail is sent on to an address by its MX, with a trace, from an address of ours', async t => {
  const server = await world.addInboundServer({}, 'https://hook.test/inbound');
  await world.setAction(server.serverId, toAddress);
  await world.startEngine(t);
  const fields = [{ name: 'Authentication-Results', value: `${mailHostname};\tspf=pass` }];
  const reading = world.startReading(t, { checkMail: async () => ({ fields, spamScore: undefined }) });
  const source = letter({ 'X-Spam-Status': 'forged', 'DKIM-Signature': 'v=1; a=b' }, 'Gr\u00fc\u00dfe\r\n.\r\n');
  await reading.take(mailOf(addressOf(server), source));
  await untilStatus(server.serverId, 'Processed');

  const [taken] = sink.messages.splice(0);
  assert.equal(taken?.mailFrom, `mailer-daemon@${mailHostname}`);
  assert.deepEqual(taken?.recipients, ['ops@client.test']);
  const text = taken?.raw.toString() ?? '';
  const head = `Delivered-To: ${addressOf(server)}\r\nX-Forwarded-To: ops@client.test\r\nX-Forwarded-For: ${addressOf(server)} ops@client.test\r\nReceived: `;
  assert.ok(text.startsWith(head), text);
  assert.ok(text.includes(`\r\nAuthentication-Results: ${mailHostname};\r\n\tspf=pass\r\nFrom: `));
  assert.ok(text.endsWith(source.slice(source.indexOf('DKIM-Signature'))));
  assert.ok(!text.includes('X-Spam-Status') && !text.includes('Return-Path'));
  assert.equal(world.received.length, 0);

  // What a forward leads back to the same address goes round in circles.
  assert.equal((await world.arrive(addressOf(server), text)).kind, 'refused');
});

test('a null sender stays one, so that nothing answers a bounce', async t => {
  const server = await world.addInboundServer();
  await world.setAction(server.serverId, toAddress);
  await world.startEngine(t);
  await world.startReading(t).take(mailOf(addressOf(server), letter(), ''));
  await untilStatus(server.serverId, 'Processed');
  assert.equal(sink.messages.splice(0)[0]?.mailFrom, '');
});

test('a server that the customer names gets it for the recipient that it came to', async t => {
  const server = await world.addInboundServer();
  await world.setAction(server.serverId, {
    kind: 'server',
    host: '127.0.0.1',
    port: sink.port,
    user: 'u',
    password: 'p@:/',
  });
  sink.setScript({ keywords: ['8BITMIME', 'AUTH PLAIN'] });
  await world.startEngine(t);
  await world.startReading(t).take(mailOf(addressOf(server), letter()));
  await untilStatus(server.serverId, 'Processed');
  sink.setScript({});
  assert.deepEqual(sink.messages.splice(0)[0]?.recipients, [addressOf(server)]);
  assert.ok(sink.commands.includes(`AUTH PLAIN ${Buffer.from('\0u\0p@:/').toString('base64')}`), sink.commands.join());
});

test('a server that puts it off gets it again by the ladder of posts', async t => {
  const server = await world.addInboundServer();
  await world.setAction(server.serverId, toAddress);
  sink.setScript({ react: ({ phase }) => (phase === 'rcpt' ? '450 4.2.1 Later' : undefined) });
  await world.startEngine(t);
  await world.startReading(t).take(mailOf(addressOf(server), letter()));
  await untilStatus(server.serverId, 'Scheduled');
  assert.equal(sink.messages.length, 0);
  sink.setScript({});
  clock.advance(60_000);
  await untilStatus(server.serverId, 'Processed');
  assert.equal(sink.messages.splice(0).length, 1);
});

test('what is refused for good fails at once, as an InboundError', async t => {
  const targets = [
    { ...toAddress, script: '550 5.1.1 No such user', details: /550/ },
    { kind: 'address', address: 'ops@no-mail.test', script: undefined, details: /556/ } as const,
  ];
  await world.startEngine(t);
  const reading = world.startReading(t);
  for (const { script, details, ...action } of targets) {
    const server = await world.addInboundServer();
    await world.setAction(server.serverId, action);
    sink.setScript({ react: ({ phase }) => (phase === 'rcpt' ? script : undefined) });
    await reading.take(mailOf(addressOf(server), letter()));
    await untilStatus(server.serverId, 'Failed');
    const [bounce] = await db.reads.query<{ type: string; details: string }>`
      select type, details from bounces where server_id = ${server.serverId}`;
    assert.equal(bounce?.type, 'InboundError');
    assert.match(bounce?.details ?? '', details);
  }
  sink.setScript({});
});

test('a domain that cannot be looked up now, and a server that is not there, are tried again', async t => {
  await world.startEngine(t);
  const reading = world.startReading(t);
  const gone = await startMailSink();
  await gone.close();
  const actions = [
    { kind: 'address', address: 'ops@broken.test' },
    { kind: 'server', host: '127.0.0.1', port: gone.port },
  ] as const;
  for (const action of actions) {
    const server = await world.addInboundServer();
    await world.setAction(server.serverId, action);
    await reading.take(mailOf(addressOf(server), letter()));
    await untilStatus(server.serverId, 'Scheduled');
  }
});

test('mail that is only stored is posted nowhere, until it is to be posted again', async t => {
  const server = await world.addInboundServer({}, 'https://hook.test/inbound');
  await world.setAction(server.serverId, { kind: 'store' });
  await world.startEngine(t);
  const reading = world.startReading(t);
  await reading.take(mailOf(addressOf(server), letter()));
  await untilStatus(server.serverId, 'Processed');
  assert.equal(world.received.length, 0);
  await world.setAction(server.serverId, { kind: 'webhook' });
  await reading.take(mailOf(addressOf(server), letter()));
  await until('it was posted', () => world.received.length === 1);
});
