// Decides which partitions have to exist and which may go. Pure. A partition's name says its days:
// `messages_p20261116_20261123` holds the ids made from the first day up to, not including, the second (UTC).

const oneDayInMilliseconds = 86_400_000;

/** How many partitions are made ahead, so that a machine that sleeps for weeks still finds one. */
export const partitionsAhead = 4;

export type Partition = { name: string; from: Date; to: Date };

const namePattern = /_p(\d{4})(\d{2})(\d{2})_(\d{4})(\d{2})(\d{2})$/;

function dayText(day: Date): string {
  return day.toISOString().slice(0, 10).replaceAll('-', '');
}

export function partitionName(table: string, from: Date, to: Date): string {
  return `${table}_p${dayText(from)}_${dayText(to)}`;
}

/** Undefined for a table that is not one of ours. */
export function readPartitionName(name: string): Partition | undefined {
  const match = namePattern.exec(name);
  if (!match) return undefined;
  const [fromYear, fromMonth, fromDay, toYear, toMonth, toDay] = match.slice(1).map(Number);
  const from = Date.UTC(fromYear ?? 0, (fromMonth ?? 1) - 1, fromDay);
  const to = Date.UTC(toYear ?? 0, (toMonth ?? 1) - 1, toDay);
  return { name, from: new Date(from), to: new Date(to) };
}

/**
 * The partitions that are missing. They follow on the last existing one, so that a changed length takes effect with
 * the next partition; without any they begin one length before today, for clocks that are behind.
 */
export function missingPartitions(
  table: string,
  existing: readonly Partition[],
  lengthInDays: number,
  now: Date,
): Partition[] {
  const length = lengthInDays * oneDayInMilliseconds;
  const today = Math.floor(now.getTime() / oneDayInMilliseconds) * oneDayInMilliseconds;
  const lastEnd = Math.max(...existing.map(partition => partition.to.getTime()), 0);
  // After a pause longer than what was made ahead, nothing is made for the time that nobody was there.
  let from = Math.max(lastEnd, today - length);
  const missing: Partition[] = [];
  while (from < today + partitionsAhead * length) {
    const to = from + length;
    missing.push({ name: partitionName(table, new Date(from), new Date(to)), from: new Date(from), to: new Date(to) });
    from = to;
  }
  return missing;
}

/** Partitions that hold nothing younger than the retention time. */
export function expiredPartitions(existing: readonly Partition[], retentionDays: number, now: Date): Partition[] {
  const oldestKept = now.getTime() - retentionDays * oneDayInMilliseconds;
  return existing.filter(partition => partition.to.getTime() <= oldestKept);
}
