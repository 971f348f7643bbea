// Makes a call of each event for each webhook that listens, in the transaction that recorded the event.

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import type { UuidSource } from '@pennyblack/runtime/uuid-v7.ts';
import type { StoredEvent } from '../events/event.ts';
import type { EventSubscriber } from '../events/record-events.ts';
import { type PostResult, recordPosts } from '../inbound/record-posts.ts';
import { findListening, type ListeningWebhook } from '../webhooks/find-listening.ts';
import { triggersOf } from '../webhooks/payloads/trigger-rules.ts';
import { type EndpointKey, type NewCall, textOfKey } from './call.ts';
import { includesContent, isListening } from './listening-rules.ts';
import { orderKeyOf } from './order-key.ts';
import { insertCalls } from './store.ts';

/** `onCalls` hears, after the commit, which webhooks have something to do. */
export function createCallMaker(
  makeCallId: UuidSource,
  onCalls: (endpoints: readonly EndpointKey[]) => void,
): EventSubscriber {
  return async (tx, events, now) => {
    const telling = events.flatMap(event => {
      const trigger = triggersOf(event);
      return trigger === undefined ? [] : [{ event, trigger }];
    });
    if (telling.length === 0) return;
    const serverIds = [...new Set(telling.map(({ event }) => event.serverId))];
    const listeners = await findListening(tx, serverIds);
    await storeOnly(
      tx,
      telling.filter(({ trigger }) => trigger === 'Inbound').map(({ event }) => event),
      listeners,
      now,
    );
    if (listeners.length === 0) return;

    const calls = telling.flatMap(({ event, trigger }) =>
      listeners
        .filter(listener => isListening(listener, event, trigger))
        .map(
          (listener): NewCall => ({
            serverId: listener.serverId,
            webhookId: listener.webhookId,
            orderKey: orderKeyOf(event),
            callId: makeCallId(),
            eventId: event.eventId,
            trigger,
            includesContent: includesContent(listener, trigger),
            dueAt: now,
          }),
        ),
    );
    if (calls.length === 0) return;
    await insertCalls(tx, calls);
    tx.afterCommit(() => onCalls(distinctEndpoints(calls)));
  };
}

/** Inbound mail that nobody listens for has come to its end. */
async function storeOnly(
  tx: Tx,
  events: readonly StoredEvent[],
  listeners: readonly ListeningWebhook[],
  now: Date,
): Promise<void> {
  const unheard = events.filter(event => !listeners.some(listener => isListening(listener, event, 'Inbound')));
  const results = unheard.map(({ serverId, messageId = '' }): PostResult => ({ serverId, messageId, end: 'stored' }));
  // Nothing of it fails, so that no event follows.
  await recordPosts(tx, async () => {}, results, now);
}

function distinctEndpoints(calls: readonly EndpointKey[]): EndpointKey[] {
  const endpoints = new Map(calls.map(call => [textOfKey(call), call]));
  return [...endpoints.values()].map(({ serverId, webhookId }) => ({ serverId, webhookId }));
}
