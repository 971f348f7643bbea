// Starts the platform part by part. Stopping goes the opposite way: nothing new is taken, what is in hand is finished
// or given back, and the database goes last.

import { hostname } from 'node:os';
import { type Clock, systemClock } from '@pennyblack/runtime/clock.ts';
import { connectDatabase } from '@pennyblack/runtime/database/connect-database.ts';
import type { Database } from '@pennyblack/runtime/database/database.ts';
import { startEmbeddedPostgres } from '@pennyblack/runtime/database/embedded-postgres.ts';
import type { Lifecycle, Part } from '@pennyblack/runtime/lifecycle/lifecycle.ts';
import type { Log } from '@pennyblack/runtime/log/log.ts';
import { type Random, systemRandom } from '@pennyblack/runtime/random.ts';
import { createKeyRing, type KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import { loadOrCreateSecretKeys } from '@pennyblack/runtime/secrets/secret-key.ts';
import { buildPlatform, type Platform } from './build.ts';
import { buildParts, inboundPartName, type Parts, submissionPartName } from './build-parts.ts';
import { publicUrlOf, type Settings } from './config.ts';
import { checkSecret } from './features/accounts/check-secret.ts';
import { renumberEvents } from './features/events/renumber-events.ts';
import { endLease, freeAllOthers } from './features/processes/end-dead-processes.ts';
import { holdLease, type Lease } from './features/processes/hold-lease.ts';
import { clockDifferenceMaxInSeconds, measureClockDifference } from './features/processes/read-database-time.ts';
import { makePartitions } from './features/retention/keep-partitions.ts';
import { ensureFirstStart } from './first-start.ts';
import { migratePlatform } from './migrate.ts';

/** A sentence for the operator: what is wrong and what to change. */
export class StartRefused extends Error {
  override readonly name = 'StartRefused';
}

export type RunningPlatform = {
  db: Database;
  keyRing: KeyRing;
  connectionString: string;
  publicUrl: string;
  isFirstStart: boolean;
};

type World = { clock: Clock; random: Random };

async function openServer(settings: Settings, lifecycle: Lifecycle, log: Log): Promise<string> {
  const { databaseUrl } = settings;
  if (databaseUrl !== undefined) return databaseUrl;
  const server = await startEmbeddedPostgres({ dataFolder: settings.dataFolder, log: line => log.info(line) });
  await lifecycle.add({ name: 'embedded database', start: async () => {}, stop: () => server.close() });
  return server.connectionString;
}

async function openDatabase(connectionString: string, lifecycle: Lifecycle, log: Log): Promise<Database> {
  const migrations = await migratePlatform(connectionString);
  if (migrations.length > 0) log.info({ migrations: migrations.length }, 'the database schema was brought up to date');
  const onError = (error: unknown) => log.warn({ error }, 'a database connection broke');
  const db = await connectDatabase({ connectionString, onError });
  await lifecycle.add({ name: 'database connections', start: async () => {}, stop: () => db.close() });
  const renumbered = await renumberEvents(db.results);
  if (renumbered > 0) log.info({ events: renumbered }, 'events of a restored dump were put into the feed');
  return db;
}

async function checkDatabase(db: Database, keyRing: KeyRing, clock: Clock): Promise<void> {
  const difference = await measureClockDifference(db.reads, clock.now);
  if (Math.abs(difference) > clockDifferenceMaxInSeconds) {
    throw new StartRefused(
      `The clock of this machine is ${difference.toFixed(1)} seconds off the database's. ` +
        `Set both by NTP: at most ${clockDifferenceMaxInSeconds} seconds are allowed.`,
    );
  }
  if (!(await checkSecret(db.accept, keyRing, clock.now()))) {
    throw new StartRefused(
      'This database was written with another secret key. Set PENNYBLACK_SECRET_KEY to the key it was written with, ' +
        'or put the key file of the data folder back.',
    );
  }
}

async function buildWithLease(
  settings: Settings,
  base: World & { db: Database; keyRing: KeyRing; log: Log; publicUrl: () => string },
  lifecycle: Lifecycle,
): Promise<{ platform: Platform; lease: Lease }> {
  const { db, log, clock } = base;
  let platform: Platform | undefined;
  const lease = await holdLease(db.results, {
    hostName: hostname(),
    roles: [...settings.roles],
    onLost: oldNumber => {
      log.error({ processNumber: oldNumber }, 'the lease of this process was lost; it goes on under a new number');
      platform?.delivery?.dropOwned();
      platform?.webhookCalls?.dropOwned();
    },
    onError: error => log.warn({ error }, 'the lease could not be renewed'),
  });
  const built = await buildPlatform({
    ...base,
    settings,
    lease: () => lease,
    isStopping: () => lifecycle.stopping.aborted,
  });
  platform = built;
  await lifecycle.add({ name: 'calls of URLs', start: async () => {}, stop: () => built.urlCaller.close() });
  await lifecycle.add({
    name: 'lease',
    start: async () => {
      // Nobody else uses the embedded database, so whoever is still entered was killed.
      if (settings.databaseUrl !== undefined) return;
      const dead = await freeAllOthers(db.results, lease.processNumber(), built.freeWork, clock.now());
      if (dead.length > 0) log.warn({ processes: dead }, 'the last process was killed; its work goes on');
    },
    stop: async () => {
      lease.stopRenewing();
      await endLease(db.results, lease.processNumber(), built.freeWork, clock.now());
    },
  });
  return { platform: built, lease };
}

/** The sentence for a port that cannot be opened; any other error as it is. */
async function opening<T>(
  open: () => Promise<T>,
  host: string,
  ports: Readonly<Record<string, readonly number[]>>,
): Promise<T> {
  try {
    return await open();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const port = error instanceof Error && 'port' in error ? Number(error.port) : 0;
    const setting = Object.keys(ports).find(name => ports[name]?.includes(port)) ?? Object.keys(ports)[0];
    if (code === 'EADDRINUSE') {
      throw new StartRefused(`Port ${port} of ${host} is in use: set ${setting} to a free one.`);
    }
    if (code === 'EADDRNOTAVAIL') {
      throw new StartRefused(`This machine has no address ${host}: set PENNYBLACK_HOST to one that it has.`);
    }
    if (code === 'EACCES') {
      throw new StartRefused(
        `Port ${port} may be opened by root only: set ${setting} to one from 1024 up, or start as root.`,
      );
    }
    throw error;
  }
}

/** The ports that a part opens, by the setting that names them. */
function portsOf(part: string, settings: Settings): Record<string, readonly number[]> {
  if (part === inboundPartName) return { PENNYBLACK_INBOUND_PORT: [settings.inboundPort] };
  if (part !== submissionPartName) return {};
  return { PENNYBLACK_SMTP_PORT: settings.smtpPorts, PENNYBLACK_SMTPS_PORT: settings.smtpsPorts };
}

/** `choose` is roles.ts. Every part is added to `lifecycle`, so that whoever owns it can stop what was started, also after a failed start. */
export async function startPlatform(
  settings: Settings,
  choose: (roles: Settings['roles'], parts: Parts) => Part[],
  lifecycle: Lifecycle,
  log: Log,
  world: World = { clock: systemClock, random: systemRandom },
): Promise<RunningPlatform> {
  const { clock } = world;
  const keyRing = createKeyRing(settings.secretKeys ?? (await loadOrCreateSecretKeys(settings.dataFolder)));
  const connectionString = await openServer(settings, lifecycle, log);
  const db = await openDatabase(connectionString, lifecycle, log);
  await checkDatabase(db, keyRing, clock);
  await makePartitions(db.results, settings.partitionDays, clock.now());
  const { isFirst } = await ensureFirstStart(db.accept, keyRing, settings, clock.now());

  const { host, httpPort } = settings;
  let port = httpPort;
  const publicUrl = () => publicUrlOf(settings, port).replace(/\/$/, '');
  const { platform, lease } = await buildWithLease(settings, { ...world, db, keyRing, log, publicUrl }, lifecycle);
  const parts = buildParts({ platform, db, clock, log, lease });
  for (const part of choose(settings.roles, parts)) {
    const add = () => lifecycle.add(part);
    await opening(add, host, portsOf(part.name, settings));
  }
  await lifecycle.add({
    name: 'HTTP',
    start: async () => {
      const listen = () => platform.httpApi.listen({ host, port: httpPort });
      port = (await opening(listen, host, { PENNYBLACK_HTTP_PORT: [httpPort] })).port;
    },
    stop: () => platform.httpApi.close(),
  });
  return { db, keyRing, connectionString, publicUrl: publicUrlOf(settings, port), isFirstStart: isFirst };
}
