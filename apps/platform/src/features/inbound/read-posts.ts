// Makes the body of a call about inbound mail, when the call is made: it is stored nowhere. How many large ones are in memory at
// a time is bounded.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import type { StoredEvent } from '../events/event.ts';
import type { LinksOf } from './attachment-links.ts';
import { type ByteBudget, createByteBudget } from './byte-budget.ts';
import type { MailReader } from './mail-reader.ts';
import { unpackSource } from './pack-source.ts';
import type { PostCache } from './post-cache.ts';
import { postDetailsOf } from './post-events.ts';
import { postOf } from './read-post.ts';
import { findSource } from './store.ts';

/** Runs `use` with the body; undefined when the mail is gone. The body takes memory until `use` ends. */
export type WithPost = <T>(event: StoredEvent, use: (body: string | undefined) => Promise<T>) => Promise<T>;

/** Base64 and JSON of the source, once more as RawEmail, and the bytes that go over the wire. */
const timesItsSource = 4;
const bytesInMemoryMax = 256 * 1024 * 1024;

export function createPostReader(
  deps: { db: Queryable; reader: MailReader; cache: PostCache; linksOf?: LinksOf },
  budget: ByteBudget = createByteBudget(bytesInMemoryMax),
): WithPost {
  async function read(event: StoredEvent): Promise<string | undefined> {
    const details = postDetailsOf(event);
    if (!details) return undefined;
    const { serverId, messageId = '', recipient = '' } = event;
    const { sourceId, includesRawEmail } = details;
    const links = deps.linksOf?.({ serverId, messageId });
    const about = { messageId, recipient, includesRawEmail, links };
    const ready = deps.cache.find(sourceId);
    if (ready) return postOf(ready.source, ready.mail, { ...about, fields: ready.fields });
    const row = await findSource(deps.db, { serverId, sourceId });
    if (!row) return undefined;
    const source = await unpackSource(row.packedSource, row.sourceBytes);
    return deps.reader.post(source, { ...about, fields: row.fields ?? [] });
  }

  return async (event, use) => {
    const bytes = (postDetailsOf(event)?.sourceBytes ?? 0) * timesItsSource;
    return budget.within(event.serverId, bytes, async () => use(await read(event)));
  };
}
