// What data removals need from outside.

export type RemovalNotice = {
  dataRemovalId: number;
  accountId: number;
  /** Whom to tell. */
  requestedBy: string;
  requestedAt: Date;
  completedAt: Date;
};

/**
 * Mails somebody that the removal he asked for is done. Called outside any transaction, again and again until it
 * resolves; a crash in between may tell him twice. The mail must not name whose data it was: that would be data again.
 */
export type NotifyRemovalCompleted = (notice: RemovalNotice) => Promise<void>;
