import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { createTransport } from 'nodemailer';
import { makeCertificate } from './certificates.ts';
import { type MailSink, type MailSinkOptions, startMailSink } from './mail-sink.ts';

async function withSink(options: MailSinkOptions, work: (sink: MailSink) => Promise<void>): Promise<void> {
  const sink = await startMailSink(options);
  try {
    await work(sink);
  } finally {
    await sink.close();
  }
}

/** Says everything at once and returns all that came back until the sink hung up. */
async function talk(sink: MailSink, said: string): Promise<string> {
  const socket = connect(sink.port, sink.host);
  let heard = '';
  socket.on('data', chunk => {
    heard += chunk;
  });
  socket.write(said);
  await once(socket, 'close');
  return heard;
}

const envelope = 'MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n';

test('a message keeps its dots and its envelope', () =>
  withSink({}, async sink => {
    await talk(sink, `EHLO me\r\n${envelope.replace('com>', 'com> SIZE=9')}..one\r\ntwo.\r\n.\r\nQUIT\r\n`);
    const [message] = sink.messages;
    assert.equal(message?.raw.toString(), '.one\r\ntwo.\r\n');
    assert.deepEqual(
      [message?.mailFrom, message?.recipients, message?.mailParameters],
      ['a@example.com', ['b@example.com'], 'SIZE=9'],
    );
    assert.equal(sink.pipelinedGroups, 1);
  }));

test('nodemailer, an independent client, delivers over STARTTLS', async () => {
  const certificate = await makeCertificate('sink.test');
  await withSink({ tls: certificate }, async sink => {
    const transport = createTransport({
      host: sink.host,
      port: sink.port,
      requireTLS: true,
      tls: { rejectUnauthorized: false },
    });
    await transport.sendMail({ from: 'a@example.com', to: 'b@example.com', subject: 'Hello', text: '.dot\nline' });
    transport.close();
    assert.equal(sink.messages[0]?.tls, true);
    assert.match(sink.messages[0]?.raw.toString() ?? '', /^\.dot/m);
  });
});

test('the end of the data is found wherever the reads are cut', () =>
  withSink({}, async sink => {
    const socket = connect(sink.port, sink.host);
    socket.setNoDelay(true);
    await once(socket, 'connect');
    socket.resume();
    for (const byte of `${envelope}x\r\n.\r\n${envelope}.\r\nQUIT\r\n`) {
      socket.write(byte);
      await new Promise(setImmediate);
    }
    await once(socket, 'close');
    assert.deepEqual(
      sink.messages.map(each => each.raw.toString()),
      ['x\r\n', ''],
    );
  }));

test('a script refuses one recipient the first time only', () =>
  withSink(
    {
      react: ({ recipient, attempt }) =>
        recipient === 'b@example.com' && attempt === 1 ? '450 4.2.1 Later' : undefined,
    },
    async sink => {
      assert.match(await talk(sink, `${envelope}QUIT\r\n`), /450 4\.2\.1 Later\r\n554/);
      await talk(sink, `${envelope}hi\r\n.\r\nQUIT\r\n`);
      assert.equal(sink.messages.length, 1);
    },
  ));

test('the connection can be lost after the dot, with the message taken', () =>
  withSink({ react: ({ phase }) => (phase === 'dot' ? 'close' : undefined) }, async sink => {
    const heard = await talk(sink, `${envelope}hi\r\n.\r\nNOOP\r\n`);
    assert.ok(heard.endsWith('354 End data with <CR><LF>.<CR><LF>\r\n'));
    assert.equal(sink.messages.length, 1);
  }));

test('a 421 can follow DATA', () =>
  withSink(
    { react: ({ phase }) => (phase === 'data' ? { reply: '421 4.3.2 Busy', fate: 'close-after-reply' } : undefined) },
    async sink => {
      assert.ok((await talk(sink, envelope)).endsWith('421 4.3.2 Busy\r\n'));
      assert.equal(sink.messages.length, 0);
    },
  ));

test('replies can have many lines, come late and byte by byte', () =>
  withSink(
    {
      oneByteAtATime: true,
      react: ({ phase }) => (phase === 'ehlo' ? { reply: '550 No\nreally\nno', delayInMilliseconds: 5 } : undefined),
    },
    async sink => {
      assert.match(await talk(sink, 'EHLO me\r\nQUIT\r\n'), /550-No\r\n550-really\r\n550 no\r\n221/);
    },
  ));
