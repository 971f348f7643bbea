// Makes partitions ahead of time and drops those whose retention time is over.

import type { Pool } from '@pennyblack/runtime/database/database.ts';
import { firstUuidV7Of } from '@pennyblack/runtime/uuid-v7.ts';
import { hasQueuedBelow } from '../delivery/find-queued.ts';
import { expiredPartitions, missingPartitions, readPartitionName } from './partition-rules.ts';
import {
  createPartition,
  dropDetached,
  dropPartition,
  listDetachedNames,
  listPartitionNames,
  lockPartitions,
} from './store.ts';

export const partitionedTables = [
  'messages',
  'message_contents',
  'message_recipients',
  'opens',
  'clicks',
  'events',
  'webhook_history',
  'inbound_messages',
  'inbound_recipients',
  'inbound_sources',
] as const;

/** A start makes what is missing: without a partition nothing can be accepted. */
export async function makePartitions(db: Pool, lengthInDays: number, now: Date): Promise<void> {
  await db.transaction(async tx => {
    await lockPartitions(tx);
    for (const table of partitionedTables) {
      const names = await listPartitionNames(tx, table);
      const existing = names.flatMap(({ name }) => readPartitionName(name) ?? []);
      for (const partition of missingPartitions(table, existing, lengthInDays, now)) {
        await createPartition(tx, table, partition);
      }
    }
  });
}

/** Drops what is older than the retention time, unless something queued still points into it. Answers the names. */
export async function dropExpiredPartitions(db: Pool, retentionDays: number, now: Date): Promise<string[]> {
  const dropped: string[] = [];
  for (const table of partitionedTables) {
    const names = await listPartitionNames(db, table);
    const existing = names.flatMap(({ name }) => readPartitionName(name) ?? []);
    for (const partition of expiredPartitions(existing, retentionDays, now)) {
      if (await hasQueuedBelow(db, firstUuidV7Of(partition.to))) continue;
      const isDetachPending = names.some(({ name, isDetachPending }) => name === partition.name && isDetachPending);
      await dropPartition(db, table, partition.name, isDetachPending);
      dropped.push(partition.name);
    }
    dropped.push(...(await dropLeftOvers(db, table, retentionDays, now)));
  }
  return dropped;
}

/** Mail must not outlive its time in a table that no statement of ours reads any more. */
async function dropLeftOvers(db: Pool, table: string, retentionDays: number, now: Date): Promise<string[]> {
  const names = await listDetachedNames(db, table);
  const leftOver = names.flatMap(name => readPartitionName(name) ?? []);
  const expired = expiredPartitions(leftOver, retentionDays, now);
  for (const { name } of expired) await dropDetached(db, name);
  return expired.map(({ name }) => name);
}
