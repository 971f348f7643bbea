// Records what was read of many mails in one transaction: the open work goes, and columns, status and events come, with the calls
// of webhooks that follow from them, or nothing of it.

import type { HeaderField } from '@pennyblack/email/inbound/inbound-mail.ts';
import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import type { RecordEvents } from '../events/record-events.ts';
import { readInboundSettings } from '../servers/find-inbound-server.ts';
import { blockedReason, rulesAgainst } from './block-rules.ts';
import { describeMail, type MailSummary, recipientKeys, searchKey, storable } from './describe-mail.ts';
import type { ClaimedSource, InboundMessageKey } from './inbound-message.ts';
import { passOn } from './pass-on.ts';
import { blockedEvent } from './post-events.ts';
import { findRules, finishSources, listRecipients, type MessageToRecord } from './store.ts';

/** A mail that was read. */
export type ReadMail = {
  claimed: ClaimedSource;
  mailFrom: string;
  summary: MailSummary;
  /** Ours, before its own. */
  fields: readonly HeaderField[];
  spamScore: number | undefined;
};

/** What became of a message; counted in the metrics. */
export type MailEnd = 'to_post' | 'blocked' | 'failed';

type Decided = InboundMessageKey & {
  mail: ReadMail;
  recipient: string;
  includesRawEmail: boolean;
  blockedReason: string | undefined;
};

/** What servers want of their mail. Before the transaction: servers are the directory, which no transaction of mail touches. */
export type ServerSettings = Awaited<ReturnType<typeof readInboundSettings>>;

export function readSettingsFor(db: Queryable, mails: readonly ReadMail[]): Promise<ServerSettings> {
  return readInboundSettings(db, [...new Set(mails.map(({ claimed }) => claimed.serverId))]);
}

/** Answers what became of each message. Of mail that another process has finished there is none. */
export async function recordMails(
  tx: Tx,
  recordEvents: RecordEvents,
  mails: readonly ReadMail[],
  settings: ServerSettings,
  now: Date,
): Promise<MailEnd[]> {
  const decided = await decide(tx, mails, settings);
  const recorded = await finishSources(
    tx,
    mails.map(({ claimed, fields }) => ({ ...claimed, fields: storable(fields) })),
    decided.map(toRow),
    now,
  );
  const done = decided.filter(({ messageId }) => recorded.has(messageId));
  const blocked = done.flatMap(message =>
    message.blockedReason === undefined ? [] : [blockedEvent(message, message.blockedReason)],
  );
  await recordEvents(tx, blocked, now);
  const passing = done.filter(message => message.blockedReason === undefined);
  await passOn(
    tx,
    recordEvents,
    passing.map(({ mail: { claimed }, ...message }) => ({ ...message, ...claimed })),
    now,
  );
  return done.map(message => (message.blockedReason === undefined ? 'to_post' : 'blocked'));
}

async function decide(tx: Tx, mails: readonly ReadMail[], settings: ServerSettings): Promise<Decided[]> {
  const wanted = mails.flatMap(({ claimed: { serverId }, ...mail }) =>
    rulesAgainst(sendersOf(mail)).map(rule => ({ serverId, rule: storable(rule) })),
  );
  const rules = wanted.length === 0 ? [] : await findRules(tx, wanted);
  const recipients = await listRecipients(
    tx,
    mails.map(mail => mail.claimed),
  );
  return mails.flatMap(mail => {
    const { serverId, messageIds } = mail.claimed;
    const { spamThreshold = 0, rawEmailEnabled = false } = settings.get(serverId) ?? {};
    const own = new Set(rulesAgainst(sendersOf(mail)).map(storable));
    const against = rules.flatMap(each => (each.serverId === serverId && own.has(each.rule) ? [each.rule] : []));
    const reason = blockedReason(against, mail.spamScore, spamThreshold);
    return messageIds.flatMap((messageId): Decided[] => {
      const recipient = recipients.get(messageId);
      if (recipient === undefined) return [];
      return [{ serverId, messageId, mail, recipient, includesRawEmail: rawEmailEnabled, blockedReason: reason }];
    });
  });
}

function sendersOf({ summary, mailFrom }: Pick<ReadMail, 'summary' | 'mailFrom'>): string[] {
  return [summary.from.address, mailFrom];
}

function toRow({ serverId, messageId, mail, recipient, blockedReason }: Decided): MessageToRecord {
  const description = describeMail(mail.summary, recipient);
  return {
    ...description,
    serverId,
    messageId,
    sourceId: mail.claimed.sourceId,
    status: blockedReason === undefined ? 'Queued' : 'Blocked',
    blockedReason: blockedReason ?? null,
    spamScore: mail.spamScore ?? null,
    fromKey: searchKey(description.from.address),
    recipientKeys: recipientKeys(description),
  };
}
