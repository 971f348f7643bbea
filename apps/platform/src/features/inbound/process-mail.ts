// Reads one mail: checks its sender, parses it, and says what there is to record. Outside any transaction, because checks ask the
// network.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { timeOfUuidV7 } from '@pennyblack/runtime/uuid-v7.ts';
import type { ByteBudget } from './byte-budget.ts';
import type { InboundSource } from './inbound-message.ts';
import type { MailReader } from './mail-reader.ts';
import { ownFields } from './own-fields.ts';
import { unpackSource } from './pack-source.ts';
import type { CheckMail } from './ports.ts';
import type { PostCache } from './post-cache.ts';
import type { ReadMail } from './record-mail.ts';
import { findSource } from './store.ts';
import type { InboundWork } from './work-in-hand.ts';

export type ProcessDeps = {
  db: Queryable;
  reader: MailReader;
  checkMail: CheckMail;
  mailHostname: string;
  cache: PostCache;
  /** Of sources that are read out of the database. */
  budget: ByteBudget;
};

/** Undefined when its source is gone: it was erased, or its time is over. */
export async function processMail(
  deps: ProcessDeps,
  { claimed, source }: Pick<InboundWork, 'claimed' | 'source'>,
): Promise<ReadMail | undefined> {
  if (source) return readOne(deps, claimed, source);
  return deps.budget.within(claimed.serverId, claimed.sourceBytes, async () => {
    const row = await findSource(deps.db, claimed);
    if (!row) return undefined;
    return readOne(deps, claimed, { ...row, source: await unpackSource(row.packedSource, row.sourceBytes) });
  });
}

async function readOne(deps: ProcessDeps, claimed: ReadMail['claimed'], given: InboundSource): Promise<ReadMail> {
  const { source, fields: _, ...envelope } = given;
  const { fields: checked, spamScore } = await deps.checkMail(source, envelope);
  const { summary, mail } = await deps.reader.summarize(source);
  const { sourceId } = claimed;
  const receipt = { ...envelope, sourceId, receivedAt: timeOfUuidV7(sourceId) };
  const fields = ownFields(receipt, deps.mailHostname, checked);
  if (mail) deps.cache.keep(sourceId, { source, mail, fields });
  return { claimed, mailFrom: envelope.mailFrom, summary, fields, spamScore };
}
