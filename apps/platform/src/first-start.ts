// What the first start makes: an account with a live and a sandbox server, and the installation's own domain. Later
// starts find it all there.

import type { Pool } from '@pennyblack/runtime/database/database.ts';
import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import { announceDirectoryChange } from './features/accounts/announce-change.ts';
import { createAccount } from './features/accounts/create-account.ts';
import { hasAccounts, lockFirstStart, readFirstAccountId } from './features/accounts/read-accounts.ts';
import { addDomain, vouchUnlessVerified } from './features/domains/add-domain.ts';
import { ensureNoticeServer } from './features/notices/ensure-notice-server.ts';
import { createServer } from './features/servers/create-server.ts';
import { createDefaultStreams } from './features/streams/create-default-streams.ts';

export type FirstStartSettings = {
  accountToken: string | undefined;
  serverToken: string | undefined;
  mailHostname: string;
  verifiedDomains: readonly string[];
};

/** True when this was the first start. Two processes that start at once make one account. */
async function makeAccount(db: Pool, keyRing: KeyRing, settings: FirstStartSettings, now: Date): Promise<boolean> {
  return db.transaction(async tx => {
    await lockFirstStart(tx);
    if (await hasAccounts(tx)) return false;
    const { accountId } = await createAccount(
      tx,
      keyRing,
      { name: 'First account', givenToken: settings.accountToken },
      now,
    );
    const live = await createServer(
      tx,
      keyRing,
      { accountId, name: 'Live', deliveryType: 'Live', color: 'blue', givenToken: settings.serverToken },
      now,
    );
    const sandbox = await createServer(
      tx,
      keyRing,
      { accountId, name: 'Sandbox', deliveryType: 'Sandbox', color: 'yellow' },
      now,
    );
    await createDefaultStreams(tx, live.serverId, now);
    await createDefaultStreams(tx, sandbox.serverId, now);
    await announceDirectoryChange(tx);
    return true;
  });
}

/** Domains that the operator vouches for sign and send from the next start on. */
async function vouchFor(db: Pool, keyRing: KeyRing, accountId: number | null, name: string, now: Date): Promise<void> {
  const domainId = await addDomain(db, keyRing, accountId, name, now);
  await db.transaction(async tx => {
    await vouchUnlessVerified(tx, domainId, now);
    await announceDirectoryChange(tx);
  });
}

export async function ensureFirstStart(
  db: Pool,
  keyRing: KeyRing,
  settings: FirstStartSettings,
  now: Date,
): Promise<{ isFirst: boolean }> {
  const isFirst = await makeAccount(db, keyRing, settings, now);
  const accountId = await readFirstAccountId(db);
  // The installation's own domain signs mail whose From domain has no key of its own.
  await vouchFor(db, keyRing, null, settings.mailHostname, now);
  await ensureNoticeServer(db, settings.mailHostname, now);
  if (accountId !== undefined) {
    for (const domain of settings.verifiedDomains) await vouchFor(db, keyRing, accountId, domain, now);
  }
  return { isFirst };
}
