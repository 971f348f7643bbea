// Makes a call of each event for each webhook that listens, in the transaction that recorded the event.

import type { UuidSource } from '@pennyblack/runtime/uuid-v7.ts';
import type { EventSubscriber } from '../events/record-events.ts';
import { findListening } from '../webhooks/find-listening.ts';
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

function distinctEndpoints(calls: readonly EndpointKey[]): EndpointKey[] {
  const endpoints = new Map(calls.map(call => [textOfKey(call), call]));
  return [...endpoints.values()].map(({ serverId, webhookId }) => ({ serverId, webhookId }));
}
