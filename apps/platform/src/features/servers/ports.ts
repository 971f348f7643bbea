// What servers need of later features.

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import type { ServerHooks } from './server-hooks.ts';

/** Tells the webhooks what a server's own hook URLs are from now on. Runs in the transaction that changes them. */
export type ServerHooksChanged = (tx: Tx, serverId: number, hooks: ServerHooks, now: Date) => Promise<void>;
