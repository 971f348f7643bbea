// A mail server that stops talking in any phase: the attempt ends when its time is over, and the mail goes later. Only
// after the final dot does a silence leave a doubt.

import assert from 'node:assert/strict';
import { makeCertificate } from '../tools/fake-world/certificates.ts';
import type { SinkPhase } from '../tools/fake-world/mail-sink.ts';
import { checkPromise, countCopies } from './harness/invariants.ts';
import { sendToEach } from './harness/load.ts';
import { endedTimelineOf, uncertainMarksOf } from './harness/timeline.ts';
import { sender, story } from './harness/world.ts';

type Row = { phase: SinkPhase; marks: string[]; offersTls?: true };

const noMark: string[] = [];
const rows: readonly Row[] = [
  { phase: 'banner', marks: noMark },
  { phase: 'ehlo', marks: noMark },
  { phase: 'starttls', marks: noMark, offersTls: true },
  { phase: 'mail', marks: noMark },
  { phase: 'rcpt', marks: noMark },
  { phase: 'data', marks: noMark },
  // The message had left us whole, dot included, before the silence could be noticed.
  { phase: 'content', marks: ['no_answer_after_dot'] },
  { phase: 'dot', marks: ['no_answer_after_dot'] },
  { phase: 'quit', marks: noMark },
];

const impatient = { settings: { PENNYBLACK_SMTP_ANSWER_SECONDS: '2' } };

story(
  'a server that hangs once, in whichever phase, gets the mail later',
  async world => {
    const certificate = await makeCertificate('mx.starttls.test');
    for (const { phase, offersTls } of rows) {
      await world.addSink(`${phase}.test`, {
        ...(offersTls ? { tls: certificate } : {}),
        react: moment => (moment.phase === phase && moment.attempt === 1 ? 'hang' : undefined),
      });
    }
    await world.start();
    const accepted = await sendToEach(
      world.client,
      rows.map(({ phase }) => `someone@${phase}.test`),
    );
    for (const [index, { phase, marks }] of rows.entries()) {
      const messageId = accepted[index]?.messageId ?? '';
      const timeline = await endedTimelineOf(world.client, messageId);
      assert.equal(timeline.at(-1)?.type, 'Delivered', phase);
      assert.deepEqual(await uncertainMarksOf(world.dataFolder, messageId), marks, phase);
      assert.equal(countCopies(world.sinks).get(`${messageId} someone@${phase}.test`), 1, `one copy: ${phase}`);
    }
    await checkPromise(world.dataFolder, accepted, world.sinks);
  },
  impatient,
);

story(
  'a server that hangs in the TLS handshake gets the mail in clear text',
  async world => {
    world.sink.setScript({ tls: 'hang' });
    await world.start();
    const { MessageID } = await world.client.sendEmail({
      From: sender,
      To: 'someone@inbox.test',
      Subject: 'Hello',
      TextBody: 'Hello',
    });
    const timeline = await endedTimelineOf(world.client, MessageID);
    assert.equal(timeline.at(-1)?.type, 'Delivered');
    assert.deepEqual(
      world.sink.messages.map(message => message.tls),
      [false],
    );
  },
  impatient,
);

story(
  'a server that hangs between two mails on one connection gets the second on another, at once',
  async world => {
    world.sink.setScript({
      react: moment => (moment.phase === 'mail' && moment.messagesBefore === 1 ? 'hang' : undefined),
    });
    await world.start();
    for (const name of ['first', 'second']) {
      const { MessageID } = await world.client.sendEmail({
        From: sender,
        To: `${name}@inbox.test`,
        Subject: name,
        TextBody: name,
      });
      const timeline = await endedTimelineOf(world.client, MessageID);
      assert.deepEqual(
        timeline.map(entry => entry.type),
        ['Delivered'],
        name,
      );
    }
    assert.equal(world.sink.messageCount, 2);
  },
  impatient,
);
