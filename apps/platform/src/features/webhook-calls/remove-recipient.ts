// Takes a recipient's address out of what customers' servers answered to our calls. A call's body is built from its event
// and kept nowhere, so that is all that these tables know of anybody.

import { replaceInJson } from '@pennyblack/email/address/replace-address.ts';
import type { DataRemover } from '../accounts/data-remover.ts';
import { listAttempts, replaceAttempts } from './store.ts';

export const webhookCallsRemover: DataRemover = {
  tables: ['webhook_calls', 'webhook_history'],
  async removeOfMessages(tx, { replace }, messages) {
    for (const table of ['webhook_calls', 'webhook_history'] as const) {
      for (const row of await listAttempts(tx, table, messages)) {
        await replaceAttempts(tx, table, row, replaceInJson(row.attempts, replace));
      }
    }
    return messages;
  },
};
