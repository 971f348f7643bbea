// Takes a sample as the listener takes a mail: what follows is the same, whoever brought it.

import type { Clock } from '@pennyblack/runtime/clock.ts';
import type { UuidSource } from '@pennyblack/runtime/uuid-v7.ts';
import { Refusal } from '../../../refusals.ts';
import { prepareSample } from '../prepare-sample.ts';
import type { SampleHosts, TakeSample } from '../sample-mail.ts';
import type { MailStore } from '../store-mail.ts';
import { createInboundTaker } from './take-inbound.ts';

export type TakeSampleDeps = { store: MailStore; clock: Clock; makeMessageId: UuidSource; hosts: SampleHosts };

const client = { address: '127.0.0.1', helo: 'sample.invalid', isEncrypted: false };

export function createSampleTaker({ store, clock, makeMessageId, hosts }: TakeSampleDeps): TakeSample {
  return async (db, serverId, wish) => {
    const messageId = makeMessageId();
    const { mailFrom, recipient, source } = await prepareSample(db, hosts, serverId, wish, messageId, clock.now());
    const take = createInboundTaker({
      store,
      clock,
      // One recipient makes one message.
      makeMessageId: () => messageId,
      findRoute: async () => ({ serverId, isFull: false }),
    });
    const answer = await take({ envelope: { mailFrom, recipients: [recipient] }, source, client });
    if (answer.kind !== 'stored') throw new Refusal('maintenance');
    return { messageId, recipient };
  };
}
