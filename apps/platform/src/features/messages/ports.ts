// What this feature needs from outside.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import type { Sql } from '@pennyblack/runtime/database/sql.ts';

/**
 * A condition that is true while any recipient of a message is still to be delivered. The queue belongs to a later
 * feature, so build.ts brings it here. Both arguments are column names of the surrounding statement.
 */
export type IsQueuedCondition = (serverIdColumn: Sql, messageIdColumn: Sql) => Sql;

/** The id under which a message is kept that had another one before it was sent. Undefined: there is no such message. */
export type FindSentId = (db: Queryable, serverId: number, messageId: string) => Promise<string | undefined>;

/** Where complaints about our mail arrive, and the key that signs the ids by which they name a message. */
export type ComplaintLoop = { address: string; key: Buffer };
