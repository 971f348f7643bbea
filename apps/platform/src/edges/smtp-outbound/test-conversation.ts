// What the tests of this edge share: a sink with a script, a connection to it, and a small mail.

import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { type MailSink, type MailSinkOptions, startMailSink } from '../../../../../tools/fake-world/mail-sink.ts';
import { openSmtpConnection, type SmtpConnection } from './smtp-connection.ts';
import type { OutgoingMail, RecipientResult, SendResult, SmtpOptions } from './smtp-results.ts';
import type { PhaseTimeouts } from './smtp-timeouts.ts';

/** Short, so that a hang is noticed at once; long enough for a busy machine wherever nothing hangs. */
export const patient: PhaseTimeouts = {
  connectInMilliseconds: 5_000,
  bannerInMilliseconds: 5_000,
  ehloInMilliseconds: 5_000,
  startTlsInMilliseconds: 5_000,
  authInMilliseconds: 5_000,
  mailInMilliseconds: 5_000,
  rcptInMilliseconds: 5_000,
  dataInMilliseconds: 5_000,
  blockInMilliseconds: 5_000,
  dotInMilliseconds: 5_000,
  quitInMilliseconds: 5_000,
};
const hangIsNoticedAfter = 30;

/** The same with one phase that gives up quickly. */
export function impatientIn(phase: keyof PhaseTimeouts): PhaseTimeouts {
  return { ...patient, [phase]: hangIsNoticedAfter };
}

export async function withSink(options: MailSinkOptions, work: (sink: MailSink) => Promise<void>): Promise<void> {
  const sink = await startMailSink(options);
  try {
    await work(sink);
  } finally {
    await sink.close();
  }
}

export function optionsFor(overrides: Partial<SmtpOptions> = {}): SmtpOptions {
  const tls = { mode: 'opportunistic' as const, verify: false, servername: 'mx.example.com' };
  return { localName: 'mail.pennyblack.test', tls, timeouts: patient, ...overrides };
}

export function open(sink: MailSink, overrides: Partial<SmtpOptions> = {}) {
  return openSmtpConnection({ host: 'mx.example.com', addresses: [sink.host], port: sink.port }, optionsFor(overrides));
}

/** Opens, works, and closes without ceremony. */
export async function withConnection(
  sink: MailSink,
  work: (connection: SmtpConnection) => Promise<void>,
  overrides: Partial<SmtpOptions> = {},
): Promise<void> {
  const opened = await open(sink, overrides);
  assert.ok(opened.kind === 'open', JSON.stringify(opened));
  try {
    await work(opened.connection);
  } finally {
    opened.connection.destroy();
  }
}

export function mail(overrides: Partial<OutgoingMail> = {}): OutgoingMail {
  return {
    mailFrom: 'bounce@example.com',
    recipients: ['to@example.com'],
    header: Buffer.from('Subject: Hello\r\n\r\n'),
    body: Buffer.from('.A line\r\nand another\r\n'),
    needsSmtpUtf8: false,
    eightBit: false,
    mayEnd: Promise.resolve(),
    ...overrides,
  };
}

export const text = 'Subject: Hello\r\n\r\n.A line\r\nand another\r\n';

/** One line that says what came of a send: `answered to@example.com dot 250 ok, reuse`. */
export function summary(result: SendResult): string {
  const each = result.perRecipient.map(summaryOf).join('; ');
  if (result.kind === 'answered') return `${each}${result.canReuse ? ', reuse' : ', end'}`;
  return `lost in ${result.phase}, dot ${result.dotSent ? 'sent' : 'not sent'}${each ? `, known: ${each}` : ''}`;
}

function summaryOf(result: RecipientResult): string {
  return `${result.recipient.split('@')[0]} ${result.phase} ${result.reply.code}${result.accepted ? ' accepted' : ''}`;
}

/** Whether this machine has IPv6 on its loopback. */
export async function hasIpv6(): Promise<boolean> {
  const error = await new Promise<NodeJS.ErrnoException>(resolve => {
    connect(9, '::1').on('error', resolve);
  });
  return error.code === 'ECONNREFUSED';
}
