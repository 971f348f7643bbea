// Reads what the messages of a request have in common, once for many batches.

import type { Mailbox } from '@pennyblack/email/address/mailbox.ts';
import { parseMailboxList } from '@pennyblack/email/address/parse-mailbox-list.ts';
import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import type { ParsedContent } from '../../templates/content-rules.ts';
import type { MakeMessageDeps } from '../make-message.ts';
import type { BulkDefinition, OpenRequest } from './bulk-request.ts';
import { compileContent } from './compile-content.ts';
import { unpackDefinition } from './pack-bulk.ts';
import { readDefinition } from './store.ts';

export type PreparedDefinition = {
  definition: BulkDefinition;
  /** Parsed, and in its layout. */
  content: ParsedContent;
  /** Undefined when it cannot be read any more, because other addresses are allowed now. */
  from: Mailbox | undefined;
  /** For messages without a Reply-To of their own: that of the sender's signature. */
  replyTo: Mailbox | undefined;
};

type Deps = Pick<MakeMessageDeps, 'findDefaultReplyTo' | 'settings'>;

/** Undefined when the request has ended meanwhile. */
export async function prepareDefinition(
  deps: Deps,
  db: Queryable,
  accountId: number,
  { serverId, bulkId }: OpenRequest,
): Promise<PreparedDefinition | undefined> {
  const packed = await readDefinition(db, serverId, bulkId);
  if (!packed) return undefined;
  const definition = unpackDefinition(packed);
  const compiled = compileContent(definition.content);
  // It could be read when the request was accepted.
  if (compiled.kind === 'invalid') throw new Error(`The content of bulk request ${bulkId} cannot be read any more.`);
  const reading = parseMailboxList('From', definition.shared.from, deps.settings);
  const [from] = reading.kind === 'mailboxes' ? reading.mailboxes : [];
  const replyTo = from && (await deps.findDefaultReplyTo(accountId, from.address));
  return { definition, content: compiled.content, from, replyTo };
}

export type DefinitionCache = {
  get(
    request: OpenRequest,
    load: () => Promise<PreparedDefinition | undefined>,
  ): Promise<PreparedDefinition | undefined>;
};

/** Those used longest ago go first. What is kept takes about `bytesMax`, or is a single one that is larger. */
export function createDefinitionCache(bytesMax: number): DefinitionCache {
  const kept = new Map<string, { prepared: PreparedDefinition; bytes: number }>();
  let bytes = 0;

  function forgetOldest(): void {
    for (const [key, entry] of kept) {
      if (bytes <= bytesMax || kept.size === 1) return;
      kept.delete(key);
      bytes -= entry.bytes;
    }
  }

  return {
    get: async ({ serverId, bulkId, definitionBytes }, load) => {
      const key = `${serverId} ${bulkId}`;
      const found = kept.get(key);
      if (found) {
        kept.delete(key);
        kept.set(key, found);
        return found.prepared;
      }
      const prepared = await load();
      if (!prepared) return undefined;
      kept.set(key, { prepared, bytes: definitionBytes });
      bytes += definitionBytes;
      forgetOldest();
      return prepared;
    },
  };
}
