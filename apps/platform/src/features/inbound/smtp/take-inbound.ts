// What the SMTP listener asks about customers' inbound addresses. Source: Postmark's pages on inbound processing; RFC 5321.

import { addressKey } from '@pennyblack/email/address/address-key.ts';
import { mailboxHashOf } from '@pennyblack/email/address/mailbox-hash.ts';
import type { Clock } from '@pennyblack/runtime/clock.ts';
import { DatabaseUnavailable, type Tx } from '@pennyblack/runtime/database/database.ts';
import type { UuidSource } from '@pennyblack/runtime/uuid-v7.ts';
import type { DeliverAnswer, InboundMail, RecipientHandler } from '../../../edges/smtp-inbound/contract.ts';
import type { Refused } from '../../../edges/smtp-listener/refused.ts';
import { searchKey, storable } from '../describe-mail.ts';
import type { FindRoute } from '../find-route.ts';
import { fingerprintOf, hashSource } from '../fingerprint.ts';
import type { NewInboundMessage, NewInboundSource } from '../inbound-message.ts';
import { hasMessageId, isLoop } from '../loop-rules.ts';
import { packSource } from '../pack-source.ts';
import type { MailStore } from '../store-mail.ts';

export type TakeInboundDeps = {
  findRoute: FindRoute;
  store: MailStore;
  clock: Clock;
  makeMessageId: UuidSource;
};

/** `also` is stored in the same transaction, or nothing is. */
export type TakeInbound = (mail: InboundMail, also?: (tx: Tx, now: Date) => Promise<unknown>) => Promise<DeliverAnswer>;

const full: Refused = {
  kind: 'refused',
  code: 452,
  enhanced: '4.3.1',
  text: 'Too much mail waits for this recipient, try again later',
};
const gone: Refused = { kind: 'refused', code: 550, enhanced: '5.1.1', text: 'There is no such recipient here' };
const loop: Refused = { kind: 'refused', code: 554, enhanced: '5.4.6', text: 'This mail goes round in circles' };

/** Mail for a server that is known is always taken, whoever sends it and whatever the server's settings are. */
export function createInboundRecipients({ findRoute }: Pick<TakeInboundDeps, 'findRoute'>): RecipientHandler {
  return async address => {
    const route = await findRoute(address);
    if (!route) return { kind: 'not_mine' };
    return route.isFull ? full : { kind: 'accepted' };
  };
}

/** Every recipient of the mail is a customer's, or was when it was accepted. */
export function createInboundTaker(deps: TakeInboundDeps): TakeInbound {
  return async (mail, also) => {
    try {
      const byServer = await recipientsByServer(deps.findRoute, mail.envelope.recipients);
      if (byServer.size === 0 && also === undefined) return gone;
      const keys = new Set([...byServer.values()].flatMap(recipients => [...recipients.keys()]));
      if (isLoop(mail.source, keys)) return loop;
      await deps.store.store({ sources: await toSources(deps, mail, byServer), source: mail.source, also });
    } catch (error) {
      if (error instanceof DatabaseUnavailable) return { kind: 'try_later' };
      throw error;
    }
    return { kind: 'stored' };
  };
}

/** By server, by address key: addresses that differ in case only are one recipient, named as it came first. */
type RecipientsByServer = ReadonlyMap<number, ReadonlyMap<string, string>>;

async function recipientsByServer(findRoute: FindRoute, recipients: readonly string[]): Promise<RecipientsByServer> {
  const byServer = new Map<number, Map<string, string>>();
  for (const recipient of recipients) {
    const route = await findRoute(recipient);
    if (!route) continue;
    const ofServer = byServer.get(route.serverId) ?? new Map<string, string>();
    byServer.set(route.serverId, ofServer);
    const key = addressKey(recipient);
    if (!ofServer.has(key)) ofServer.set(key, recipient);
  }
  return byServer;
}

async function toSources(
  { clock, makeMessageId }: TakeInboundDeps,
  { envelope, source, client }: InboundMail,
  byServer: RecipientsByServer,
): Promise<NewInboundSource[]> {
  const packedSource = await packSource(source);
  const sourceHash = hasMessageId(source) ? hashSource(source) : undefined;
  const mailFrom = storable(envelope.mailFrom);
  return [...byServer].map(([serverId, recipients]): NewInboundSource => {
    const messages = [...recipients.values()].map((address): NewInboundMessage => {
      const recipient = storable(address);
      const recipientKey = searchKey(recipient);
      return {
        messageId: makeMessageId(),
        recipient,
        recipientKey,
        mailboxHash: mailboxHashOf(recipient),
        fingerprint: sourceHash && fingerprintOf(mailFrom, addressKey(recipient), sourceHash),
      };
    });
    return {
      serverId,
      sourceId: messages[0]?.messageId ?? makeMessageId(),
      receivedAt: clock.now(),
      mailFrom,
      clientAddress: client.address,
      helo: storable(client.helo),
      isEncrypted: client.isEncrypted,
      packedSource,
      sourceBytes: source.length,
      messages,
    };
  });
}
