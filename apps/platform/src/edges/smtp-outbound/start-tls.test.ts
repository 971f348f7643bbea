import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSetClock } from '@pennyblack/runtime/clock.ts';
import { makeAuthority, makeCertificate } from '../../../../../tools/fake-world/certificates.ts';
import type { MailSinkOptions } from '../../../../../tools/fake-world/mail-sink.ts';
import type { SmtpOptions, SmtpTls } from './smtp-results.ts';
import { impatientIn, mail, open, summary, withConnection, withSink } from './test-conversation.ts';
import { createTlsMemory, type TlsMemory } from './tls-memory.ts';

const authority = await makeAuthority();
const good = await makeCertificate('mx.example.com', { authority });
const otherName = await makeCertificate('other.example.com', { authority });
const expired = await makeCertificate('mx.example.com', { authority, expired: true });
const selfSigned = await makeCertificate('mx.example.com');

const trusting = { servername: 'mx.example.com', certificateAuthority: authority.cert };
const opportunistic: SmtpTls = { mode: 'opportunistic', verify: false, ...trusting };
const required: SmtpTls = { mode: 'required', verify: false, ...trusting };
const verified: SmtpTls = { mode: 'required', verify: true, ...trusting };

/** Opens, sends one mail, and says what became of both: `clear`, `TLSv1.3 verified` or `failed tls`. */
async function outcomeOf(sinkOptions: MailSinkOptions, tls: SmtpTls, more: Partial<SmtpOptions> = {}): Promise<string> {
  let outcome = '';
  await withSink(sinkOptions, async sink => {
    const opened = await open(sink, { tls, ...more });
    if (opened.kind === 'failed') {
      outcome = `failed ${opened.phase}`;
      return;
    }
    const { connection } = opened;
    assert.equal(summary(await connection.send(mail())), 'to dot 250 accepted, reuse');
    assert.equal(sink.messages[0]?.tls, connection.tls !== undefined);
    outcome = connection.tls ? `${connection.tls.version}${connection.tls.verified ? ' verified' : ''}` : 'clear';
    connection.destroy();
  });
  return outcome;
}

test('STARTTLS is used where it is offered, whatever the certificate', async () => {
  assert.equal(await outcomeOf({ tls: good }, opportunistic), 'TLSv1.3 verified');
  assert.equal(await outcomeOf({ tls: good, tlsVersion: 'TLSv1.2' }, opportunistic), 'TLSv1.2 verified');
  for (const certificate of [otherName, expired, selfSigned]) {
    assert.equal(await outcomeOf({ tls: certificate }, opportunistic), 'TLSv1.3');
  }
});

test('old TLS is better than none, but not where a certificate has to be verified', async () => {
  assert.equal(await outcomeOf({ tls: good, tlsVersion: 'TLSv1' }, opportunistic), 'TLSv1 verified');
  assert.equal(await outcomeOf({ tls: good, tlsVersion: 'TLSv1' }, verified), 'failed tls');
});

test('without STARTTLS mail goes in clear text, unless TLS is required', async () => {
  assert.equal(await outcomeOf({}, opportunistic), 'clear');
  assert.equal(await outcomeOf({}, required), 'failed starttls');
  assert.equal(await outcomeOf({}, verified), 'failed starttls');
});

test('an enforced policy takes a good certificate only', async () => {
  assert.equal(await outcomeOf({ tls: good }, verified), 'TLSv1.3 verified');
  for (const certificate of [otherName, expired, selfSigned]) {
    assert.equal(await outcomeOf({ tls: certificate }, verified), 'failed tls');
    assert.equal(await outcomeOf({ tls: certificate }, required), 'TLSv1.3');
  }
});

test('a broken handshake loses no opportunistic mail and sends nothing in clear text otherwise', async () => {
  for (const fault of ['garbage', 'close', 'hang'] as const) {
    const more = { timeouts: impatientIn('startTlsInMilliseconds') };
    assert.equal(await outcomeOf({ tls: fault }, opportunistic, more), 'clear', fault);
    assert.equal(await outcomeOf({ tls: fault }, required, more), 'failed tls', fault);
    assert.equal(await outcomeOf({ tls: fault }, verified, more), 'failed tls', fault);
  }
});

test('a server that refuses STARTTLS gets the mail on the same connection, if it may go in clear text', async () => {
  const script: MailSinkOptions = {
    tls: good,
    react: ({ phase }) => (phase === 'starttls' ? '454 4.7.0 Not now' : undefined),
  };
  await withSink(script, sink =>
    withConnection(sink, async connection => {
      assert.equal(summary(await connection.send(mail())), 'to dot 250 accepted, reuse');
      assert.equal(sink.connections, 1);
    }),
  );
  assert.equal(await outcomeOf(script, required), 'failed starttls');
});

test('a server that hangs or hangs up at STARTTLS gets the mail in clear text on a new connection', async () => {
  for (const reaction of ['hang', 'close'] as const) {
    const script: MailSinkOptions = { tls: good, react: ({ phase }) => (phase === 'starttls' ? reaction : undefined) };
    const more = { timeouts: impatientIn('startTlsInMilliseconds') };
    assert.equal(await outcomeOf(script, opportunistic, more), 'clear');
    assert.equal(await outcomeOf(script, verified, more), 'failed starttls');
  }
});

test('421 at STARTTLS ends the attempt', async () => {
  const script: MailSinkOptions = {
    tls: good,
    react: ({ phase }) => (phase === 'starttls' ? { reply: '421 4.3.2 Bye', fate: 'close-after-reply' } : undefined),
  };
  assert.equal(await outcomeOf(script, opportunistic), 'failed starttls');
});

