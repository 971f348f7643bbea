// One destination: all mail for one set of mail servers, whatever its domains. It has its own connections, its own
// limit that adapts to what the servers say, and rests when they cannot be reached.

import type { Clock } from '@pennyblack/runtime/clock.ts';
import { DatabaseUnavailable } from '@pennyblack/runtime/database/database.ts';
import type { DeliveryItem } from './delivery-item.ts';
import { envelopeRecipient } from './envelope.ts';
import type { Outcome } from './outcome.ts';
import { asksToSlowDown, meaningOfReply, replyText } from './outcome-rules.ts';
import type { Connect, ConnectTarget, DeliveryConnection, RemoteReply } from './ports.ts';
import type { PreparedMessage } from './prepare-message.ts';
import { createReadyQueue } from './ready-queue.ts';
import type { RecheckSuppressions } from './recheck-suppressions.ts';
import { restAfterFailures } from './retry-rules.ts';

export type DestinationDeps = {
  clock: Clock;
  connect: Connect;
  prepare(item: DeliveryItem): Promise<PreparedMessage>;
  returnPath(item: DeliveryItem): string | Promise<string>;
  markDot(item: DeliveryItem): Promise<void>;
  /** Ends the item in this process: records the outcome. */
  finish(item: DeliveryItem, outcome: Outcome): void;
  /** An attempt that asks for another, or for giving up. */
  defer(item: DeliveryItem, why: { reply: string; by: { host: string; ip: string }; isUncertain: boolean }): void;
  recheck: RecheckSuppressions;
  /** Resolves when results can be stored: nothing is sent before. */
  whenHealthy(): Promise<void>;
  connectionsMax(): number;
  onError(error: unknown): void;
};

/** Large receivers close a connection after a number of messages; ending it ourselves is politer than a 421. */
const messagesPerConnectionMax = 500;
const idleInMilliseconds = 4000;
/** Longer than the longest rest, so that a destination that keeps failing keeps its count of failures. */
const forgottenAfterInMilliseconds = 20 * 60_000;
const successesPerStepUp = 20;
/** Items that one statement asks the suppressions about. */
const recheckedTogether = 200;

/** 'not_sent': the connection had died while it was idle, which says nothing about the message. */
type Attempt = 'done' | 'not_sent';

export type Destination = {
  push(item: DeliveryItem): void;
  /** Stops taking; what is ready is given back. Resolves when the conversations under way have ended. */
  stop(): Promise<void>;
  readyCount(): number;
  connectionCount(): number;
  /** Nothing to do for a long while: its state may be forgotten. */
  isForgotten(): boolean;
};

