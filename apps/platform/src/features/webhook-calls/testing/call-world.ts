// For tests of the queue of calls: a test world whose events make calls, a clock that the test sets, engines that share
// the database, and a receiver that is a function.

import type { TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { createSetClock, type SetClock } from '@pennyblack/runtime/clock.ts';
import { systemRandom } from '@pennyblack/runtime/random.ts';
import { createUuidV7Source } from '@pennyblack/runtime/uuid-v7.ts';
import { type TestWorld, testKeyRing, testWorld } from '../../../testing/test-world.ts';
import { createReadDumps } from '../../bounces/read-dumps.ts';
import type { PlatformEvent } from '../../events/event.ts';
import { createEventRecorder } from '../../events/record-events.ts';
import type { ForwardMail } from '../../inbound/forward-mail.ts';
import { createMailReader } from '../../inbound/mail-reader.ts';
import { createPostCache } from '../../inbound/post-cache.ts';
import { createPostReader, type WithPost } from '../../inbound/read-posts.ts';
import { holdLease, type Lease } from '../../processes/hold-lease.ts';
import { createWebhook } from '../../webhooks/create-webhook.ts';
import type { CallOutcome, OutgoingCall } from '../../webhooks/ports.ts';
import { sampleWebhook } from '../../webhooks/testing/sample-webhooks.ts';
import type { Webhook } from '../../webhooks/webhook.ts';
import { createAttemptCall } from '../attempt-call.ts';
import type { EndpointKey } from '../call.ts';
import { type CallEngine, createCallEngine } from '../call-engine.ts';
import { createCallMaker } from '../make-calls.ts';
import { createCallResumer } from '../resume-calls.ts';

/** A call as a receiver sees it. */
export type ReceivedCall = {
  url: string;
  headers: Readonly<Record<string, string>>;
  payload: Record<string, unknown>;
  traceId: string;
  retriesRemaining: number;
};

export type Receiver = (call: ReceivedCall) => number | Promise<number> | CallOutcome['kind'];

export type TestEngine = { engine: CallEngine; lease: Lease; name: string };

export type CallWorld = TestWorld & {
  clock: SetClock;
  received: (ReceivedCall & { by: string })[];
  /** A status, or a promise of one; 'failed' is a connection that was refused. */
  receiver: Receiver;
  addWebhook(changes?: Parameters<typeof sampleWebhook>[1]): Promise<Webhook>;
  record(events: readonly PlatformEvent[]): Promise<void>;
  startEngine(t: TestContext, name?: string): Promise<TestEngine>;
  /** Bodies of calls about inbound mail. */
  withPost: WithPost;
  /** Sends inbound mail on; until a test sets another, it finds none. */
  forwardMail: ForwardMail;
};

export async function openCallWorld(): Promise<CallWorld> {
  const world = await testWorld();
  const clock = createSetClock(new Date());
  const makeId = createUuidV7Source(clock, systemRandom);
  const engines = new Set<CallEngine>();
  const onCalls = (endpoints: readonly EndpointKey[]) => {
    for (const engine of engines) engine.hint(endpoints);
  };
  const recordEvents = createEventRecorder(makeId, [
    createCallMaker(makeId, onCalls),
    createCallResumer(onCalls),
    async (_tx, events) => void world.heard.push(...events),
  ]);

  const callWorld: CallWorld = {
    ...world,
    recordEvents,
    clock,
    received: [],
    forwardMail: async () => ({ kind: 'gone' }),
    withPost: createPostReader({ db: world.database.reads, reader: createMailReader(), cache: createPostCache(0) }),
    receiver: () => 200,
    addWebhook: changes =>
      world.database.accept.transaction(tx =>
        createWebhook(tx, testKeyRing, sampleWebhook(world.server.serverId, changes), clock.now()),
      ),
    record: events => world.database.accept.transaction(tx => recordEvents(tx, events, clock.now())),
    startEngine,
  };

  async function answer(name: string, call: OutgoingCall): Promise<CallOutcome> {
    const received = {
      url: call.url,
      headers: call.headers,
      payload: JSON.parse(call.body) as Record<string, unknown>,
      traceId: call.headers['X-PM-Webhook-Trace-Id'] ?? '',
      retriesRemaining: Number(call.headers['X-PM-Retries-Remaining']),
    };
    callWorld.received.push({ ...received, by: name });
    const status = await callWorld.receiver(received);
    if (typeof status === 'number') return { kind: 'answered', status, answer: `answer ${status}`, milliseconds: 3 };
    return { kind: 'failed', failure: 'connection', text: 'refused', milliseconds: 3 };
  }

  async function startEngine(t: TestContext, name = 'one'): Promise<TestEngine> {
    const onError = (error: unknown) => t.diagnostic(String(error));
    const lease = await holdLease(world.database.results, {
      hostName: name,
      roles: ['webhooks'],
      onLost: () => {},
      onError,
    });
    const engine = createCallEngine({
      db: world.database,
      readDumps: createReadDumps('mail.shop.test'),
      keyRing: testKeyRing,
      clock,
      recordEvents,
      attempt: createAttemptCall({
        callUrl: call => answer(name, call),
        withPost: callWorld.withPost,
        forwardMail: (target, event) => callWorld.forwardMail(target, event),
        clock,
        onAttempt: () => {},
        onError: error => t.diagnostic(String(error)),
      }),
      closeCalls: async () => {},
      processNumber: () => lease.processNumber(),
      tellOthers: () => {
        for (const other of engines) if (other !== engine) other.wake();
      },
      onError: (error, what) => t.diagnostic(`${what}: ${String(error)}`),
      settings: { retrySchedule: 'classic', connectionsMax: 5 },
    });
    engines.add(engine);
    engine.start();
    t.after(async () => {
      engines.delete(engine);
      lease.stopRenewing();
      await engine.stop();
    });
    return { engine, lease, name };
  }

  return callWorld;
}

/** Polls, because what it waits for happens in another part of the program. @throws Error after a minute, which a busy machine may need. */
export async function until(what: string, isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 60_000;
  while (!(await isTrue())) {
    if (performance.now() > end) throw new Error(`It never happened: ${what}.`);
    await wait(10);
  }
}

let eventsMade = 0;

export function deliveredEvent(
  serverId: number,
  messageId: string,
  changes: Partial<PlatformEvent> = {},
): PlatformEvent {
  eventsMade += 1;
  const recipient = `buyer${eventsMade}@client.test`;
  const about = { serverId, messageId, recipientNumber: 0, streamId: 'outbound', recipient };
  return { ...about, kind: 'recipient_delivered', details: { reply: `250 2.0.0 OK ${eventsMade}` }, ...changes };
}
