// Which webhooks hear of the events of a batch. Read inside the transaction that records the events and never from a
// cache, so that a webhook hears of everything that is committed after its creation.

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import { listListening } from './store.ts';
import type { Webhook } from './webhook.ts';

/** Without what is encrypted: whom to tell needs neither URL nor keys. */
export type ListeningWebhook = Pick<
  Webhook,
  | 'serverId'
  | 'webhookId'
  | 'streamId'
  | 'triggers'
  | 'postsFirstOpenOnly'
  | 'includesBounceContent'
  | 'includesComplaintContent'
> & {
  /** Whether errors of SMTP submission go to the server's webhooks with the trigger `Bounce`. */
  postsSmtpApiErrors: boolean;
};

/** Paused and failing ones hear as well: their calls wait. Unverified ones do not. */
export async function findListening(tx: Tx, serverIds: readonly number[]): Promise<ListeningWebhook[]> {
  return serverIds.length === 0 ? [] : listListening(tx, serverIds);
}
