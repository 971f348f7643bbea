// Makes partitions ahead of time and drops those whose retention time is over.

import type { Pool } from '@pennyblack/runtime/database/database.ts';
import { firstUuidV7Of } from '@pennyblack/runtime/uuid-v7.ts';
import { hasQueuedBelow } from '../delivery/find-queued.ts';
import { expiredPartitions, missingPartitions, readPartitionName } from './partition-rules.ts';
import { createPartition, dropPartition, listPartitionNames, lockPartitions } from './store.ts';

export const partitionedTables = ['messages', 'message_contents', 'message_recipients', 'events'] as const;

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
  }
  return dropped;
}
