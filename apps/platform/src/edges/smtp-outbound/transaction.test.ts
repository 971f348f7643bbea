import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MailSinkOptions, SinkPhase, SinkReaction } from '../../../../../tools/fake-world/mail-sink.ts';
import type { OutgoingMail, SendResult } from './smtp-results.ts';
import type { PhaseTimeouts } from './smtp-timeouts.ts';
import { impatientIn, mail, patient, summary, text, withConnection, withSink } from './test-conversation.ts';

const three = ['one@example.com', 'two@example.com', 'three@example.com'];
const lockstep = ['SIZE 1000000', '8BITMIME'];

/** One mail to a sink with this script; what came of it. */
async function sendOnce(
  sinkOptions: MailSinkOptions,
  overrides: Partial<OutgoingMail> = {},
  timeouts: PhaseTimeouts = patient,
): Promise<SendResult> {
  let result: SendResult | undefined;
  await withSink(sinkOptions, sink =>
    withConnection(
      sink,
      async connection => {
        result = await connection.send(mail(overrides));
      },
      { timeouts },
    ),
  );
  assert.ok(result);
  return result;
}

const at = (phase: SinkPhase, reaction: SinkReaction) => ({
  react: (moment: { phase: SinkPhase }) => (moment.phase === phase ? reaction : undefined),
});

test('a mail arrives as it was given, with one write for the whole envelope', () =>
  withSink({}, sink =>
    withConnection(sink, async connection => {
      const body = [Buffer.from('.A li'), Buffer.from('ne\r'), Buffer.from('\nand another\r\n')];
      assert.equal(
        summary(await connection.send(mail({ body, recipients: three }))),
        'one dot 250 accepted; two dot 250 accepted; three dot 250 accepted, reuse',
      );
      const [message] = sink.messages;
      assert.equal(message?.raw.toString(), text);
      assert.deepEqual(message?.recipients, three);
      assert.equal(message?.mailFrom, 'bounce@example.com');
      assert.equal(message?.mailParameters, `SIZE=${text.length}`);
      assert.equal(sink.pipelinedGroups, 1);
    }),
  ));

test('without PIPELINING each command waits for its reply', () =>
  withSink({ keywords: lockstep }, sink =>
    withConnection(sink, async connection => {
      assert.equal(
        summary(await connection.send(mail({ recipients: three }))),
        'one dot 250 accepted; two dot 250 accepted; three dot 250 accepted, reuse',
      );
      assert.equal(sink.messages[0]?.raw.toString(), text);
      assert.equal(sink.pipelinedGroups, 0);
    }),
  ));

test('many mails go over one connection without RSET', () =>
  withSink({}, sink =>
    withConnection(sink, async connection => {
      for (let count = 1; count <= 5; count += 1) {
        assert.equal(summary(await connection.send(mail())), 'to dot 250 accepted, reuse');
        assert.equal(connection.messagesSent, count);
      }
      assert.equal(sink.connections, 1);
      assert.ok(!sink.commands.includes('RSET'));
      assert.ok(connection.isUsable());
    }),
  ));