export function createDestination(targets: readonly ConnectTarget[], deps: DestinationDeps): Destination {
  const ready = createReadyQueue();
  let workers = 0;
  let openConnections = 0;
  let lastUsedAt = deps.clock.now().getTime();
  let isStopping = false;
  let failuresInARow = 0;
  let restsUntil = 0;
  let limit = deps.connectionsMax();
  let successesSinceStep = 0;
  let idleWaiters: (() => void)[] = [];
  const stopWaiters: (() => void)[] = [];

  function isResting(): boolean {
    return deps.clock.now().getTime() < restsUntil;
  }

  function release(item: DeliveryItem): void {
    const dueAt = new Date(Math.max(restsUntil, deps.clock.now().getTime()));
    deps.finish(item, { kind: 'released', dueAt });
  }

  function releaseReady(): void {
    for (const item of ready.drain()) release(item);
  }

  function rest(): void {
    // Connections that fail side by side are one failure: counted one by one, a short outage would end in a long rest.
    if (!isResting()) {
      failuresInARow += 1;
      restsUntil = deps.clock.now().getTime() + restAfterFailures(failuresInARow) * 1000;
    }
    releaseReady();
  }

  /** What the servers bear, and never more than this process's share, which shrinks when another process comes. */
  function connectionsAllowed(): number {
    return Math.min(limit, deps.connectionsMax());
  }

  function slowDown(): void {
    limit = Math.max(1, limit >> 1);
    successesSinceStep = 0;
  }

  function noteSuccess(): void {
    failuresInARow = 0;
    successesSinceStep += 1;
    if (successesSinceStep >= successesPerStepUp && limit < deps.connectionsMax()) {
      limit += 1;
      successesSinceStep = 0;
    }
  }

  /** Tries the hosts in their order. A host that answers with a permanent refusal of its banner counts like an absent one. */
  async function openConnection(): Promise<{
    connection?: DeliveryConnection;
    reply?: RemoteReply;
    why: string;
    by: { host: string; ip: string };
  }> {
    let why = 'no mail server';
    let reply: RemoteReply | undefined;
    let by = { host: '', ip: '' };
    for (const target of targets) {
      const connected = await deps.connect(target);
      if (connected.kind === 'open') return { connection: connected.connection, why: '', by };
      by = { host: target.host, ip: connected.ip ?? '' };
      reply = connected.reply;
      why = connected.reply ? replyText(connected.reply) : `${target.host}: ${connected.error ?? 'connection failed'}`;
    }
    return { why, by, ...(reply ? { reply } : {}) };
  }

  async function attempt(connection: DeliveryConnection, item: DeliveryItem, isReused: boolean): Promise<Attempt> {
    const by = { host: connection.host, ip: connection.ip };
    const prepared = await deps.prepare(item);
    const mailFrom = await deps.returnPath(item);
    if (isReused && !connection.isUsable()) return 'not_sent';

    let isMarkMissing = false;
    const mayEnd = deps.markDot(item);
    mayEnd.catch(() => {
      isMarkMissing = true;
    });
    const { recipient, isInternational } = envelopeRecipient(item.address);
    const sent = await connection.send({
      mailFrom,
      recipient,
      header: prepared.header,
      body: prepared.body,
      needsSmtpUtf8: prepared.needsSmtpUtf8 || isInternational,
      eightBit: prepared.eightBit,
      mayEnd,
    });

    if (sent.kind === 'lost') {
      if (sent.isStale && isReused) return 'not_sent';
      // We ended it ourselves, because the dot could not be marked: the database is away, the receiver is not to blame.
      if (isMarkMissing && !sent.isDotSent) release(item);
      else deps.defer(item, { reply: `smtp;${sent.error}`, by, isUncertain: sent.isDotSent });
      return 'done';
    }
    const meaning = meaningOfReply(sent.reply, sent.isAccepted);
    const reply = replyText(sent.reply);
    if (meaning.kind === 'delivered') {
      noteSuccess();
      deps.finish(item, { kind: 'delivered', reply, by });
    } else if (meaning.kind === 'bounced') {
      failuresInARow = 0;
      deps.finish(item, { kind: 'bounced', type: meaning.type, reply, by });
    } else {
      if (asksToSlowDown(sent.reply)) slowDown();
      deps.defer(item, { reply, by, isUncertain: false });
    }
    return 'done';
  }

  function waitForItem(): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(done, idleInMilliseconds);
      function done(): void {
        clearTimeout(timer);
        idleWaiters = idleWaiters.filter(waiter => waiter !== done);
        resolve();
      }
      idleWaiters.push(done);
    });
  }

  async function nextItem(): Promise<DeliveryItem | undefined> {
    while (ready.length() > 0) {
      // First the wait, which may be long, then the question: a suppression made meanwhile counts.
      await deps.whenHealthy();
      if (isStopping || workers > connectionsAllowed()) return undefined;
      const item = ready.next();
      if (item && (await mayGo(item))) return item;
    }
    return undefined;
  }

  /** False: the item is taken care of. */
  async function mayGo(item: DeliveryItem): Promise<boolean> {
    try {
      if (await deps.recheck(item, () => ready.peek(recheckedTogether))) return true;
      deps.finish(item, { kind: 'suppressed' });
    } catch (error) {
      failedHere(item, error);
    }
    return false;
  }

  /** Undefined when nothing could be opened; the item is then taken care of. */
  async function connectFor(item: DeliveryItem): Promise<DeliveryConnection | undefined> {
    const opened = await openConnection();
    if (opened.connection) {
      openConnections += 1;
      return opened.connection;
    }
    if (openConnections > 0) {
      // The servers are there, they only want fewer connections: the item goes on one of the others.
      limit = openConnections;
      makeReady(item);
      return undefined;
    }
    if (opened.reply && asksToSlowDown(opened.reply)) slowDown();
    deps.defer(item, { reply: opened.reply ? opened.why : `smtp;${opened.why}`, by: opened.by, isUncertain: false });
    rest();
    return undefined;
  }

  function closeConnection(connection: DeliveryConnection | undefined): undefined {
    if (!connection) return undefined;
    openConnections -= 1;
    void connection.quit();
    return undefined;
  }

  async function converse(): Promise<void> {
    let connection: DeliveryConnection | undefined;
    let sentOnConnection = 0;
    let item = await nextItem();
    try {
      while (item) {
        if (connection && (!connection.isUsable() || sentOnConnection >= messagesPerConnectionMax)) {
          connection = closeConnection(connection);
        }
        if (!connection) {
          sentOnConnection = 0;
          connection = await connectFor(item);
          if (!connection) return;
        }
        const result: Attempt = await attempt(connection, item, sentOnConnection > 0);
        sentOnConnection += 1;
        if (result === 'not_sent') {
          connection = closeConnection(connection);
          continue;
        }
        item = await nextItem();
        if (!item && !isStopping && workers <= connectionsAllowed() && connection.isUsable()) {
          await waitForItem();
          item = await nextItem();
        }
      }
    } catch (error) {
      if (item) failedHere(item, error);
    } finally {
      closeConnection(connection);
    }
  }

  /** Our own failure, not the receiver's. The database being away costs nothing; a bug costs an attempt, so it cannot loop. */
  function failedHere(item: DeliveryItem, error: unknown): void {
    deps.onError(error);
    const by = { host: '', ip: '' };
    if (error instanceof DatabaseUnavailable) release(item);
    else
      deps.defer(item, { reply: 'smtp;451 4.3.0 internal error while preparing the message', by, isUncertain: false });
  }

  function startWorkers(): void {
    const wanted = Math.min(connectionsAllowed(), workers + ready.length() - idleWaiters.length);
    while (workers < wanted && !isStopping) {
      workers += 1;
      void converse().then(() => {
        workers -= 1;
        if (isStopping && workers === 0) for (const wake of stopWaiters.splice(0)) wake();
        if (ready.length() === 0) return;
        if (!isResting()) startWorkers();
        // Nobody is left to take it, and nobody will be started before the rest is over.
        else if (workers === 0) releaseReady();
      });
    }
  }

  function makeReady(item: DeliveryItem): void {
    if (isStopping) {
      release(item);
      return;
    }
    ready.push(item);
    const waiter = idleWaiters.shift();
    if (waiter) waiter();
    else startWorkers();
  }

  return {
    push: item => {
      lastUsedAt = deps.clock.now().getTime();
      if (isStopping || isResting()) {
        release(item);
        return;
      }
      makeReady(item);
    },
    stop: async () => {
      isStopping = true;
      releaseReady();
      for (const wake of [...idleWaiters]) wake();
      if (workers > 0) await new Promise<void>(resolve => stopWaiters.push(resolve));
    },
    readyCount: () => ready.length(),
    connectionCount: () => workers,
    isForgotten: () =>
      workers === 0 && ready.length() === 0 && deps.clock.now().getTime() - lastUsedAt > forgottenAfterInMilliseconds,
  };
}
