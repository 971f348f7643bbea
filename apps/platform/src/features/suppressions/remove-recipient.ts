// Hashes the suppressions of a person whose data is erased: erasing them would send the next mail to somebody who had
// said that he wants none. A hash matches like an address does, and names nobody.

import type { DataRemover } from '../accounts/data-remover.ts';
import { hashSuppressions } from './store.ts';
import { accountList } from './suppression-list.ts';

export const suppressionsRemover: DataRemover = {
  tables: ['suppressions', 'hashed_suppressions'],
  removeByAddress: (tx, { accountId, serverIds, addressKey }, limit) =>
    hashSuppressions(tx, [...serverIds, accountList(accountId).serverId], addressKey, limit),
};