for (const keywords of [undefined, lockstep]) {
  const way = keywords ? 'one by one' : 'pipelined';
  const base = keywords ? { keywords } : {};

  test(`${way}: some recipients are refused, the others get the mail`, async () => {
    const react = ({ recipient }: { recipient?: string }) => {
      if (recipient === 'one@example.com') return '550 5.1.1 Unknown';
      return recipient === 'three@example.com' ? '452 4.2.2 Full' : undefined;
    };
    assert.equal(
      summary(await sendOnce({ ...base, react }, { recipients: three })),
      'one rcpt 550; two dot 250 accepted; three rcpt 452, reuse',
    );
  });

  test(`${way}: all recipients refused, nothing is sent, and the next mail starts afresh`, () =>
    withSink(
      { ...base, react: ({ recipient, attempt }) => (recipient && attempt === 1 ? '550 5.1.1 Unknown' : undefined) },
      sink =>
        withConnection(sink, async connection => {
          assert.equal(
            summary(await connection.send(mail({ recipients: three }))),
            'one rcpt 550; two rcpt 550; three rcpt 550, reuse',
          );
          assert.equal(summary(await connection.send(mail())), 'to rcpt 550, reuse');
          assert.equal(summary(await connection.send(mail())), 'to dot 250 accepted, reuse');
          assert.equal(sink.connections, 1);
          assert.equal(sink.messages.length, 1);
          assert.equal(sink.commands.filter(command => command === 'RSET').length, 2);
        }),
    ));

  test(`${way}: a refusal is an answer, whatever the phase`, async () => {
    for (const code of [451, 550]) {
      const end = (phase: string) => `one ${phase} ${code}; two ${phase} ${code}; three ${phase} ${code}, reuse`;
      for (const phase of ['mail', 'rcpt', 'data', 'dot'] as const) {
        const result = await sendOnce({ ...base, ...at(phase, `${code} No`) }, { recipients: three });
        assert.equal(summary(result), end(phase));
      }
    }
  });

  test(`${way}: a connection lost before the dot is told as not sent, after it as sent`, async () => {
    for (const reaction of ['close', 'hang'] as const) {
      const seen: string[] = [];
      for (const phase of ['mail', 'rcpt', 'data', 'content', 'dot'] as const) {
        const named = phase === 'content' ? 'dot' : phase;
        const timeouts = reaction === 'hang' ? impatientIn(`${named}InMilliseconds`) : patient;
        // While the text is on its way its dot may not leave, else it would be a race which of them comes first.
        const mayEnd = phase === 'content' ? new Promise<void>(() => {}) : Promise.resolve();
        const patience = phase === 'content' && reaction === 'hang' ? impatientIn('blockInMilliseconds') : timeouts;
        seen.push(summary(await sendOnce({ ...base, ...at(phase, reaction) }, { mayEnd }, patience)));
      }
      assert.deepEqual(seen, [
        'lost in mail, dot not sent',
        'lost in rcpt, dot not sent',
        'lost in data, dot not sent',
        'lost in data, dot not sent',
        'lost in dot, dot sent',
      ]);
    }
  });

  test(`${way}: 421 may come at any moment, ends the connection, and is an answer`, async () => {
    const reaction = { reply: '421 4.3.2 Going down', fate: 'close-after-reply' } as const;
    for (const phase of ['mail', 'rcpt', 'data', 'dot'] as const) {
      assert.equal(summary(await sendOnce({ ...base, ...at(phase, reaction) })), `to ${phase} 421, end`);
    }
  });

  test(`${way}: 421 for one recipient is the answer for all that had none`, async () => {
    const react = ({ recipient }: { recipient?: string }): SinkReaction => {
      if (recipient === 'one@example.com') return '550 5.1.1 Unknown';
      return recipient === 'three@example.com' ? { reply: '421 4.7.0 Too many', fate: 'close-after-reply' } : undefined;
    };
    assert.equal(
      summary(await sendOnce({ ...base, react }, { recipients: three })),
      'one rcpt 550; two rcpt 421; three rcpt 421, end',
    );
  });
}

test('recipients refused before the connection was lost keep their answer', async () => {
  const react = ({ phase, recipient }: { phase: SinkPhase; recipient?: string }): SinkReaction => {
    if (recipient === 'one@example.com') return '550 5.1.1 Unknown';
    return phase === 'dot' ? 'close' : undefined;
  };
  assert.equal(summary(await sendOnce({ react }, { recipients: three })), 'lost in dot, dot sent, known: one rcpt 550');
});

test('when every recipient has its answer, a connection lost afterwards takes nothing away', async () => {
  const react = ({ phase }: { phase: SinkPhase }): SinkReaction => {
    if (phase === 'rcpt') return '550 5.1.1 Unknown';
    return phase === 'data' ? 'close' : undefined;
  };
  assert.equal(summary(await sendOnce({ react })), 'to rcpt 550, end');
});

