// Keeps templates for sending: parsed, for ten seconds at most, dropped at once when their server's templates change
// anywhere. A send by template then costs no statement more than another.

import { createExpiringCache } from '@pennyblack/runtime/cache/expiring-cache.ts';
import type { Clock } from '@pennyblack/runtime/clock.ts';
import type { Database } from '@pennyblack/runtime/database/database.ts';
import { templatesChannel } from './features/templates/announce-change.ts';
import {
  type FindSendableTemplate,
  readSendableTemplate,
  type SendableTemplate,
  weightOfSendable,
} from './features/templates/sendable-template.ts';
import type { TemplateKey } from './features/templates/template.ts';
import { templateLimits } from './features/templates/template-rules.ts';

const keptForMilliseconds = 10_000;
const entriesMax = 10_000;
/** What is parsed takes about this much memory at most. */
const bytesMax = 64 * 1024 * 1024;

function inOneCase(key: TemplateKey): TemplateKey {
  return key.kind === 'id' ? key : { kind: 'alias', alias: key.alias.toLowerCase() };
}

export type TemplateCache = {
  find: FindSendableTemplate;
  /** For a change made here: the notification of it may be a moment late for the next call. */
  forget(serverId: number): void;
};

export async function createTemplateCache({ db, clock }: { db: Database; clock: Clock }): Promise<TemplateCache> {
  const cache = createExpiringCache<SendableTemplate>({
    clock,
    keptForMilliseconds,
    entriesMax,
    weight: { max: bytesMax, of: weightOfSendable },
    load: cacheKey => {
      const end = cacheKey.indexOf(' ');
      const key: TemplateKey = JSON.parse(cacheKey.slice(end + 1));
      return readSendableTemplate(db.reads, Number(cacheKey.slice(0, end)), key);
    },
  });
  const forget = (serverId: number | string) => cache.forget(`${serverId} `);
  // While the listener was away a change may have been missed, so a reconnection forgets everything.
  await db.listener.listen(templatesChannel, forget, () => cache.clear());

  return {
    find: async (serverId, key) => {
      // No template has such an alias, and the cache must not keep what a caller makes up.
      if (key.kind === 'alias' && key.alias.length > templateLimits.aliasLengthMax)
        return readSendableTemplate(db.reads, serverId, key);
      const template = await cache.get(`${serverId} ${JSON.stringify(inOneCase(key))}`);
      if (template === undefined) throw new Error('The reader of templates always answers something.');
      return template;
    },
    forget,
  };
}
