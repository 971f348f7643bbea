import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askSpamd, type SpamdAnswer, scoredLengthMax } from './spamd-client.ts';
import { readSpamdReply, spamFields } from './spamd-reply.ts';
import { spamdReply, startFakeSpamd } from './testing/fake-spamd.ts';

const mail = Buffer.from('From: ann@client.test\r\nSubject: Hello\r\n\r\nHello\r\n');
const headers = [
  'X-Spam-Checker-Version: SpamAssassin 4.0.1 (2024-03-26) on mx1',
  'X-Spam-Flag: YES',
  'X-Spam-Level: ******',
  'X-Spam-Status: Yes, score=6.1 required=5.0 tests=DKIM_SIGNED,DKIM_VALID,',
  '\tHTML_MESSAGE autolearn=no autolearn_force=no version=4.0.1',
  'From: ann@client.test',
  '',
  '',
].join('\r\n');

async function answerOf(answer: Parameters<typeof startFakeSpamd>[0], source = mail, timeout = 20_000) {
  const spamd = await startFakeSpamd(answer);
  try {
    return { answer: await askSpamd(spamd.address, source, timeout), heard: spamd.heard };
  } finally {
    await spamd.close();
  }
}

function reasonOf(answer: SpamdAnswer): string {
  return answer.kind === 'failed' ? answer.reason : 'scored';
}

test('spamd is asked in its protocol, and its answer becomes the fields of a score', async () => {
  const { answer, heard } = await answerOf(spamdReply('True ; 6.1 / 5.0', headers));
  assert.deepEqual(heard, [{ command: 'HEADERS SPAMC/1.5', announced: mail.length, mail: mail.toString() }]);
  assert.ok(answer.kind === 'scored');
  assert.deepEqual(spamFields(answer.verdict), [
    { name: 'X-Spam-Checker-Version', value: 'SpamAssassin 4.0.1 (2024-03-26) on mx1' },
    { name: 'X-Spam-Status', value: 'Yes' },
    { name: 'X-Spam-Score', value: '6.1' },
    { name: 'X-Spam-Tests', value: 'DKIM_SIGNED,DKIM_VALID,HTML_MESSAGE' },
  ]);
});

test('the mark of spam begins at a score of 5, whatever spamd calls spam', () => {
  const statusOf = (score: number) => spamFields({ score, tests: [], checkerVersion: undefined });
  assert.deepEqual(statusOf(5)[0], { name: 'X-Spam-Status', value: 'Yes' });
  assert.deepEqual(statusOf(4.9)[0], { name: 'X-Spam-Status', value: 'No' });
  assert.deepEqual(statusOf(-0.1), [
    { name: 'X-Spam-Status', value: 'No' },
    { name: 'X-Spam-Score', value: '-0.1' },
    { name: 'X-Spam-Tests', value: '' },
  ]);
});

test('a spamd that says little is understood', () => {
  const none = 'X-Spam-Status: No, score=0.0 required=5.0 tests=none autolearn=ham\r\n\r\n';
  assert.deepEqual(readSpamdReply(Buffer.from(spamdReply('False ; 0.0 / 5.0', none))), {
    score: 0,
    tests: [],
    checkerVersion: undefined,
  });
  assert.equal(readSpamdReply(Buffer.from(spamdReply('False ; -2.3 / 5.0', '')))?.score, -2.3);
});

test('of a large mail the beginning is scored, to the end of a line', async () => {
  const line = `${'x'.repeat(70)}\r\n`;
  const source = Buffer.from(`Subject: large\r\n\r\n${line.repeat(20_000)}`);
  const { answer, heard } = await answerOf(spamdReply('False ; 0.1 / 5.0', ''), source);
  assert.equal(answer.kind, 'scored');
  const scored = heard[0]?.mail ?? '';
  assert.ok(scored.length <= scoredLengthMax && scored.length > scoredLengthMax - line.length);
  assert.ok(scored.endsWith('x\r\n'));
});

test('a spamd that fails gives no score, and says why', async () => {
  const failures: [Parameters<typeof startFakeSpamd>[0], RegExp][] = [
    ['SPAMD/1.0 76 Bad header line: (EOF during message)\r\n', /no sense: SPAMD\/1.0 76/],
    ['HTTP/1.1 400 Bad Request\r\n\r\n', /no sense: HTTP/],
    ['\xff\x00\x01', /no sense: \?\?\?/],
    [spamdReply('True ; 6.1 / 5.0', headers).slice(0, -30), /no sense/],
    [spamdReply('True ; much / 5.0', ''), /no sense/],
    ['', /without an answer/],
    [socket => socket.resetAndDestroy(), /ECONNRESET|without an answer/],
  ];
  for (const [answer, reason] of failures) assert.match(reasonOf((await answerOf(answer)).answer), reason);
});

test('a spamd that is silent, or never ends, is left alone in time', async () => {
  assert.match(reasonOf((await answerOf(() => {}, mail, 50)).answer), /no answer within 50 ms/);
  const drips = await answerOf(socket => socket.write('SPAMD/1.1 0 EX_OK\r\n'), mail, 50);
  assert.match(reasonOf(drips.answer), /no answer within 50 ms/);
  const floods = await answerOf(socket => {
    socket.write('SPAMD/1.1 0 EX_OK\r\n\r\n');
    const piece = Buffer.alloc(1_000_000, 'x');
    const pour = () => {
      while (socket.writable && socket.write(piece));
    };
    socket.on('drain', pour);
    pour();
  });
  assert.match(reasonOf(floods.answer), /does not end/);
});

test('a spamd that is not there gives no score', async () => {
  const gone = await startFakeSpamd('');
  await gone.close();
  assert.match(reasonOf(await askSpamd(gone.address, mail, 20_000)), /ECONNREFUSED/);
  assert.match(reasonOf(await askSpamd({ path: '/nonexistent/spamd.sock' }, mail, 20_000)), /ENOENT/);
});
