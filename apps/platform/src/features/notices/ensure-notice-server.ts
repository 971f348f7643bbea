// Makes sure that the installation has a server for its own mail, in an account of its own that nobody has a token of, so that
// no customer sees it or its messages.

import type { Pool } from '@pennyblack/runtime/database/database.ts';
import { createInternalAccount } from '../accounts/create-internal-account.ts';
import { lockFirstStart } from '../accounts/read-accounts.ts';
import { confirmSender } from '../senders/confirm-sender.ts';
import { createInternalServer } from '../servers/create-internal-server.ts';
import { createDefaultStreams } from '../streams/create-default-streams.ts';
import { noticeSender } from './notice-sender.ts';
import { findNoticeServer, insertNoticeServer } from './store.ts';

/** Called at each start: the mail host name, and with it the sender, may have changed. Two starts at once make one server. */
export async function ensureNoticeServer(db: Pool, mailHostname: string, now: Date): Promise<void> {
  await db.transaction(async tx => {
    await lockFirstStart(tx);
    let accountId = (await findNoticeServer(tx))?.accountId;
    if (accountId === undefined) {
      accountId = await createInternalAccount(tx, 'Pennyblack', now);
      const serverId = await createInternalServer(tx, { accountId, name: 'Notices' }, now);
      await createDefaultStreams(tx, serverId, now);
      await insertNoticeServer(tx, accountId, serverId);
    }
    await confirmSender(tx, accountId, noticeSender(mailHostname), 'Pennyblack', now);
  });
}
