import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import type { SinkPhase, SinkReaction } from '../../../../../tools/fake-world/mail-sink.ts';
import { startMailSink } from '../../../../../tools/fake-world/mail-sink.ts';
import { isLoopback } from './dial.ts';
import { openSmtpConnection } from './smtp-connection.ts';
import {
  hasIpv6,
  impatientIn,
  mail,
  open,
  optionsFor,
  summary,
  withConnection,
  withSink,
} from './test-conversation.ts';

const at = (phase: SinkPhase, reaction: SinkReaction) => ({
  react: (moment: { phase: SinkPhase }) => (moment.phase === phase ? reaction : undefined),
});

test('an open connection tells whom it reached and what is offered', () =>
  withSink({ keywords: ['PIPELINING', 'SIZE 12345', '8BITMIME', 'SMTPUTF8', 'AUTH PLAIN LOGIN'] }, sink =>
    withConnection(sink, async connection => {
      assert.equal(connection.host, 'mx.example.com');
      assert.equal(connection.ip, '127.0.0.1');
      assert.equal(connection.tls, undefined);
      assert.equal(connection.capabilities.pipelining, true);
      assert.equal(connection.capabilities.size, 12345);
      assert.deepEqual(sink.commands, ['EHLO mail.pennyblack.test']);
    }),
  ));

test('a server from before EHLO is greeted with HELO and still gets its mail', () =>
  withSink(at('ehlo', '500 5.5.1 What?'), sink =>
    withConnection(sink, async connection => {
      assert.equal(summary(await connection.send(mail({ eightBit: true }))), 'to dot 250 accepted, reuse');
      assert.deepEqual(sink.commands.slice(0, 3), [
        'EHLO mail.pennyblack.test',
        'HELO mail.pennyblack.test',
        'MAIL FROM:<bounce@example.com>',
      ]);
    }),
  ));

test('refusals while opening are told with their phase and reply', async () => {
  const cases: [SinkPhase, string, string][] = [
    ['banner', '554 5.7.1 Not you', 'banner 554'],
    ['banner', '421 4.7.0 Busy', 'banner 421'],
    ['ehlo', '421 4.7.0 Busy', 'ehlo 421'],
    ['ehlo', '450 4.7.0 Later', 'ehlo 450'],
  ];
  for (const [phase, reply, expected] of cases) {
    await withSink(at(phase, reply), async sink => {
      const outcome = await open(sink);
      assert.equal(outcome.kind === 'failed' && `${outcome.phase} ${outcome.reply?.code}`, expected);
    });
  }
  await withSink(
    { react: ({ phase }) => (phase === 'ehlo' || phase === 'helo' ? '550 5.7.1 Not you' : undefined) },
    async sink => {
      const outcome = await open(sink);
      assert.equal(outcome.kind === 'failed' && outcome.phase === 'ehlo' && outcome.reply?.code, 550);
    },
  );
});

test('a server that hangs or hangs up while opening is left, and no socket stays open', async () => {
  const limits = { banner: 'bannerInMilliseconds', ehlo: 'ehloInMilliseconds' } as const;
  for (const phase of ['banner', 'ehlo'] as const) {
    for (const reaction of ['hang', 'close'] as const) {
      await withSink(at(phase, reaction), async sink => {
        const outcome = await open(sink, { timeouts: impatientIn(limits[phase]) });
        assert.equal(outcome.kind === 'failed' && outcome.phase, phase);
        assert.equal(outcome.kind === 'failed' && outcome.error?.includes('timeout'), reaction === 'hang');
        while (sink.openConnections > 0) await new Promise(setImmediate);
      });
    }
  }
});

test('a server that does not speak SMTP is left', async () => {
  for (const raw of [
    'HTTP/1.1 400 Bad Request\r\n\r\n',
    Buffer.from([0, 255, 1, 10, 13, 10]),
    'SSH-2.0-OpenSSH_9.2\r\n',
  ]) {
    await withSink(at('banner', { raw }), async sink => {
      const outcome = await open(sink);
      assert.equal(outcome.kind === 'failed' && outcome.phase, 'banner');
    });
  }
});

test('a banner of many lines is one greeting', () =>
  withSink(at('banner', '220 one\ntwo\nthree'), sink => withConnection(sink, async () => {})));

test('addresses are tried in turn', async () => {
  await withSink({}, async sink => {
    // Nobody listens on the other loopback addresses.
    const outcome = await openSmtpConnection(
      { host: 'mx.example.com', addresses: ['127.0.0.2', '127.0.0.3', '127.0.0.1'], port: sink.port },
      optionsFor(),
    );
    assert.ok(outcome.kind === 'open');
    assert.equal(outcome.connection.ip, '127.0.0.1');
    outcome.connection.destroy();
  });
});

test('when no address works, the one that said something is reported', async () => {
  await withSink(at('banner', '554 5.7.1 Not you'), async sink => {
    const outcome = await openSmtpConnection(
      { host: 'mx.example.com', addresses: ['127.0.0.1', '127.0.0.2'], port: sink.port },
      optionsFor(),
    );
    assert.equal(outcome.kind === 'failed' && outcome.reply?.code, 554);
    assert.equal(outcome.kind === 'failed' && outcome.address, '127.0.0.1');
  });
  const gone = createServer().listen(0, '127.0.0.1');
  await once(gone, 'listening');
  const address = gone.address();
  gone.close();
  const port = typeof address === 'object' && address ? address.port : 0;
  const refused = await openSmtpConnection({ host: 'mx', addresses: ['127.0.0.1'], port }, optionsFor());
  assert.ok(refused.kind === 'failed' && refused.phase === 'connect' && refused.error?.includes('ECONNREFUSED'));
  const none = await openSmtpConnection({ host: 'mx', addresses: [], port }, optionsFor());
  assert.ok(none.kind === 'failed' && none.phase === 'connect');
  const name = await openSmtpConnection({ host: 'mx', addresses: ['localhost'], port }, optionsFor());
  assert.ok(name.kind === 'failed' && name.error?.includes('not an IP address'));
});

