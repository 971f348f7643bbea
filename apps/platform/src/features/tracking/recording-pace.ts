// Recording a hit costs several times what answering it does, so in a burst it would make readers wait. It is put off then,
// until the burst is over, or as many hits wait as can be recorded in some seconds: a process that dies takes them along.

/** When recording as fast as hits come would take more of the time than this, answers go first. */
const recordingShareMax = 0.3;
/** Then recording rests so many times as long as it worked, and the less the more hits wait. */
const restPerWork = 5;
const restInMillisecondsMax = 3_000;
const waitingMax = 20_000;

export type WrittenBatch = {
  hits: number;
  /** How long writing them took. */
  milliseconds: number;
  /** What came meanwhile. */
  takenPerMillisecond: number;
  /** Hits that are not recorded yet. */
  waiting: number;
};

/** How long to wait before the next batch, in milliseconds. */
export function restAfter({ hits, milliseconds, takenPerMillisecond, waiting }: WrittenBatch): number {
  const share = takenPerMillisecond * (milliseconds / hits);
  if (share <= recordingShareMax) return 0;
  return Math.min(restInMillisecondsMax, milliseconds * restPerWork * Math.max(0, 1 - waiting / waitingMax));
}
