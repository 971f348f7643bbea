// Watches the promise that allows the final dot. A promise cannot be asked whether it is settled, so it is
// watched from the start of the transaction; that also means that its rejection is always heard.

export type LeaveToEnd = {
  state: 'waiting' | 'granted' | 'denied';
  /** Why it was denied. */
  reason: string;
  /** Resolves when the state is no longer `waiting`; never rejects. */
  settled: Promise<void>;
};

export function watchLeave(mayEnd: Promise<void>): LeaveToEnd {
  const leave: LeaveToEnd = { state: 'waiting', reason: '', settled: Promise.resolve() };
  leave.settled = mayEnd.then(
    () => {
      leave.state = 'granted';
    },
    error => {
      leave.state = 'denied';
      leave.reason = error instanceof Error ? error.message : String(error);
    },
  );
  return leave;
}
