// Makes everything that waited for a webhook due, the oldest first, in the transaction that lets the webhook go on: by
// hand, because it was verified, or because a probe was answered well.

import type { EventSubscriber } from '../events/record-events.ts';
import type { EndpointKey } from './call.ts';
import { clearHealth, makeCallsDue } from './store.ts';

/** `onCalls` hears, after the commit, which webhooks have something to do. */
export function createCallResumer(onCalls: (endpoints: readonly EndpointKey[]) => void): EventSubscriber {
  return async (tx, events) => {
    const resumed = events.flatMap(({ kind, serverId, details }): EndpointKey[] =>
      kind === 'webhook_resumed' ? [{ serverId, webhookId: Number(details.webhookId) }] : [],
    );
    if (resumed.length === 0) return;
    for (const endpoint of resumed) {
      await clearHealth(tx, endpoint);
      await makeCallsDue(tx, endpoint);
    }
    tx.afterCommit(() => onCalls(resumed));
  };
}
