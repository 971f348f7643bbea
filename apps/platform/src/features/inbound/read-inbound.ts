// Reads one inbound message with what its source holds: the texts, the fields, the files. How many large sources are in memory
// at a time is bounded, whoever asks.

import type { HeaderField, InboundAttachment } from '@pennyblack/email/inbound/inbound-mail.ts';
import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { isUuid } from '@pennyblack/runtime/uuid-v7.ts';
import { Refusal } from '../../refusals.ts';
import { type ByteBudget, createByteBudget } from './byte-budget.ts';
import { describeMail, type MailSummary } from './describe-mail.ts';
import type { InboundMessageKey, SourceKey, StoredInbound } from './inbound-message.ts';
import { type MailReader, ReadingTookTooLong } from './mail-reader.ts';
import { unpackSource } from './pack-source.ts';
import { rawEmail } from './read-post.ts';
import { findMessage, findSource, findSourceBytes, type SourceRow } from './store.ts';

export type InboundDetails = {
  message: StoredInbound;
  /** Undefined when the source is gone, or takes too long to read. */
  content: { summary: MailSummary; fields: readonly HeaderField[] } | undefined;
};

export type ReadInbound = {
  /** @throws Refusal 701. */
  details(db: Queryable, serverId: number, messageId: string): Promise<InboundDetails>;
  /** The source with our fields before its own, as RawEmail; empty when it is gone. @throws Refusal 701. */
  dump(db: Queryable, serverId: number, messageId: string): Promise<string>;
  /** Undefined when there is none. */
  attachment(db: Queryable, message: InboundMessageKey, position: number): Promise<InboundAttachment | undefined>;
};

/** The source, what is read out of it, and the answer. */
const timesItsSource = 3;
const bytesInMemoryMax = 256 * 1024 * 1024;

export function createReadInbound(
  reader: Pick<MailReader, 'summarize' | 'attachment'>,
  budget: ByteBudget = createByteBudget(bytesInMemoryMax),
): ReadInbound {
  async function withSource<T>(
    db: Queryable,
    key: SourceKey,
    use: (source: Buffer, row: SourceRow) => Promise<T>,
  ): Promise<T | undefined> {
    const bytes = await findSourceBytes(db, key);
    if (bytes === undefined) return undefined;
    return budget.within(key.serverId, bytes * timesItsSource, async () => {
      const row = await findSource(db, key);
      return row && use(await unpackSource(row.packedSource, row.sourceBytes), row);
    });
  }

  return {
    details: async (db, serverId, messageId) => {
      const message = await readMessage(db, serverId, messageId);
      const content = await withSource(db, message, (source, { fields }) =>
        unlessTooSlow(async () => ({ ...(await reader.summarize(source)), fields: fields ?? [] })),
      );
      // Nobody has described it yet when it waits to be read.
      const isDescribed = message.processedAt !== null || content === undefined;
      return {
        message: isDescribed ? message : { ...message, ...describeMail(content.summary, message.recipient) },
        content,
      };
    },
    dump: async (db, serverId, messageId) => {
      const message = await readMessage(db, serverId, messageId);
      return (
        (await withSource(db, message, async (source, { fields }) =>
          rawEmail(source, { recipient: message.recipient, fields: fields ?? [] }),
        )) ?? ''
      );
    },
    attachment: async (db, key, position) => {
      const message = await findMessage(db, key);
      return message && withSource(db, message, source => unlessTooSlow(() => reader.attachment(source, position)));
    },
  };
}

/** What nobody could read when it came cannot be shown either. */
async function unlessTooSlow<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ReadingTookTooLong) return undefined;
    throw error;
  }
}

async function readMessage(db: Queryable, serverId: number, messageId: string): Promise<StoredInbound> {
  const id = messageId.trim().toLowerCase();
  const message = isUuid(id) ? await findMessage(db, { serverId, messageId: id }) : undefined;
  if (!message) throw new Refusal('message_not_found');
  return message;
}
