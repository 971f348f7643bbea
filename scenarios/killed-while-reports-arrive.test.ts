// kill -9 of everything while hundreds of delivery reports arrive from a mail server that, as mail servers do, sends each
// again until it hears 250. No report that was taken is lost, and none becomes two bounces.

import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { createTransport } from 'nodemailer';
import { failureReport } from '../apps/platform/src/features/reports/testing/sample-reports.ts';
import { ask } from './harness/database.ts';
import { untilQuiet } from './harness/invariants.ts';
import { tell } from './harness/tell.ts';
import { until } from './harness/until.ts';
import { freePort, sender, story } from './harness/world.ts';

const messages = 300;
const deaths = 4;
const connections = 4;

story(
  'kill -9 of everything, four times while reports arrive: none that was taken is lost, none is a bounce twice',
  async world => {
    const inboundPort = await freePort();
    const start = () => world.start({ PENNYBLACK_INBOUND_PORT: String(inboundPort) });
    let platform = await start();
    const answers = await world.client.sendEmailBatch(
      Array.from({ length: messages }, (_, index) => ({
        From: sender,
        To: `gone-${index}@inbox.test`,
        Subject: 'Order',
        TextBody: 'Thanks',
      })),
    );
    assert.ok(answers.every(answer => answer.ErrorCode === 0));
    await untilQuiet(world.dataFolder);

    const reports = world.sink.messages.map(({ mailFrom, recipients, raw }) => ({
      returnPath: mailFrom,
      source: failureReport({
        recipient: recipients[0] ?? '',
        messageId: /^X-PM-Message-Id: (\S+)/im.exec(raw.toString('latin1'))?.[1] ?? '',
      }),
    }));
    assert.equal(reports.length, messages);

    let taken = 0;
    let tries = 0;
    async function reportOne(report: (typeof reports)[number]): Promise<void> {
      for (;;) {
        const transport = createTransport({ host: '127.0.0.1', port: inboundPort, tls: { rejectUnauthorized: false } });
        try {
          tries += 1;
          await transport.sendMail({ envelope: { from: '', to: [report.returnPath] }, raw: report.source });
          taken += 1;
          return;
        } catch (error) {
          const code = (error as { responseCode?: number }).responseCode;
          assert.ok(code === undefined || code < 500, `a report was refused for ever: ${String(error)}`);
          await wait(50);
        } finally {
          transport.close();
        }
      }
    }
    const open = [...reports];
    const sending = Promise.all(
      Array.from({ length: connections }, async () => {
        for (let report = open.shift(); report; report = open.shift()) await reportOne(report);
      }),
    );
    for (let death = 1; death <= deaths; death += 1) {
      const line = Math.floor((messages * death) / (deaths + 1));
      await until(`${line} reports are taken`, () => taken >= line);
      await platform.killEverything();
      platform = await start();
    }
    await sending;
    await until(
      'every report is read',
      async () => {
        const [row] = await ask<{ open: number }>(
          world.dataFolder,
          'select count(*)::int as open from inbound_reports',
        );
        return row?.open === 0;
      },
      { everyMilliseconds: 200 },
    );

    const count = async (text: string) => (await ask<{ count: number }>(world.dataFolder, text))[0]?.count;
    const [bounces, distinct, suppressions, events] = [
      await count('select count(*)::int as count from bounces'),
      await count('select count(distinct message_id)::int as count from bounces'),
      await count('select count(*)::int as count from suppressions'),
      await count(`select count(*)::int as count from events where kind = 'bounce_reported'`),
    ];
    tell(`${messages} reports were sent ${tries} times over ${deaths} deaths and became ${bounces} bounces`);
    assert.deepEqual(
      { bounces, distinct, suppressions, events },
      {
        bounces: messages,
        distinct: messages,
        suppressions: messages,
        events: messages,
      },
    );
  },
);
