// What hot paths read again and again of the directory, kept for ten seconds at most and dropped at once when the
// directory changes anywhere. Suppressions and webhooks are never kept.

import type { Mailbox } from '@pennyblack/email/address/mailbox.ts';
import type { SigningKey } from '@pennyblack/email/dkim/signing-key.ts';
import { createExpiringCache } from '@pennyblack/runtime/cache/expiring-cache.ts';
import type { Clock } from '@pennyblack/runtime/clock.ts';
import type { Database } from '@pennyblack/runtime/database/database.ts';
import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import type { AccountCaller, ServerCaller } from './edges/http-api/endpoint.ts';
import { directoryChannel } from './features/accounts/announce-change.ts';
import { authenticateAccount } from './features/accounts/authenticate-account.ts';
import { findReturnPathHost, findTrackingHost } from './features/domains/find-domain.ts';
import { findSigningKeys } from './features/domains/find-signing-keys.ts';
import { findDefaultReplyTo } from './features/senders/find-default-reply-to.ts';
import { findSenderStanding } from './features/senders/find-sender-standing.ts';
import type { SenderStanding } from './features/senders/sender-rules.ts';
import { authenticateServer } from './features/servers/authenticate-server.ts';
import { findSendingServer } from './features/servers/find-server.ts';
import type { SendingServer } from './features/servers/server.ts';
import { type FoundSmtpToken, findSmtpToken } from './features/streams/find-smtp-token.ts';
import { findStreams } from './features/streams/find-streams.ts';
import type { MessageStream } from './features/streams/stream.ts';

const keptForMilliseconds = 10_000;
const entriesMax = 10_000;

export type DirectoryCache = {
  authenticateServer(token: string): Promise<ServerCaller | undefined>;
  authenticateAccount(token: string): Promise<AccountCaller | undefined>;
  /** The same look-ups for SMTP submission, with all that sending needs to know. */
  serverOfToken(token: string): Promise<(SendingServer & { tokenId: number }) | undefined>;
  smtpToken(accessKey: string): Promise<FoundSmtpToken | undefined>;
  serverOf(serverId: number): Promise<SendingServer | undefined>;
  streamsOf(serverId: number): Promise<ReadonlyMap<string, MessageStream>>;
  senderStanding(accountId: number, from: { address: string; domain: string }): Promise<SenderStanding>;
  defaultReplyTo(accountId: number, fromAddress: string): Promise<Mailbox | undefined>;
  signingKeys(accountId: number, fromDomain: string): Promise<readonly SigningKey[]>;
  /** For a change made here: the notification of it may be a moment late for the next call. */
  clear(): void;
  /** Undefined: the installation's own. */
  returnPathHost(accountId: number, fromDomain: string): Promise<string | undefined>;
  /** Undefined: the installation's own. */
  trackingHost(accountId: number, fromDomain: string): Promise<string | undefined>;
};

export async function createDirectoryCache(deps: {
  db: Database;
  keyRing: KeyRing;
  clock: Clock;
  installationDomain: string;
}): Promise<DirectoryCache> {
  const { db, keyRing, clock } = deps;
  const keep = <V>(load: (key: string) => Promise<V | undefined>) =>
    createExpiringCache<V>({ clock, keptForMilliseconds, entriesMax, load });

  // Unknown tokens are kept as well: a flood of them must not become a flood of statements.
  const servers = keep(async token => (await authenticateServer(db.reads, token)) ?? null);
  const accounts = keep(async token => (await authenticateAccount(db.reads, token)) ?? null);
  const smtpTokens = keep(async accessKey => (await findSmtpToken(db.reads, accessKey)) ?? null);
  const sendingServers = keep(serverId => findSendingServer(db.reads, Number(serverId)));
  const streams = keep(serverId => findStreams(db.reads, Number(serverId)));
  const standings = keep(key => {
    const { accountId, address, domain } = JSON.parse(key);
    return findSenderStanding(db.reads, accountId, { address, domain });
  });
  const replyTos = keep(async key => {
    const { accountId, fromAddress } = JSON.parse(key);
    return (await findDefaultReplyTo(db.reads, accountId, fromAddress)) ?? null;
  });
  const keys = keep(key => {
    const { accountId, fromDomain } = JSON.parse(key);
    return findSigningKeys(db.reads, keyRing, accountId, fromDomain, deps.installationDomain);
  });
  const returnPathHosts = keep(async key => {
    const { accountId, fromDomain } = JSON.parse(key);
    return (await findReturnPathHost(db.reads, accountId, fromDomain)) ?? null;
  });
  const trackingHosts = keep(async key => {
    const { accountId, fromDomain } = JSON.parse(key);
    return (await findTrackingHost(db.reads, accountId, fromDomain)) ?? null;
  });
  const ofSenders = [standings, replyTos, keys, returnPathHosts, trackingHosts];

  function clearAll(): void {
    for (const cache of [servers, accounts, smtpTokens, sendingServers, streams, ...ofSenders]) cache.clear();
  }
  // While the listener was away a change may have been missed, so a reconnection counts as one.
  await db.listener.listen(directoryChannel, clearAll, clearAll);

  return {
    authenticateServer: async token => {
      const server = await servers.get(token);
      if (!server) return undefined;
      const { serverId, accountId, tokenId, deliveryType } = server;
      return { serverId, accountId, tokenId, deliveryType, isTest: false };
    },
    authenticateAccount: async token => (await accounts.get(token)) ?? undefined,
    serverOfToken: async token => (await servers.get(token)) ?? undefined,
    smtpToken: async accessKey => (await smtpTokens.get(accessKey)) ?? undefined,
    serverOf: serverId => sendingServers.get(String(serverId)),
    streamsOf: async serverId => (await streams.get(String(serverId))) ?? new Map(),
    senderStanding: async (accountId, { address, domain }) =>
      (await standings.get(JSON.stringify({ accountId, address, domain }))) ?? 'unknown',
    defaultReplyTo: async (accountId, fromAddress) =>
      (await replyTos.get(JSON.stringify({ accountId, fromAddress }))) ?? undefined,
    signingKeys: async (accountId, fromDomain) => (await keys.get(JSON.stringify({ accountId, fromDomain }))) ?? [],
    clear: clearAll,
    returnPathHost: async (accountId, fromDomain) =>
      (await returnPathHosts.get(JSON.stringify({ accountId, fromDomain }))) ?? undefined,
    trackingHost: async (accountId, fromDomain) =>
      (await trackingHosts.get(JSON.stringify({ accountId, fromDomain }))) ?? undefined,
  };
}
