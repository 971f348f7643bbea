// Creates an account that nobody can call as: it has no token. The installation's own mail is sent from one.

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import { insertAccount } from './store.ts';

export async function createInternalAccount(tx: Tx, name: string, now: Date): Promise<number> {
  return insertAccount(tx, name, now);
}
