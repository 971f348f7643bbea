// What a running process does besides answering HTTP, as parts of its life that roles.ts chooses from.

import type { Clock } from '@pennyblack/runtime/clock.ts';
import type { Database } from '@pennyblack/runtime/database/database.ts';
import type { Part } from '@pennyblack/runtime/lifecycle/lifecycle.ts';
import { type Repeated, repeatUntilStopped } from '@pennyblack/runtime/lifecycle/repeat-until-stopped.ts';
import type { Log } from '@pennyblack/runtime/log/log.ts';
import type { Platform } from './build.ts';
import type { Bulk } from './build-bulk.ts';
import type { Inbound } from './build-inbound.ts';
import type { Smtp } from './build-smtp.ts';
import type { Tracking } from './build-tracking.ts';
import type { DeliveryEngine } from './features/delivery/delivery-engine.ts';
import { freeDeadProcesses, freeLateWork } from './features/processes/end-dead-processes.ts';
import type { Lease } from './features/processes/hold-lease.ts';
import { runDueUpkeep } from './features/processes/jobs/upkeep.ts';
import type { CallEngine } from './features/webhook-calls/call-engine.ts';

/** `deadProcesses` frees the work of processes that have died. */
export type Parts = {
  deadProcesses: Part;
  upkeep: Part;
  delivery: Part;
  bulk: Part;
  scheduled: Part;
  webhookCalls: Part;
  notices: Part;
  reports: Part;
  inbound: Part;
  tracking: Part;
  submission: Part;
};

export type PartsDeps = {
  platform: Platform;
  db: Database;
  clock: Clock;
  log: Log;
  lease: Lease;
};

const lookForDeadEveryMilliseconds = 5000;
const lookForUpkeepEveryMilliseconds = 30_000;
const lookForNoticesEveryMilliseconds = 1000;
/** For a change that nobody was told of; the others are heard of at once. */
const lookForBlockedLinksEveryMilliseconds = 30_000;
/** Opens and clicks that are not recorded by then are lost. */
const hitsMayTakeMilliseconds = 4000;
/** Conversations that have not ended by then are cut; their recipients are uncertain if their dot was marked. */
const deliveryMayTakeMilliseconds = 4000;
/** Calls under way are given three seconds of it; those that have not ended are made again by whoever is next. */
const webhookCallsMayTakeMilliseconds = 4000;

/** A background job that has not ended by then is left behind. */
const jobMayTakeMilliseconds = 2000;

function within(milliseconds: number, work: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function loopPart(
  name: string,
  delayInMilliseconds: number,
  log: Log,
  /** `'again'` asks for the next run at once. */
  job: () => Promise<unknown>,
): Part {
  let loop: Repeated | undefined;
  return {
    name,
    start: async () => {
      const run = async () => ((await job()) === 'again' ? ('again' as const) : ('done' as const));
      loop = repeatUntilStopped(run, {
        delayInMilliseconds,
        onError: error => log.warn({ error, part: name }, 'a job failed and will run again'),
      });
    },
    // Every job may be killed at any moment, so one that waits for the world does not hold up the end.
    stop: () => within(jobMayTakeMilliseconds, loop?.stop() ?? Promise.resolve()),
  };
}

function deliveryPart(delivery: DeliveryEngine | undefined): Part {
  return {
    name: 'delivery',
    start: async () => delivery?.start(),
    stop: () => within(deliveryMayTakeMilliseconds, delivery?.stop() ?? Promise.resolve()),
  };
}

function bulkPart(bulk: Bulk): Part {
  return {
    name: 'bulk requests',
    start: async () => bulk.startReleasing(),
    stop: () => within(jobMayTakeMilliseconds, bulk.stopReleasing()),
  };
}

function scheduledPart(platform: Platform): Part {
  let loop: Repeated | undefined;
  return {
    name: 'scheduled messages',
    start: async () => {
      loop = platform.startReleasing();
    },
    stop: () => within(jobMayTakeMilliseconds, loop?.stop() ?? Promise.resolve()),
  };
}

function webhookCallsPart(engine: CallEngine | undefined): Part {
  return {
    name: 'webhook calls',
    start: async () => engine?.start(),
    stop: () => within(webhookCallsMayTakeMilliseconds, engine?.stop() ?? Promise.resolve()),
  };
}

/** Its routes are the HTTP listener's, which is closed before: what waits here is the last. */
function trackingPart(tracking: Tracking | undefined, log: Log): Part {
  const refresh = async () => tracking?.refresh();
  const looking = loopPart('tracking', lookForBlockedLinksEveryMilliseconds, log, refresh);
  return {
    ...looking,
    stop: async () => {
      await looking.stop();
      await within(hitsMayTakeMilliseconds, tracking?.drained() ?? Promise.resolve());
      const lost = tracking?.waiting() ?? 0;
      if (lost > 0) log.error({ lost }, 'opens and clicks were answered and could not be recorded before the end');
      tracking?.giveUp();
    },
  };
}

function reportsPart(inbound: Inbound | undefined): Part {
  return {
    name: 'reports',
    start: async () => inbound?.startReading(),
    stop: () => within(jobMayTakeMilliseconds, inbound?.stopReading() ?? Promise.resolve()),
  };
}

export const submissionPartName = 'SMTP submission';

function submissionPart(smtp: Smtp | undefined): Part {
  return { name: submissionPartName, start: async () => smtp?.listen(), stop: async () => smtp?.close() };
}

export const inboundPartName = 'inbound SMTP';

function inboundPart(inbound: Inbound | undefined): Part {
  return { name: inboundPartName, start: async () => inbound?.listen(), stop: async () => inbound?.close() };
}

export function buildParts({ platform, db, clock, log, lease }: PartsDeps): Parts {
  const freeDead = async () => {
    const dead = await freeDeadProcesses(db.results, platform.freeWork, clock.now());
    if (dead.length > 0) log.warn({ processes: dead }, 'the work of dead processes is free again');
    await freeLateWork(db.results, platform.freeWork, clock.now());
  };
  const onJobError = (job: string, error: unknown) => log.error({ error, job }, 'upkeep failed');
  const upkeep = () => runDueUpkeep(db, platform.upkeepJobs, lease.processNumber(), clock.now(), onJobError);
  return {
    deadProcesses: loopPart('dead processes', lookForDeadEveryMilliseconds, log, freeDead),
    upkeep: loopPart('upkeep', lookForUpkeepEveryMilliseconds, log, upkeep),
    delivery: deliveryPart(platform.delivery),
    bulk: bulkPart(platform.bulk),
    scheduled: scheduledPart(platform),
    webhookCalls: webhookCallsPart(platform.webhookCalls),
    notices: loopPart('notices', lookForNoticesEveryMilliseconds, log, platform.sendNotices),
    reports: reportsPart(platform.inbound),
    inbound: inboundPart(platform.inbound),
    tracking: trackingPart(platform.tracking, log),
    submission: submissionPart(platform.smtp),
  };
}
