// Connects tracking with the HTTP listener and the metrics, and names the hosts that tracked links lead to.

import { createUuidV7Source } from '@pennyblack/runtime/uuid-v7.ts';
import type { FastifyInstance } from 'fastify';
import type { BuildDeps } from './build.ts';
import { directoryChannel } from './features/accounts/announce-change.ts';
import type { RecordEvents } from './features/events/record-events.ts';
import { createHitBuffer } from './features/tracking/hit-buffer.ts';
import { addTrackingRoutes } from './features/tracking/http/tracking-routes.ts';
import { createLinkGate } from './features/tracking/link-gate.ts';
import { noPlaces, openPlaceDatabase } from './features/tracking/place-database.ts';
import type { Metrics } from './metrics.ts';

export const trackingKeyPurpose = 'tracking links';

/** Where tracked links begin. A customer's own host is a CNAME to ours, so it is reached the same way. */
export function trackingBaseUrl(publicUrl: string, customHost: string | undefined): string {
  if (customHost === undefined) return publicUrl;
  const { protocol, port, pathname } = new URL(publicUrl);
  return `${protocol}//${customHost}${port === '' ? '' : `:${port}`}${pathname.replace(/\/$/, '')}`;
}

export type Tracking = {
  addRoutes(app: FastifyInstance): void;
  /** Reads again what links are checked against. Rejects when the database is away; what was read last then counts. */
  refresh(): Promise<void>;
  /** Hits that are not recorded yet. */
  waiting(): number;
  drained(): Promise<void>;
};

export async function buildTracking(
  deps: BuildDeps & { recordEvents: RecordEvents; metrics: Pick<Metrics, 'countHits' | 'countLostHits'> },
): Promise<Tracking> {
  const { settings, db, keyRing, clock, random, log, metrics } = deps;
  const gate = createLinkGate(db.reads);
  const refreshSoon = () =>
    void gate.refresh().catch(error => log.warn({ error }, 'the list of blocked links could not be read again'));
  await gate.refresh();
  await db.listener.listen(directoryChannel, refreshSoon, refreshSoon);

  const buffer = createHitBuffer({
    db: db.results,
    recordEvents: deps.recordEvents,
    findPlace: settings.geoDatabase === undefined ? noPlaces : await openPlaceDatabase(settings.geoDatabase),
    clock,
    onRecorded: metrics.countHits,
    onLost: metrics.countLostHits,
    onDatabaseAway: error => log.error({ error }, 'opens and clicks wait in memory: they cannot be recorded'),
    onRefused: ({ kind, messageId }, error) => log.error({ error, kind, messageId }, 'a hit could not be recorded'),
  });
  return {
    addRoutes: app =>
      addTrackingRoutes(app, {
        keys: keyRing.deriveKeys(trackingKeyPurpose),
        gate,
        take: buffer.take,
        makeHitId: createUuidV7Source(clock, random),
        clock,
        readSecondsMax: settings.readSecondsMax,
      }),
    refresh: gate.refresh,
    waiting: buffer.waiting,
    drained: buffer.drained,
  };
}