test('a server that wants the text although it refused everybody gets an empty one', () =>
  withSink(
    {
      react: ({ phase, attempt }) => {
        if (phase === 'rcpt' && attempt === 1) return '550 5.1.1 Unknown';
        if (phase === 'data' && attempt === 1) return '354 Go on';
        return phase === 'dot' && attempt === 1 ? '554 5.5.1 No valid recipients' : undefined;
      },
    },
    sink =>
      withConnection(sink, async connection => {
        assert.equal(summary(await connection.send(mail())), 'to rcpt 550, reuse');
        assert.equal(summary(await connection.send(mail())), 'to dot 250 accepted, reuse');
        assert.deepEqual(
          sink.messages.map(each => each.raw.toString()),
          [text],
        );
      }),
  ));

test('the dot waits for leave; without leave nothing is delivered', () =>
  withSink({}, sink =>
    withConnection(sink, async connection => {
      let allow = () => {};
      const mayEnd = new Promise<void>(resolve => {
        allow = resolve;
      });
      const sending = connection.send(mail({ mayEnd }));
      // The text is there, the sink waits for the dot.
      while (!sink.commands.includes('DATA')) await new Promise(setImmediate);
      for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
      assert.equal(sink.messages.length, 0);
      allow();
      assert.equal(summary(await sending), 'to dot 250 accepted, reuse');

      const result = await connection.send(mail({ mayEnd: Promise.reject(new Error('the database is away')) }));
      assert.equal(summary(result), 'lost in data, dot not sent');
      assert.ok(result.kind === 'lost' && result.error.includes('the database is away'));
      assert.ok(!connection.isUsable());
      while (sink.openConnections > 0) await new Promise(setImmediate);
      assert.equal(sink.messages.length, 1);
    }),
  ));

test('leave that never comes ends the transaction before the dot', async () => {
  const mayEnd = new Promise<void>(() => {});
  assert.equal(
    summary(await sendOnce({}, { mayEnd }, impatientIn('blockInMilliseconds'))),
    'lost in data, dot not sent',
  );
});

test('a rejected leave that is not needed any more disturbs nobody', () =>
  withSink({ keywords: ['PIPELINING', 'SIZE 100'], ...at('mail', '550 No') }, sink =>
    withConnection(sink, async connection => {
      const denied = () => ({ mayEnd: Promise.reject(new Error('too late')) });
      assert.equal(summary(await connection.send(mail(denied()))), 'to mail 550, reuse');
      assert.equal(
        summary(await connection.send(mail({ ...denied(), body: Buffer.alloc(200) }))),
        'to mail 552, reuse',
      );
      await assert.rejects(connection.send(mail({ ...denied(), recipients: [] })), /recipient/);
    }),
  ));

test('a refusal in the middle of the text is an answer, and the connection is not used again', async () => {
  for (const body of [Buffer.alloc(3_000_000, `${'x'.repeat(76)}\r\n`), Buffer.from('small')]) {
    const mayEnd = new Promise<void>(() => {});
    const result = await sendOnce(at('content', { reply: '552 5.3.4 Too much' }), { body, mayEnd });
    assert.equal(summary(result), 'to data 552, end');
  }
});

test('a large mail is sent block by block', () =>
  withSink({}, sink =>
    withConnection(sink, async connection => {
      const body = Buffer.alloc(2_000_000, `${'x'.repeat(70)}\r\n.\r\n`);
      assert.equal(summary(await connection.send(mail({ body }))), 'to dot 250 accepted, reuse');
      const expected = Buffer.concat([
        Buffer.from('Subject: Hello\r\n\r\n'),
        body,
        ...(body.at(-1) === 10 ? [] : [Buffer.from('\r\n')]),
      ]);
      assert.ok(sink.messages[0]?.raw.equals(expected));
      assert.ok(connection.isUsable());
    }),
  ));