test('the source address is used, and addresses of the other family are passed over', async () => {
  await withSink({}, async sink => {
    const target = { host: 'mx.example.com', addresses: ['::1', '127.0.0.1'], port: sink.port };
    const outcome = await openSmtpConnection(target, optionsFor({ localAddress: '127.0.0.9' }));
    assert.ok(outcome.kind === 'open');
    assert.equal(outcome.connection.ip, '127.0.0.1');
    outcome.connection.destroy();
    const unreachable = await openSmtpConnection(target, optionsFor({ localAddress: '::1' }));
    assert.equal(unreachable.kind, 'failed');
  });
});

test('mail goes over IPv6', { skip: !(await hasIpv6()) && 'this machine has no IPv6 loopback' }, async () => {
  await withSink({ host: '::1' }, sink =>
    withConnection(sink, async connection => {
      assert.equal(connection.ip, '::1');
      assert.equal(summary(await connection.send(mail())), 'to dot 250 accepted, reuse');
    }),
  );
});

test('opening can be stopped at any moment', async () => {
  for (const phase of ['banner', 'ehlo'] as const) {
    await withSink(at(phase, 'hang'), async sink => {
      const stopper = new AbortController();
      const opening = open(sink, { signal: stopper.signal });
      while (sink.connections === 0) await new Promise(setImmediate);
      stopper.abort();
      assert.equal((await opening).kind, 'failed');
      while (sink.openConnections > 0) await new Promise(setImmediate);
    });
  }
  await withSink({ tls: 'hang' }, async sink => {
    const stopper = new AbortController();
    const opening = open(sink, { signal: stopper.signal });
    while (!sink.commands.includes('STARTTLS')) await new Promise(setImmediate);
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
    stopper.abort();
    assert.equal((await opening).kind, 'failed');
    assert.equal(sink.connections, 1);
  });
  await withSink({}, async sink => {
    assert.equal((await open(sink, { signal: AbortSignal.abort() })).kind, 'failed');
    assert.equal(sink.connections, 0);
  });
});

test('a relay is logged in to with PLAIN, or LOGIN where only that is offered', async () => {
  const auth = { user: 'üser', password: 'secret' };
  await withSink({ keywords: ['AUTH LOGIN PLAIN'] }, sink =>
    withConnection(
      sink,
      async () => {
        assert.equal(sink.commands[1], `AUTH PLAIN ${Buffer.from('\0üser\0secret').toString('base64')}`);
      },
      { auth },
    ),
  );
  await withSink({ keywords: ['AUTH LOGIN'] }, sink =>
    withConnection(
      sink,
      async () => {
        const base64 = (text: string) => Buffer.from(text).toString('base64');
        assert.deepEqual(sink.commands.slice(1), ['AUTH LOGIN', base64('üser'), base64('secret')]);
      },
      { auth },
    ),
  );
});

test('a relay that does not let us in is told as such, and its other addresses are left alone', async () => {
  const auth = { user: 'user', password: 'wrong' };
  await withSink({ keywords: ['AUTH PLAIN'], ...at('auth', '535 5.7.8 No') }, async sink => {
    const target = { host: 'relay', addresses: ['127.0.0.1', '127.0.0.1'], port: sink.port };
    const outcome = await openSmtpConnection(target, optionsFor({ auth }));
    assert.equal(outcome.kind === 'failed' && outcome.phase === 'auth' && outcome.reply?.code, 535);
    assert.equal(sink.connections, 1);
  });
  await withSink({ keywords: [] }, async sink => {
    const outcome = await open(sink, { auth });
    assert.ok(outcome.kind === 'failed' && outcome.phase === 'auth' && outcome.error?.includes('offers neither'));
  });
});

test('only loopback addresses may see a password in clear text', () => {
  assert.deepEqual(
    ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1', '128.0.0.1', '::2', '10.0.0.1', '1270.0.0.1'].map(isLoopback),
    [true, true, true, true, false, false, false, false],
  );
});

test('quit takes leave, and does not wait for ever for the farewell', async () => {
  await withSink({}, async sink => {
    const outcome = await open(sink);
    assert.ok(outcome.kind === 'open');
    await outcome.connection.quit();
    assert.equal(sink.commands.at(-1), 'QUIT');
    assert.equal(outcome.connection.isUsable(), false);
    await outcome.connection.quit();
  });
  await withSink(at('quit', 'hang'), async sink => {
    const outcome = await open(sink, { timeouts: impatientIn('quitInMilliseconds') });
    assert.ok(outcome.kind === 'open');
    await outcome.connection.quit();
    while (sink.openConnections > 0) await new Promise(setImmediate);
  });
});

test('many connections at once keep their mails apart', async () => {
  const sink = await startMailSink();
  await Promise.all(
    Array.from({ length: 10 }, (_, number) =>
      withConnection(sink, async connection => {
        for (let count = 0; count < 10; count += 1) {
          const recipients = [`r${number}-${count}@example.com`];
          assert.match(
            summary(await connection.send(mail({ recipients, body: Buffer.from(`${number}-${count}`) }))),
            /accepted/,
          );
        }
      }),
    ),
  );
  assert.equal(sink.messages.length, 100);
  for (const message of sink.messages) {
    assert.equal(`r${message.raw.toString().split('\r\n\r\n')[1]?.trim()}@example.com`, message.recipients[0]);
  }
  await sink.close();
});
