// Counts, for each mail server, how many tries of today must be made again: a receiver that puts us off all day shows
// here long before mail bounces. In this process's memory, so a restart begins anew.

const shownMax = 50;
/** Hosts beyond it are counted together: names come from the DNS of strangers. */
const hostsMax = 5000;
const others = 'others';

export type RetryCounts = {
  add(host: string, now: Date): void;
  /** Of the day of `now`, most first. */
  top(now: Date): { host: string; count: number }[];
};

export function createRetryCounts(): RetryCounts {
  const counts = new Map<string, number>();
  let day = '';

  function beginDay(now: Date): void {
    const today = now.toISOString().slice(0, 10);
    if (today !== day) counts.clear();
    day = today;
  }

  return {
    add(host, now) {
      beginDay(now);
      const name = host === '' ? 'unknown' : host.toLowerCase();
      const key = counts.has(name) || counts.size < hostsMax ? name : others;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    },
    top(now) {
      beginDay(now);
      const all = [...counts].map(([host, count]) => ({ host, count }));
      return all.sort((a, b) => b.count - a.count).slice(0, shownMax);
    },
  };
}
