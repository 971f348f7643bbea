// Delivery in one process: takes items, finds their way, keeps destinations, records outcomes. Nothing starts before
// `start`.

import { encodeReturnPath } from '@pennyblack/email/return-path/verp.ts';
import type { Clock } from '@pennyblack/runtime/clock.ts';
import type { Database } from '@pennyblack/runtime/database/database.ts';
import type { Random } from '@pennyblack/runtime/random.ts';
import type { RecordEvents } from '../events/record-events.ts';
import type { NewMessage, Recipient } from '../messages/message.ts';
import { findSuppressed } from '../suppressions/find-suppressed.ts';
import { bytesOfContent, claimWork, loadClaimed } from './claim-work.ts';
import { type DeliveryItem, type Lane, lanes, type MessageInHand } from './delivery-item.ts';
import { createDestination, type Destination } from './destination.ts';
import { createDotMarker } from './dot-marks.ts';
import { createRoom, defaultRoomLimits, type RoomLimits } from './intake.ts';
import type { Outcome } from './outcome.ts';
import type { Connect, ConnectTarget, FindMailHosts } from './ports.ts';
import { createMessagePreparer, type FindKeys } from './prepare-message.ts';
import { createResultRecorder } from './results.ts';
import { planRetry } from './retry-rules.ts';
import { chooseRoute, type RouteSetting } from './route-rules.ts';
import type { ClaimedRow } from './store.ts';

export type DeliveryLog = {
  warn(about: Record<string, unknown>, text: string): void;
  error(about: Record<string, unknown>, text: string): void;
};

export type DeliveryDeps = {
  db: Database;
  clock: Clock;
  random: Random;
  log: DeliveryLog;
  recordEvents: RecordEvents;
  findMailHosts: FindMailHosts;
  connect: Connect;
  findKeys: FindKeys;
  /** What the stream wants for a recipient whose final dot was sent and not answered. */
  holdsUncertain(serverId: number, streamId: string): Promise<boolean>;
  /** The number of the lease this process holds now. */
  processNumber(): number;
  countDeliveryProcesses(): Promise<number>;
  onOutcome?(outcome: Outcome): void;
  settings: {
    routes: readonly RouteSetting[];
    mxPort: number;
    returnPathHost: string;
    returnPathKey: Buffer;
    connectionsPerDestinationMax: number;
    retryDelaysInSeconds: readonly number[];
    roomLimits?: RoomLimits;
  };
};

/** What `sending` hands over after its commit. */
export type DeliveryIntake = {
  /** The owner to write into the rows, or undefined: no room, or not a delivering process; the rows then wait. */
  reserve(lane: Lane, message: NewMessage, recipients: number): number | undefined;
  /** The transaction failed: the room is free again. */
  cancel(lane: Lane, message: NewMessage, recipients: number): void;
  /** The rows are committed. */
  take(lane: Lane, message: NewMessage, recipients: readonly Recipient[], ownerNumber: number): void;
  /** Rows without an owner were committed. */
  wake(): void;
};

export type DeliveryEngine = {
  intake: DeliveryIntake;
  start(): void;
  /** Gives back what is ready, ends what is under way, records everything. */
  stop(): Promise<void>;
  /** Forgets everything owned under a lost lease, except conversations under way. */
  dropOwned(oldNumber: number): void;
  counts(): { held: number; connections: number; destinations: number; resultsWaiting: number };
};

/** An item that waited longer than this is checked against the suppressions again before MAIL FROM. */
const checkIsFreshForMilliseconds = 5000;
const claimAtMost = 200;
const claimPerServer = 50;
const pollEveryMilliseconds = 1000;
const fullScanEveryMilliseconds = 30_000;
const loadMessagesAtOnce = 20;

