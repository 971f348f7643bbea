// Reads the sources of bounces: the reports that came by mail, and the notices that we write.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { hasDump, noticeOf, unpackDump } from './bounce-dump.ts';
import { findBounceRows, findDumps } from './store.ts';

export type BounceKey = { serverId: number; bounceId: number };
/** By bounce id; bounces without a source are missing. */
export type ReadDumps = (db: Queryable, keys: readonly BounceKey[], now: Date) => Promise<ReadonlyMap<number, string>>;

/** `mailHostname` is the host that our own notices come from. */
export function createReadDumps(mailHostname: string): ReadDumps {
  return async (db, keys, now) => {
    if (keys.length === 0) return new Map();
    const bounces = (await findBounceRows(db, keys)).filter(bounce => hasDump(bounce, now));
    const reports = await findDumps(
      db,
      bounces.filter(bounce => bounce.hasReport),
    );
    const packed = new Map(reports.map(report => [report.bounceId, report.source]));
    return new Map(
      bounces.map(bounce => {
        const report = packed.get(bounce.bounceId);
        return [bounce.bounceId, report === undefined ? noticeOf(bounce, mailHostname) : unpackDump(report)];
      }),
    );
  };
}
