// The calls of one webhook that are in memory, and which of them may be made now: of the same key one at a time, oldest
// first. It knows nothing of time, database or network.

import type { DueCall } from './store.ts';

type State =
  /** May be made, or waits for the one before it. */
  | 'ready'
  | 'under_way'
  /** Its result is known and not recorded yet. */
  | 'finishing'
  /** The same, and it will be tried again: what comes after it has to wait in the database. */
  | 'postponing';

export type CallsInHand<C extends DueCall> = {
  count(): number;
  /** Ready, and the first of its key; it counts as under way from now on. */
  next(): C | undefined;
  hasNext(): boolean;
  /** From here to `endLoading`, what leaves the hand is remembered: the rows being read may be older than that. */
  beginLoading(): void;
  /** Adds what can be made, in the order of the calls; leaves out what is here, or behind something that is not. */
  endLoading(due: readonly C[]): void;
  /** The result is known. When the call is postponed, those behind it leave the hand. */
  settle(call: C, isPostponed: boolean): void;
  /** The result is recorded. */
  forget(call: C): void;
  /** Leaves out everything that is not under way or settled: somebody else will make these calls, or later. */
  dropReady(): void;
};

export function createCallsInHand<C extends DueCall>(): CallsInHand<C> {
  const states = new Map<string, State>();
  /** By order key, the ready ones and before them the one under way. */
  const chains = new Map<string, C[]>();
  const readyKeys = new Set<string>();
  /** What left the hand while rows were being read; null when none are. */
  let leftWhileLoading: Set<string> | null = null;

  function leave(callId: string): void {
    states.delete(callId);
    leftWhileLoading?.add(callId);
  }

  function mayFollow(call: C): boolean {
    if (call.behindCallId === null) return true;
    const before = states.get(call.behindCallId);
    return before !== undefined && before !== 'postponing';
  }

  function add(call: C): void {
    if (states.has(call.callId) || leftWhileLoading?.has(call.callId) || !mayFollow(call)) return;
    states.set(call.callId, 'ready');
    const chain = chains.get(call.orderKey);
    if (chain) chain.push(call);
    else {
      chains.set(call.orderKey, [call]);
      readyKeys.add(call.orderKey);
    }
  }

  /** Takes ready calls out of a chain; one that is under way stays. */
  function dropChain(orderKey: string): void {
    const chain = chains.get(orderKey) ?? [];
    const kept = chain.filter(call => states.get(call.callId) === 'under_way');
    for (const call of chain) if (!kept.includes(call)) leave(call.callId);
    readyKeys.delete(orderKey);
    if (kept.length > 0) chains.set(orderKey, kept);
    else chains.delete(orderKey);
  }

  return {
    count: () => states.size,
    hasNext: () => readyKeys.size > 0,
    next: () => {
      const [orderKey] = readyKeys;
      if (orderKey === undefined) return undefined;
      readyKeys.delete(orderKey);
      const call = chains.get(orderKey)?.[0];
      if (call) states.set(call.callId, 'under_way');
      return call;
    },
    beginLoading: () => {
      leftWhileLoading = new Set();
    },
    endLoading: due => {
      for (const call of due) add(call);
      leftWhileLoading = null;
    },
    settle: (call, isPostponed) => {
      states.set(call.callId, isPostponed ? 'postponing' : 'finishing');
      const chain = chains.get(call.orderKey) ?? [];
      chain.shift();
      if (chain.length === 0) chains.delete(call.orderKey);
      else if (isPostponed) dropChain(call.orderKey);
      else readyKeys.add(call.orderKey);
    },
    forget: call => leave(call.callId),
    dropReady: () => {
      for (const orderKey of [...chains.keys()]) dropChain(orderKey);
    },
  };
}
