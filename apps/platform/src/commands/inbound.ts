// Commands for mail that comes in: `inbound …`.

import { parseArgs } from 'node:util';
import { systemClock } from '@pennyblack/runtime/clock.ts';
import { systemRandom } from '@pennyblack/runtime/random.ts';
import { createUuidV7Source } from '@pennyblack/runtime/uuid-v7.ts';
import { buildSampleTaker } from '../build-inbound-sample.ts';
import { buildServerDeps } from '../build-servers.ts';
import type { SampleWish } from '../features/inbound/sample-mail.ts';
import { readInboundRecord } from '../features/servers/inbound-records.ts';
import { type Command, namedServer } from './command.ts';

export const inboundRecords: Command = {
  usage: 'inbound records <server-id>',
  summary: 'Prints where a server takes mail, and the MX record of its inbound domain as the DNS has it now.',
  run: async (context, [word]) => {
    const { settings, keyRing, db, print } = context;
    const { serverId } = await namedServer(context, word);
    const deps = buildServerDeps({ settings, keyRing, clock: systemClock }, async () => {});
    const { inboundAddress, record } = await readInboundRecord(db.reads, deps, serverId);
    print(`${inboundAddress}  the address of the server`);
    if (!record) {
      print('It has no inbound domain. PUT /server sets one.');
      return;
    }
    print(`; ${record.warning ?? 'found: its mail comes here'}`);
    print(`${record.name}.  MX  ${record.value}.`);
  },
};

function readWish(words: readonly string[]): SampleWish {
  const text = { type: 'string' } as const;
  const options = { from: text, subject: text, hash: text, text, html: text, tag: text };
  const { hash, ...wish } = parseArgs({ args: [...words], options }).values;
  return { ...wish, mailboxHash: hash };
}

export const inboundSample: Command = {
  usage: 'inbound sample <server-id> [--from|--subject|--hash|--text|--html|--tag <text>]…',
  summary: 'Takes a test message for a server, a reply with an attachment, as if the world had sent it.',
  run: async (context, [word, ...words]) => {
    const { db, settings, print } = context;
    const { serverId } = await namedServer(context, word);
    const wish = readWish(words);
    const makeMessageId = createUuidV7Source(systemClock, systemRandom);
    const takeSample = buildSampleTaker({ db, settings, clock: systemClock, makeMessageId });
    const { messageId, recipient } = await takeSample(db.reads, serverId, wish);
    print(`${messageId}  to ${recipient}`);
  },
};
