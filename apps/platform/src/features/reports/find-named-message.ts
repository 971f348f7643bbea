// Finds the message that a report names, with everything that a bounce repeats of it.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { findReportedMessage, type ReportedMessage } from '../messages/find-reported-message.ts';
import { listServerIds } from '../servers/list-server-ids.ts';
import type { NamedMessage } from './naming-rules.ts';

/** Undefined when there is none: forged, or gone with its retention time. */
export async function findNamedMessage(db: Queryable, named: NamedMessage): Promise<ReportedMessage | undefined> {
  const serverIds = named.serverId === undefined ? await listServerIds(db) : [named.serverId];
  return findReportedMessage(db, serverIds, named.messageId);
}