export function createDelivery(deps: DeliveryDeps): DeliveryEngine {
  const { clock, settings } = deps;
  const room = createRoom(settings.roomLimits ?? defaultRoomLimits);
  const bytesOfItem = new WeakMap<DeliveryItem, number>();
  const destinations = new Map<string, Destination>();
  const prepareMessage = createMessagePreparer(deps.findKeys);
  const markDot = createDotMarker(deps.db.results, clock);
  const results = createResultRecorder({
    db: deps.db.results,
    recordEvents: deps.recordEvents,
    clock,
    onUnstorable: ({ item }, error) =>
      deps.log.error({ err: error, messageId: item.message.messageId }, 'a delivery result could not be stored whole'),
    onDatabaseAway: error => deps.log.error({ err: error }, 'delivery waits: results cannot be written'),
  });
  let liveProcesses = 1;
  let isStopping = false;

  function finish(item: DeliveryItem, outcome: Outcome): void {
    deps.onOutcome?.(outcome);
    void results.record({ item, outcome }).then(() => {
      room.release(item.lane, 1, bytesOfItem.get(item) ?? 0);
    });
  }

  async function deferItem(
    item: DeliveryItem,
    why: { reply: string; by: { host: string; ip: string }; isUncertain: boolean },
  ): Promise<void> {
    const now = clock.now();
    const decision = planRetry(item.attempts + 1, item.receivedAt, now, deps.random.fraction(), settings.retryDelaysInSeconds);
    if (decision.kind === 'give_up') {
      finish(item, { kind: 'bounced', type: 'SoftBounce', reply: why.reply, by: why.by });
      return;
    }
    const { serverId, content } = item.message;
    const isHeld = why.isUncertain && (await deps.holdsUncertain(serverId, content.streamId));
    finish(item, { kind: 'deferred', dueAt: decision.dueAt, isHeld, ...why });
  }

  function defer(item: DeliveryItem, why: { reply: string; by: { host: string; ip: string }; isUncertain: boolean }): void {
    deferItem(item, why).catch(error => {
      // Only the stream's wish could not be read. Sending again is the default.
      deps.log.error({ err: error }, 'a stream could not be read');
      const dueAt = new Date(clock.now().getTime() + 60_000);
      finish(item, { kind: 'deferred', dueAt, isHeld: false, ...why });
    });
  }

  async function recheck(item: DeliveryItem): Promise<boolean> {
    if (clock.now().getTime() - item.checkedAt.getTime() <= checkIsFreshForMilliseconds) return true;
    const { serverId, content } = item.message;
    const suppressed = await findSuppressed(deps.db.reads, [{ serverId, streamId: content.streamId, addressKey: item.addressKey }]);
    if (suppressed.size === 0) return true;
    finish(item, { kind: 'suppressed' });
    return false;
  }

  function destinationFor(key: string, targets: readonly ConnectTarget[]): Destination {
    const known = destinations.get(key);
    if (known) return known;
    const created = createDestination(targets, {
      clock,
      connect: deps.connect,
      prepare: item => prepareMessage(item.message),
      returnPath: item =>
        encodeReturnPath(
          { serverId: item.message.serverId, messageId: item.message.messageId, recipientNumber: item.recipientNumber },
          settings.returnPathKey,
          settings.returnPathHost,
        ),
      markDot,
      finish,
      defer,
      recheck,
      whenHealthy: results.whenHealthy,
      connectionsMax: () => Math.max(1, Math.floor(settings.connectionsPerDestinationMax / liveProcesses)),
      onError: error => deps.log.error({ err: error }, 'a delivery attempt failed on our side'),
    });
    destinations.set(key, created);
    return created;
  }

  async function dispatchByMx(item: DeliveryItem, domain: string): Promise<void> {
    const found = await deps.findMailHosts(domain);
    const by = { host: domain, ip: '' };
    switch (found.kind) {
      case 'hosts': {
        const targets = found.hosts.map(host => ({ host: host.name, port: settings.mxPort, mustVerifyTls: found.mustVerifyTls }));
        destinationFor(`mx ${found.key}${found.mustVerifyTls ? ' tls' : ''}`, targets).push(item);
        return;
      }
      case 'no_mail':
        // RFC 7505 4.1 gives the code.
        finish(item, { kind: 'bounced', type: 'HardBounce', reply: `smtp;556 5.1.10 The domain ${domain} does not accept mail (null MX)`, by });
        return;
      case 'not_found':
        finish(item, { kind: 'bounced', type: 'HardBounce', reply: `smtp;550 5.1.2 ${found.reason}`, by });
        return;
      case 'temporary':
        defer(item, { reply: `smtp;451 4.4.3 ${found.reason}`, by, isUncertain: false });
    }
  }

  function dispatch(item: DeliveryItem): void {
    const route = chooseRoute(item.address, item.message.content, settings.routes);
    switch (route.kind) {
      case 'host': {
        const { host, port, user, password } = route;
        const credentials = user === undefined || password === undefined ? {} : { user, password };
        destinationFor(`route ${host}:${port}`, [{ host, port, mustVerifyTls: false, ...credentials }]).push(item);
        return;
      }
      case 'mx':
        dispatchByMx(item, route.domain).catch(error => {
          deps.log.error({ err: error }, 'mail hosts could not be looked up');
          defer(item, { reply: 'smtp;451 4.4.3 mail hosts could not be looked up', by: { host: '', ip: '' }, isUncertain: false });
        });
        return;
      case 'fake_bounce':
        finish(item, {
          kind: 'bounced',
          type: route.type,
          reply: `smtp;550 5.0.0 Test bounce of type ${route.type}`,
          by: { host: 'bounce-testing', ip: '' },
        });
        return;
      case 'sandbox':
      case 'capture':
      case 'black_hole': {
        const name = route.kind.replace('_', '-');
        finish(item, { kind: 'delivered', reply: `smtp;250 2.0.0 OK (${name}, not sent)`, by: { host: name, ip: '' } });
      }
    }
  }

  function take(lane: Lane, message: NewMessage, recipients: readonly Recipient[], ownerNumber: number): void {
    const bytes = bytesOfContent(message.content);
    const inHand: MessageInHand = { serverId: message.serverId, messageId: message.messageId, content: message.content, bytes };
    for (const recipient of recipients) {
      const item: DeliveryItem = {
        message: inHand,
        recipientNumber: recipient.recipientNumber,
        address: recipient.mailbox.address,
        addressKey: recipient.addressKey,
        lane,
        attempts: 0,
        receivedAt: message.receivedAt,
        ownerNumber,
        checkedAt: message.receivedAt,
      };
      bytesOfItem.set(item, bytes);
      // The lease was lost between the reservation and the commit: the row is somebody else's.
      if (ownerNumber !== deps.processNumber()) room.release(lane, 1, bytes);
      else if (isStopping) finish(item, { kind: 'released', dueAt: clock.now() });
      else dispatch(item);
    }
  }

  const notBefore: [Date, Date] = [new Date(0), new Date(0)];
  let fullScanAt = 0;
  let isWakeWanted = false;
  let wakeLoop: (() => void) | undefined;
  let loop: Promise<void> | undefined;

  function wake(): void {
    isWakeWanted = true;
    wakeLoop?.();
  }

  function bounceLost(row: ClaimedRow, lane: Lane, processNumber: number): void {
    deps.log.error({ messageId: row.messageId }, 'a queued message has no content any more');
    const content = { accountId: 0, streamId: row.streamId, receivedAt: '', to: [], cc: [], replyTo: [], subject: '', headers: [], messageIdHeader: '', attachments: [], isSandboxed: false, from: { name: '', localPart: '', domain: '', address: '' } };
    const message: MessageInHand = { serverId: row.serverId, messageId: row.messageId, bytes: 0, content };
    const item: DeliveryItem = { message, recipientNumber: row.recipientNumber, address: '', addressKey: '', lane, attempts: row.attempts, receivedAt: clock.now(), ownerNumber: processNumber, checkedAt: clock.now() };
    finish(item, { kind: 'bounced', type: 'Unknown', reply: 'smtp;554 5.3.0 the content of the message is gone', by: { host: '', ip: '' } });
  }

  /** Reads claimed rows a few messages at a time, so that large ones cannot fill the memory. */
  async function takeClaimed(rows: readonly ClaimedRow[], lane: Lane, processNumber: number): Promise<void> {
    for (let start = 0; start < rows.length; start += loadMessagesAtOnce) {
      const slice = rows.slice(start, start + loadMessagesAtOnce);
      const work = await loadClaimed(deps.db, slice, { lane, processNumber }, clock.now());
      for (const row of work.lost) {
        room.reserve(lane, 1, 0);
        bounceLost(row, lane, processNumber);
      }
      for (const item of [...work.items, ...work.suppressed]) {
        const hasRoom = room.reserve(lane, 1, item.message.bytes);
        bytesOfItem.set(item, item.message.bytes);
        if (work.suppressed.includes(item)) finishCounted(item, { kind: 'suppressed' }, hasRoom);
        else if (!hasRoom) finishCounted(item, { kind: 'released', dueAt: new Date(clock.now().getTime() + 2000) }, false);
        else dispatch(item);
      }
    }
  }

  function finishCounted(item: DeliveryItem, outcome: Outcome, isCounted: boolean): void {
    if (isCounted) finish(item, outcome);
    else void results.record({ item, outcome });
  }

  async function claimLane(lane: Lane): Promise<void> {
    for (;;) {
      const total = Math.min(claimAtMost, room.itemsFree(lane));
      if (total === 0 || isStopping) return;
      await results.whenHealthy();
      const now = clock.now();
      const processNumber = deps.processNumber();
      const { rows } = await claimWork(
        deps.db,
        { lane, notBefore: notBefore[lane], perServer: claimPerServer, total, processNumber },
        now,
      );
      await takeClaimed(rows, lane, processNumber);
      if (rows.length > 0) {
        // Servers beyond their quota still have rows as old as these.
        const oldest = Math.min(...rows.map(row => row.dueAt.getTime()));
        notBefore[lane] = new Date(Math.max(notBefore[lane].getTime(), oldest - 60_000));
        continue;
      }
      notBefore[lane] = new Date(now.getTime() - 60_000);
      return;
    }
  }

  async function claimOnce(): Promise<void> {
    const now = clock.now().getTime();
    if (now >= fullScanAt) {
      // Dead index entries below the mark cost something, so the mark is forgotten only now and then.
      notBefore[0] = new Date(0);
      notBefore[1] = new Date(0);
      fullScanAt = now + fullScanEveryMilliseconds;
      liveProcesses = await deps.countDeliveryProcesses();
      for (const [key, destination] of destinations) if (destination.isForgotten()) destinations.delete(key);
    }
    await claimLane(lanes.transactional);
    await claimLane(lanes.broadcast);
  }

  async function runLoop(): Promise<void> {
    while (!isStopping) {
      isWakeWanted = false;
      try {
        await claimOnce();
      } catch (error) {
        deps.log.warn({ err: error }, 'nothing could be claimed');
      }
      if (isStopping || isWakeWanted) continue;
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, pollEveryMilliseconds);
        wakeLoop = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  return {
    intake: {
      reserve: (lane, message, recipients) => {
        if (isStopping) return undefined;
        const bytes = bytesOfContent(message.content) * recipients;
        return room.reserve(lane, recipients, bytes) ? deps.processNumber() : undefined;
      },
      cancel: (lane, message, recipients) => room.release(lane, recipients, bytesOfContent(message.content) * recipients),
      take,
      wake,
    },
    start: () => {
      loop = runLoop();
    },
    stop: async () => {
      isStopping = true;
      wakeLoop?.();
      await loop;
      await Promise.all([...destinations.values()].map(destination => destination.stop()));
      await results.drained();
    },
    dropOwned: () => {
      // Rows of the old number are free for others. What is under way ends by itself: a 250 is recorded whoever owns
      // the row, everything else finds that it is not the owner and changes nothing.
      for (const destination of destinations.values()) void destination.stop();
      destinations.clear();
    },
    counts: () => ({
      held: room.itemsHeld(),
      connections: [...destinations.values()].reduce((sum, destination) => sum + destination.connectionCount(), 0),
      destinations: destinations.size,
      resultsWaiting: results.waiting(),
    }),
  };
}
