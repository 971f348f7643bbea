import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { createReplyParser, MalformedReply, type SmtpReply } from './reply-parser.ts';

const seed = Number(process.env.SEED ?? randomInt(2 ** 31));
console.log(`seed ${seed}`);

function parse(...chunks: Buffer[]): SmtpReply[] {
  const parser = createReplyParser();
  return chunks.flatMap(chunk => parser.push(chunk));
}

function only(text: string): SmtpReply {
  const [reply, ...more] = parse(Buffer.from(text));
  assert.ok(reply);
  assert.deepEqual(more, []);
  return reply;
}

test('a reply has its code, its enhanced status, its lines and one text', () => {
  assert.deepEqual(only('250 2.0.0 OK 1488049184 x12 - gsmtp\r\n'), {
    code: 250,
    enhanced: '2.0.0',
    lines: ['2.0.0 OK 1488049184 x12 - gsmtp'],
    text: '250 2.0.0 OK 1488049184 x12 - gsmtp',
  });
  assert.deepEqual(only('354 Go ahead\r\n'), { code: 354, lines: ['Go ahead'], text: '354 Go ahead' });
});

test('several lines are one reply, its text repeats neither code nor status', () => {
  const reply = only(
    "550-5.7.26 Not accepted due to domain's\r\n550-5.7.26 DMARC policy.\r\n550 5.7.26 x1 - gsmtp\r\n",
  );
  assert.equal(reply.text, "550 5.7.26 Not accepted due to domain's DMARC policy. x1 - gsmtp");
  assert.equal(reply.lines.length, 3);
  assert.equal(reply.enhanced, '5.7.26');
  const ehlo = only('250-mx.test\r\n250-SIZE 1000\r\n250-\r\n250 PIPELINING\r\n');
  assert.deepEqual(ehlo.lines, ['mx.test', 'SIZE 1000', '', 'PIPELINING']);
});

test('the status is found on a later line, and an address or a version is not taken for one', () => {
  const late = only('550-Verification failed\r\n550 5.7.1 Sender verify failed\r\n');
  assert.equal(late.enhanced, '5.7.1');
  assert.equal(late.text, '550 5.7.1 Verification failed Sender verify failed');
  assert.equal(only('550 5.1.1.7 is blocked\r\n').enhanced, undefined);
  assert.equal(only('220 2.0.1234 ready\r\n').enhanced, undefined);
  assert.equal(only('550 5.1.10 unknown\r\n').enhanced, '5.1.10');
  assert.equal(only('550 5.1.1\r\n').text, '550 5.1.1');
  assert.equal(only('550-5.1.1 one\r\n550 5.1.10 two\r\n').text, '550 5.1.1 one 5.1.10 two');
});

test('sloppy servers are understood: bare LF, no text, no space, two codes', () => {
  assert.equal(only('250 OK\n').text, '250 OK');
  assert.deepEqual(only('250\r\n'), { code: 250, lines: [''], text: '250' });
  assert.equal(only('220mx.test\r\n').text, '220 mx.test');
  assert.equal(only('250-one\r\n451 two\r\n').code, 451);
});

test('the same replies come out however the bytes are cut', () => {
  const line = fc.stringMatching(/^[ -~]{0,20}$/);
  const reply = fc.tuple(fc.integer({ min: 200, max: 599 }), fc.array(line, { minLength: 1, maxLength: 4 }));
  const wireOf = (code: number, lines: string[]) =>
    lines.map((text, at) => `${code}${at === lines.length - 1 ? ' ' : '-'}${text}\r\n`).join('');
  const replies = fc.array(reply, { maxLength: 5 });
  const property = fc.property(replies, fc.infiniteStream(fc.integer({ min: 1, max: 9 })), (sent, sizes) => {
    const bytes = Buffer.from(sent.map(([code, lines]) => wireOf(code, lines)).join(''));
    const chunks: Buffer[] = [];
    for (let at = 0; at < bytes.length; ) {
      const size = sizes.next().value;
      chunks.push(bytes.subarray(at, at + size));
      at += size;
    }
    const read = parse(...chunks);
    assert.deepEqual(read, parse(bytes));
    assert.deepEqual(
      read.map(one => [one.code, one.lines]),
      sent,
    );
  });
  fc.assert(property, { seed });
});