test('SIZE is declared and obeyed', () =>
  withSink({ keywords: ['PIPELINING', `SIZE ${text.length}`] }, sink =>
    withConnection(sink, async connection => {
      assert.equal(summary(await connection.send(mail())), 'to dot 250 accepted, reuse');
      const result = await connection.send(mail({ body: Buffer.from(`${'x'.repeat(50)}\r\n`) }));
      assert.equal(summary(result), 'to mail 552, reuse');
      assert.equal(result.perRecipient[0]?.local, true);
      assert.equal(result.perRecipient[0]?.reply.enhanced, '5.3.4');
      assert.equal(sink.commands.filter(command => command.startsWith('MAIL')).length, 1);
    }),
  ));

test('SIZE without a number is no limit', async () => {
  assert.equal(summary(await sendOnce({ keywords: ['SIZE'] })), 'to dot 250 accepted, reuse');
  assert.equal(summary(await sendOnce({ keywords: ['SIZE 0'] })), 'to dot 250 accepted, reuse');
});

test('8BITMIME and SMTPUTF8 are asked for when needed and offered', () =>
  withSink({}, sink =>
    withConnection(sink, async connection => {
      await connection.send(mail({ eightBit: true }));
      await connection.send(mail({ needsSmtpUtf8: true, eightBit: true, recipients: ['jörg@example.com'] }));
      assert.deepEqual(
        sink.messages.map(each => each.mailParameters),
        [`SIZE=${text.length} BODY=8BITMIME`, `SIZE=${text.length} BODY=8BITMIME SMTPUTF8`],
      );
      assert.deepEqual(sink.messages[1]?.recipients, ['jörg@example.com']);
    }),
  ));

test('what the server does not offer is left out, or refused when the mail needs it', () =>
  withSink({ keywords: ['PIPELINING'] }, sink =>
    withConnection(sink, async connection => {
      await connection.send(mail({ eightBit: true }));
      assert.equal(sink.messages[0]?.mailParameters, '');
      const result = await connection.send(mail({ needsSmtpUtf8: true }));
      assert.equal(summary(result), 'to mail 553, reuse');
      assert.equal(result.perRecipient[0]?.reply.enhanced, '5.6.7');
    }),
  ));

test('a connection that went stale is told apart from a refusal', async () => {
  // The server hangs up while the connection is idle.
  await withSink({}, sink =>
    withConnection(sink, async connection => {
      await connection.send(mail());
      sink.dropConnections();
      while (connection.isUsable()) await new Promise(setImmediate);
      assert.equal(summary(await connection.send(mail())), 'lost in mail, dot not sent');
    }),
  );
  // It says 421 to the first command of the next mail: no word about that mail.
  const react = ({ phase, messagesBefore }: { phase: SinkPhase; messagesBefore: number }): SinkReaction =>
    phase === 'mail' && messagesBefore === 1
      ? { reply: '421 4.4.2 Idle too long', fate: 'close-after-reply' }
      : undefined;
  await withSink({ react }, sink =>
    withConnection(sink, async connection => {
      await connection.send(mail());
      const result = await connection.send(mail());
      assert.equal(summary(result), 'lost in mail, dot not sent');
      assert.equal(result.kind === 'lost' && result.reply?.code, 421);
    }),
  );
  // It closes in silence when the next mail begins.
  await withSink(
    { react: ({ phase, messagesBefore }) => (phase === 'mail' && messagesBefore === 1 ? 'close' : undefined) },
    sink =>
      withConnection(sink, async connection => {
        await connection.send(mail());
        assert.equal(summary(await connection.send(mail())), 'lost in mail, dot not sent');
      }),
  );
});

test('a farewell on an idle connection makes it unusable', () =>
  withSink(at('dot', 'reply-then-421'), sink =>
    withConnection(sink, async connection => {
      const result = await connection.send(mail());
      assert.ok(result.kind === 'answered' && result.perRecipient[0]?.accepted);
      while (connection.isUsable()) await new Promise(setImmediate);
      assert.equal(summary(await connection.send(mail())), 'lost in mail, dot not sent');
    }),
  ));

