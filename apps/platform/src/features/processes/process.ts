// The lease of a running process. Work in memory belongs to a process, and is free when the process is dead.

/** A process renews its lease this often … */
export const leaseRenewedEverySeconds = 5;
/** … and counts as dead when it has not done so for this long. */
export const leaseDeadAfterSeconds = 20;
