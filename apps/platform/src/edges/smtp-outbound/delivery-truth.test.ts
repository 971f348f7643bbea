// The one promise of this edge that all others rest on: what it reports about a message is true. Servers that
// fail at random moments are asked afterwards what they have.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSeededRandom, type Random } from '@pennyblack/runtime/random.ts';
import { type SinkReaction, startMailSink } from '../../../../../tools/fake-world/mail-sink.ts';
import type { SmtpConnection } from './smtp-connection.ts';
import { mail, open, patient } from './test-conversation.ts';

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
// Opening is patient; after that silence is part of the game.
const quick = {
  ...patient,
  mailInMilliseconds: 60,
  rcptInMilliseconds: 60,
  dataInMilliseconds: 60,
  blockInMilliseconds: 60,
  dotInMilliseconds: 60,
};

const troubles: readonly SinkReaction[] = [
  'hang',
  'close',
  'close-after-reply',
  'reply-then-421',
  '451 4.3.0 Later',
  '550 5.0.0 No',
  { reply: '421 4.3.2 Bye', fate: 'close-after-reply' },
  { raw: 'nonsense\r\n' },
  { raw: '250 Ok\r\n250 Ok\r\n' },
  { delayInMilliseconds: 2 },
];

function pick<T>(random: Random, choices: readonly T[]): T | undefined {
  return choices[Math.floor(random.fraction() * choices.length)];
}

test(`accepted is there, refused and "dot not sent" are not, the rest is marked (SEED=${seed})`, async () => {
  const random = createSeededRandom(seed);
  const counts = { accepted: 0, refused: 0, unsent: 0, unknown: 0 };
  const unreliable = ({ phase }: { phase: string }): SinkReaction =>
    random.fraction() < (phase === 'dot' ? 0.3 : 0.06) ? pick(random, troubles) : undefined;
  const sink = await startMailSink();
  let connection: SmtpConnection | undefined;

  for (let number = 0; number < 150; number += 1) {
    if (!connection?.isUsable()) {
      // Opened in peace, with and without PIPELINING; the trouble is meant for the messages.
      sink.setScript(random.fraction() < 0.3 ? { keywords: ['SIZE 1000000'] } : {});
      const opened = await open(sink, { timeouts: quick });
      assert.ok(opened.kind === 'open');
      connection = opened.connection;
      sink.setScript({ react: unreliable });
    }
    const recipients = [`a${number}@example.com`, `b${number}@example.com`];
    const mayEnd = random.fraction() < 0.1 ? Promise.reject(new Error('no')) : new Promise<void>(setImmediate);
    const result = await connection.send(mail({ recipients, mayEnd }));
    if (result.kind === 'lost' || !result.canReuse) connection.destroy();
    // What is on its way to the sink gets there before it is asked.
    for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);

    for (const recipient of recipients) {
      const isThere = sink.messages.some(message => message.recipients.includes(recipient));
      const answer = result.perRecipient.find(each => each.recipient === recipient);
      const story = `message ${number}: ${recipient} ${isThere ? 'is there' : 'is not there'}: ${JSON.stringify(result)}`;
      if (answer?.accepted) {
        counts.accepted += 1;
        // The sink may say 250 and mean nothing by it ("250 Ok" as raw bytes), but never the other way round.
        assert.ok(isThere || answer.reply.text === 'Ok', story);
      } else if (answer) {
        counts.refused += 1;
        assert.ok(!isThere, story);
      } else {
        assert.equal(result.kind, 'lost', story);
        if (result.kind === 'lost' && result.dotSent) counts.unknown += 1;
        else {
          counts.unsent += 1;
          assert.ok(!isThere, story);
        }
      }
    }
  }
  connection?.destroy();
  await sink.close();
  for (const [kind, count] of Object.entries(counts))
    assert.ok(count > 0, `${kind} never happened: ${JSON.stringify(counts)}`);
});
