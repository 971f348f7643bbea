// Finds whom a failing webhook is told to, and what there is to say, at the moment that the mail is sent: it may be back by
// then, or gone with its server.

import { readAddress } from '@pennyblack/email/address/address-spec.ts';
import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import { readUsers } from '../accounts/change-user.ts';
import { mayManageAccount } from '../accounts/user-rules.ts';
import { findSendingServer } from '../servers/find-server.ts';
import { findWebhook } from '../webhooks/find-webhooks.ts';
import { serverFieldOf } from '../webhooks/server-hook-rules.ts';
import type { ComposeNotice } from './notice.ts';
import { composeFailingMail } from './webhook-failing-mail.ts';

/** As many recipients as a message may have (Postmark, "Email API"). */
const recipientsMax = 50;

export function createWebhookFailingComposer(deps: {
  db: Queryable;
  keyRing: KeyRing;
  /** Where they are not allowed, people with such a mailbox are left out: one of them would hold up the mail for all. */
  allowNonAsciiMailboxes: boolean;
}): ComposeNotice {
  const { db, keyRing, allowNonAsciiMailboxes } = deps;
  return async ({ details }) => {
    const [serverId, webhookId] = [Number(details.serverId), Number(details.webhookId)];
    const webhook = await findWebhook(db, keyRing, serverId, webhookId);
    const server = await findSendingServer(db, serverId);
    if (!server || webhook?.state !== 'failing') return undefined;
    const people = (await readUsers(db, server.accountId)).filter(mayManageAccount);
    const to = people
      .map(person => person.emailAddress)
      .filter(address => readAddress(address, { allowNonAsciiMailboxes }).kind === 'address')
      .slice(0, recipientsMax);
    if (to.length === 0) return undefined;
    return composeFailingMail({
      to,
      serverName: server.name,
      streamId: webhook.streamId,
      webhookId,
      serverField: webhook.serverHook && serverFieldOf[webhook.serverHook],
      host: new URL(webhook.target.url).host,
      since: webhook.stateSince,
      status: typeof details.status === 'number' ? details.status : null,
      failure: typeof details.failure === 'string' ? details.failure : null,
    });
  };
}