test('a character that is cut between two chunks is read whole', () => {
  const bytes = Buffer.from('550 Empfänger ✉\r\n');
  for (let at = 1; at < bytes.length; at += 1) {
    assert.equal(parse(bytes.subarray(0, at), bytes.subarray(at))[0]?.text, '550 Empfänger ✉');
  }
});

test('text and lines carry no NUL and no control, and the text ends at 2 KB', () => {
  const reply = only('550 a\0b\x1b[31m\rc\r\n');
  assert.equal(reply.text, '550 ab[31m c');
  assert.deepEqual(reply.lines, ['ab[31m c']);
  const long = only(`${'550-'.concat('é'.repeat(1000), '\r\n').repeat(99)}550 end\r\n`);
  assert.ok(Buffer.byteLength(long.text) <= 2048);
  assert.match(long.text, /^550 é+ é+$/);
});

test('what is no reply is refused', () => {
  const wrong = [
    'HTTP/1.1 400 No',
    '',
    ' 250 OK',
    '25 OK',
    '2500 OK',
    '150 OK',
    '650 OK',
    '\x16\x03\x01',
    '250-a\r\nb',
  ];
  for (const text of wrong) assert.throws(() => parse(Buffer.from(`${text}\r\n`)), MalformedReply, text);
});

test('a line of 4 KB and a reply of 100 lines are read, more is refused before it ends', () => {
  const lineOf = (bytes: number) => `250 ${'x'.repeat(bytes - 6)}\r\n`;
  assert.equal(only(lineOf(4096)).lines[0]?.length, 4090);
  assert.throws(() => parse(Buffer.from(lineOf(4097))), MalformedReply);
  const endless = Buffer.from('x'.repeat(2000));
  assert.throws(() => parse(Buffer.from('250 '), endless, endless, endless), MalformedReply);
  assert.equal(only(`${'250-x\r\n'.repeat(99)}250 x\r\n`).lines.length, 100);
  assert.throws(() => parse(Buffer.from('250-x\r\n'.repeat(101))), MalformedReply);
});

test('replies before a fault are still handed over, and nothing is read after it', () => {
  const parser = createReplyParser();
  const replies = parser.push(Buffer.from('250 OK\r\nnonsense\r\n250 never read\r\n'));
  assert.deepEqual(
    replies.map(reply => reply.text),
    ['250 OK'],
  );
  assert.throws(() => parser.push(Buffer.from('250 OK\r\n')), MalformedReply);
  assert.throws(() => parser.push(Buffer.from('250 OK\r\n')), MalformedReply);
});

test('any bytes give replies that keep the limits, or MalformedReply', () => {
  const pieces = fc.oneof(
    fc.uint8Array({ maxLength: 20 }).map(bytes => Buffer.from(bytes)),
    fc.constantFrom('250 ', '250-', '\r\n', '\n', '5.1.1 ', 'OK').map(text => Buffer.from(text)),
  );
  const property = fc.property(fc.array(pieces, { maxLength: 20 }), chunks => {
    const parser = createReplyParser();
    for (const chunk of chunks) {
      try {
        for (const reply of parser.push(chunk)) {
          assert.ok(reply.code >= 200 && reply.code <= 599 && reply.text.startsWith(String(reply.code)));
          assert.doesNotMatch(reply.text + reply.lines.join(''), /\p{Cc}/u);
        }
      } catch (error) {
        assert.ok(error instanceof MalformedReply, String(error));
      }
    }
  });
  fc.assert(property, { seed, numRuns: 1000 });
});
