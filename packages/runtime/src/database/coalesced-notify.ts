// Tells other processes that there is something to look at, without a flood of notifications.

/** At most twenty notifications a second: they are hints, the poll of each listener is the promise. */
const notifyEveryMilliseconds = 50;

/** The first call notifies at once; what is asked for in the pause after it becomes one notification at its end. */
export function coalesceNotify(notify: () => Promise<void>, onError: (error: unknown) => void): () => void {
  let isPaused = false;
  let isWanted = false;

  function send(): void {
    isWanted = false;
    isPaused = true;
    notify().catch(onError);
    setTimeout(() => {
      isPaused = false;
      if (isWanted) send();
    }, notifyEveryMilliseconds).unref();
  }

  return () => {
    if (isPaused) isWanted = true;
    else send();
  };
}
