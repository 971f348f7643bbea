// Delivery in one process: puts its parts together. Nothing runs before `start`.

import { encodeReturnPath } from '@pennyblack/email/return-path/verp.ts';
import type { Clock } from '@pennyblack/runtime/clock.ts';
import type { Database } from '@pennyblack/runtime/database/database.ts';
import type { Repeated } from '@pennyblack/runtime/lifecycle/repeat-until-stopped.ts';
import type { Random } from '@pennyblack/runtime/random.ts';
import type { RecordEvents } from '../events/record-events.ts';
import type { ComplaintLoop } from '../messages/ports.ts';
import { startClaimLoop } from './claim-loop.ts';
import type { DeliveryItem } from './delivery-item.ts';
import { createDispatcher } from './dispatcher.ts';
import { createDotMarker } from './dot-marks.ts';
import { finishLost } from './finish-lost.ts';
import { createIntake, type DeliveryIntake } from './intake.ts';
import { createItemsInHand } from './items-in-hand.ts';
import type { Outcome } from './outcome.ts';
import type { Connect, FindMailHosts } from './ports.ts';
import { createMessagePreparer, type FindKeys, type TrackingLinks } from './prepare-message.ts';
import { createSuppressionRecheck } from './recheck-suppressions.ts';
import { createResultRecorder } from './results.ts';
import { createRoom, defaultRoomLimits, type RoomLimits } from './room.ts';
import type { RouteSetting } from './route-rules.ts';

/**
 * On a quick disk a batch would be three results, and a transaction for three costs nearly what one for thirty does. What
 * was sent within this time and met a kill is sent again, so it is short.
 */
const pauseBetweenResultsInMilliseconds = 5;

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
  /** The host of the return paths of a From domain's mail; undefined where `settings.returnPathHost` serves. */
  findReturnPathHost?(accountId: number, fromDomain: string): Promise<string | undefined>;
  /** Undefined: mail says nothing about where complaints go. */
  complaintLoop?: ComplaintLoop;
  /** Undefined: nothing is tracked. */
  trackingLinks?: TrackingLinks;
  holdsUncertain(serverId: number, streamId: string): Promise<boolean>;
  /** The number of the lease this process holds now. */
  processNumber(): number;
  countDeliveryProcesses(): Promise<number>;
  onOutcome(outcome: Outcome, item: DeliveryItem): void;
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

export type DeliveryEngine = {
  intake: DeliveryIntake;
  start(): void;
  /** Gives back what is ready, lets conversations under way end, records everything. */
  stop(): Promise<void>;
  /** After a lost lease: what is ready is somebody else's now. */
  dropOwned(): void;
  counts(): { held: number; connections: number; destinations: number; resultsWaiting: number };
};

export function createDelivery(deps: DeliveryDeps): DeliveryEngine {
  const { clock, settings, db, log } = deps;
  const room = createRoom(settings.roomLimits ?? defaultRoomLimits);
  const results = createResultRecorder({
    db: db.results,
    recordEvents: deps.recordEvents,
    clock,
    onUnstorable: ({ item }, error) =>
      log.error({ error, messageId: item.message.messageId }, 'a delivery result could not be stored whole'),
    pauseInMilliseconds: pauseBetweenResultsInMilliseconds,
    onDatabaseAway: error => log.error({ error }, 'delivery waits: results cannot be written'),
  });
  const items = createItemsInHand({
    ...deps,
    room,
    results,
    retryDelaysInSeconds: settings.retryDelaysInSeconds,
    onError: error => log.error({ error }, 'a stream could not be read'),
  });
  const prepareMessage = createMessagePreparer(deps.findKeys, deps.complaintLoop, deps.trackingLinks);
  let liveProcesses = 1;

  const dispatcher = createDispatcher({
    ...items,
    clock,
    recheck: createSuppressionRecheck(db.reads, clock),
    connect: deps.connect,
    findMailHosts: deps.findMailHosts,
    routes: settings.routes,
    mxPort: settings.mxPort,
    prepare: prepareMessage,
    returnPath: async ({ message: { serverId, messageId, content }, recipientNumber }) => {
      const host = await deps.findReturnPathHost?.(content.accountId, content.from.domain);
      const path = { serverId, messageId, recipientNumber };
      return encodeReturnPath(path, settings.returnPathKey, host ?? settings.returnPathHost);
    },
    markDot: createDotMarker(db.results, clock),
    whenHealthy: results.whenHealthy,
    connectionsMax: () => Math.max(1, Math.floor(settings.connectionsPerDestinationMax / liveProcesses)),
    onError: error => log.error({ error }, 'a delivery attempt failed on our side'),
  });
  let claimLoop: Repeated | undefined;
  const intake = createIntake({
    clock,
    room,
    items,
    dispatch: dispatcher.dispatch,
    processNumber: deps.processNumber,
    wake: () => claimLoop?.wake(),
  });

  return {
    intake,
    start: () => {
      claimLoop = startClaimLoop({
        db,
        clock,
        room,
        results,
        items,
        dispatch: dispatcher.dispatch,
        processNumber: deps.processNumber,
        finishLost: (rows, processNumber) => {
          log.error({ messageIds: rows.map(row => row.messageId) }, 'queued messages have no content any more');
          return finishLost(db.results, deps.recordEvents, rows, processNumber, clock.now());
        },
        onFullScan: async () => {
          dispatcher.forgetIdle();
          liveProcesses = await deps.countDeliveryProcesses();
        },
        onError: error => log.warn({ error }, 'due mail could not be taken from the queue'),
      });
    },
    stop: async () => {
      intake.close();
      await claimLoop?.stop();
      await dispatcher.stopAll();
      await results.drained();
    },
    // A 250 of a conversation under way is recorded whoever owns the row; everything else finds that it is not the
    // owner any more and changes nothing.
    dropOwned: () => void dispatcher.stopAll(),
    counts: () => ({
      held: room.itemsHeld(),
      connections: dispatcher.connectionCount(),
      destinations: dispatcher.destinationCount(),
      resultsWaiting: results.waiting(),
    }),
  };
}