test('a server that does not accept RSET is left', () =>
  withSink(
    { react: ({ phase, attempt }) => (phase === 'rset' || (phase === 'rcpt' && attempt === 1) ? '550 No' : undefined) },
    sink =>
      withConnection(sink, async connection => {
        assert.equal(summary(await connection.send(mail())), 'to rcpt 550, reuse');
        assert.equal(summary(await connection.send(mail())), 'lost in mail, dot not sent');
      }),
  ));

test('replies out of place are never taken for an acceptance', async () => {
  assert.equal(summary(await sendOnce(at('data', '250 Ok'))), 'lost in data, dot not sent');
  assert.equal(summary(await sendOnce(at('mail', '354 Go on'))), 'lost in mail, dot not sent');
  assert.equal(summary(await sendOnce(at('rcpt', '334 VXNlcm5hbWU6'))), 'lost in rcpt, dot not sent');
  assert.equal(summary(await sendOnce(at('dot', '354 Go on'))), 'lost in dot, dot sent');
  assert.equal(summary(await sendOnce(at('dot', { raw: 'HTTP/1.1 400 Bad Request\r\n' }))), 'lost in dot, dot sent');
});

test('an acceptance stays one, whatever nonsense follows it', async () => {
  assert.equal(
    summary(await sendOnce(at('dot', { raw: '250 2.0.0 Taken\r\nHTTP/1.1\r\n' }))),
    'to dot 250 accepted, end',
  );
});

test('a long reply is cut to 2 KB, an endless one and a flood end the connection', async () => {
  const long = await sendOnce(at('rcpt', `550 ${Array.from({ length: 40 }, () => 'y'.repeat(200)).join('\n')}`));
  const reply = long.perRecipient[0]?.reply;
  assert.ok(reply && reply.text.length <= 2048 && reply.lines.join('\n').length <= 2048 && reply.text.startsWith('y'));

  assert.equal(
    summary(await sendOnce(at('mail', { raw: `250-${'x'.repeat(500)}\r\n`.repeat(1000) }))),
    'lost in mail, dot not sent',
  );
  assert.equal(summary(await sendOnce(at('mail', { raw: Buffer.alloc(500_000, 'x') }))), 'lost in mail, dot not sent');
  const flood = await sendOnce({ keywords: [], ...at('mail', { raw: '250 Ok\r\n'.repeat(1000) }) });
  assert.equal(flood.kind, 'lost');
});

test('replies are read when they come byte by byte and in many lines', async () => {
  const many = { oneByteAtATime: true, ...at('dot', '250 2.0.0 Taken\nas number 7') };
  const result = await sendOnce(many, { recipients: three });
  assert.equal(summary(result), 'one dot 250 accepted; two dot 250 accepted; three dot 250 accepted, reuse');
});

test('an address that would write commands of its own is a bug of the caller and is not sent', () =>
  withSink({}, sink =>
    withConnection(sink, async connection => {
      for (const address of [
        'a@example.com>\r\nRSET\r\n',
        'a@example.com> NOTIFY=NEVER <',
        'j\u00f6rg@example.com',
        'a\0@example.com',
      ]) {
        await assert.rejects(connection.send(mail({ recipients: [address] })), /address/);
        await assert.rejects(connection.send(mail({ mailFrom: address })), /address/);
      }
      await assert.rejects(connection.send(mail({ recipients: [] })), /recipient/);
      assert.equal(
        summary(await connection.send(mail({ recipients: ['"a > b"@example.com'], mailFrom: '' }))),
        '"a > b" dot 250 accepted, reuse',
      );
    }),
  ));

test('two transactions at once are a bug of the caller', () =>
  withSink({}, sink =>
    withConnection(sink, async connection => {
      const first = connection.send(mail());
      await assert.rejects(connection.send(mail()), /one transaction at a time/);
      assert.equal(summary(await first), 'to dot 250 accepted, reuse');
    }),
  ));