test('a connection that ends right after the handshake counts as broken TLS', async () => {
  const script: MailSinkOptions = {
    tls: good,
    react: ({ phase, tls }) => (phase === 'ehlo' && tls ? 'close' : undefined),
  };
  assert.equal(await outcomeOf(script, opportunistic), 'clear');
  assert.equal(await outcomeOf(script, verified), 'failed ehlo');
});

test('what was said before the handshake counts for nothing after it', async () => {
  // Somebody on the way adds replies of his own to the plain part: an EHLO answer that offers nothing, and more.
  const injected = '220 Go ahead\r\n250-evil.example\r\n250 SIZE 1\r\n250 Ok\r\n';
  await withSink({ tls: good, react: ({ phase }) => (phase === 'starttls' ? { raw: injected } : undefined) }, sink =>
    withConnection(
      sink,
      async connection => {
        assert.equal(connection.tls?.verified, true);
        assert.equal(connection.capabilities.size, 50_000_000);
        assert.equal(connection.capabilities.pipelining, true);
        assert.equal(summary(await connection.send(mail())), 'to dot 250 accepted, reuse');
        assert.equal(sink.commands.filter(command => command.startsWith('EHLO')).length, 2);
      },
      { tls: verified },
    ),
  );
});

test('a host with broken TLS is spared further attempts for a while', () =>
  withSink({ tls: 'close' }, async sink => {
    const clock = createSetClock(new Date('2026-03-01T00:00:00Z'));
    const tlsMemory = createTlsMemory(clock, 60_000);
    const connect = () =>
      withConnection(sink, async connection => assert.equal(connection.tls, undefined), {
        tls: opportunistic,
        tlsMemory,
      });
    await connect();
    assert.equal(sink.connections, 2);
    await connect();
    assert.equal(sink.connections, 3);
    clock.advance(60_001);
    sink.setScript({ tls: good });
    await withConnection(sink, async connection => assert.equal(connection.tls?.verified, true), {
      tls: opportunistic,
      tlsMemory,
    });
    assert.equal(sink.connections, 4);
  }));

test('a server that went away during STARTTLS is not remembered for broken TLS', () =>
  withSink(
    { tls: good, react: ({ phase, attempt }) => (phase === 'starttls' || attempt > 1 ? 'close' : undefined) },
    async sink => {
      const tlsMemory = createTlsMemory(createSetClock(new Date()));
      assert.equal((await open(sink, { tls: opportunistic, tlsMemory })).kind, 'failed');
      assert.equal(sink.connections, 2);
      assert.equal(tlsMemory.isBroken('mx.example.com'), false);
    },
  ));

test('broken TLS that is remembered does not excuse from a required one', () =>
  withSink({ tls: good }, async sink => {
    const tlsMemory = createTlsMemory(createSetClock(new Date()));
    tlsMemory.rememberBroken('MX.example.com');
    await withConnection(sink, async connection => assert.equal(connection.tls?.verified, true), {
      tls: verified,
      tlsMemory,
    });
    await withConnection(sink, async connection => assert.equal(connection.tls, undefined), {
      tls: opportunistic,
      tlsMemory,
    });
  }));

/** Three mails over three connections that share what is remembered. */
async function facts(script: MailSinkOptions, tls: SmtpTls, tlsMemory: TlsMemory): Promise<string[]> {
  const seen: string[] = [];
  await withSink(script, async sink => {
    for (let round = 0; round < 3; round += 1) {
      await withConnection(
        sink,
        async connection => {
          seen.push(`${connection.tls?.resumed ? 'resumed' : 'fresh'}${connection.tls?.verified ? ' verified' : ''}`);
          assert.equal(summary(await connection.send(mail())), 'to dot 250 accepted, reuse');
        },
        { tls, tlsMemory },
      );
    }
  });
  return seen;
}

for (const tlsVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
  test(`${tlsVersion}: sessions are taken up again, and stay as good as their certificate was`, async () => {
    const clock = createSetClock(new Date());
    assert.deepEqual(await facts({ tls: good, tlsVersion }, verified, createTlsMemory(clock)), [
      'fresh verified',
      'resumed verified',
      'resumed verified',
    ]);
    assert.deepEqual(await facts({ tls: otherName, tlsVersion }, opportunistic, createTlsMemory(clock)), [
      'fresh',
      'resumed',
      'resumed',
    ]);
  });
}

test('a session from a certificate that was not verified does not open a verified connection', () =>
  withSink({ tls: otherName }, async sink => {
    const tlsMemory = createTlsMemory(createSetClock(new Date()));
    await withConnection(sink, async connection => void (await connection.send(mail())), {
      tls: opportunistic,
      tlsMemory,
    });
    const outcome = await open(sink, { tls: verified, tlsMemory });
    assert.ok(outcome.kind === 'failed' && outcome.error?.includes('not valid for mx.example.com'));
  }));

test('a session that the server does not know any more does no harm', async () => {
  const tlsMemory = createTlsMemory(createSetClock(new Date()));
  await withSink({ tls: good }, async sink => {
    const once = () =>
      withConnection(sink, async connection => void (await connection.send(mail())), { tls: verified, tlsMemory });
    await once();
    // Another certificate object is another set of ticket keys.
    sink.setScript({ tls: { ...good } });
    await once();
    assert.deepEqual([sink.connections, sink.messages.length], [2, 2]);
  });
});

test('a password goes over TLS', () =>
  withSink({ tls: good, keywords: ['AUTH PLAIN'] }, sink =>
    withConnection(
      sink,
      async connection => {
        assert.equal(connection.tls?.verified, true);
        assert.equal(sink.commands.filter(command => command.startsWith('AUTH')).length, 1);
      },
      { tls: verified, auth: { user: 'u', password: 'p' } },
    ),
  ));
