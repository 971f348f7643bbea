// The erasure of a recipient's data, as each feature joins it: what it is given, and what it offers for its tables.
// build-data-removals.ts lists them all; data-removals runs them. It stands here because every feature may use accounts.

import type { Tx } from '@pennyblack/runtime/database/database.ts';

/** The recipient whose data is erased. */
export type RemovalSubject = {
  accountId: number;
  /** All servers of the account, deleted ones included. */
  serverIds: readonly number[];
  addressKey: string;
  /** Messages from this id on came after the request, and stay. */
  upperMessageId: string;
  /** Puts another address in its place, wherever it stands in a text. */
  replace: (text: string) => string;
};

/** A message that went to the subject. */
export type SubjectMessage = {
  serverId: number;
  messageId: string;
  /** Which of its recipients are the subject. */
  recipientNumbers: readonly number[];
  /** Nobody else's data: it may be erased whole. Otherwise the others' mail stays readable. */
  isAlone: boolean;
};

export type DataRemover = {
  /** The tables that it sees to. A table that nobody sees to fails a test. */
  tables: readonly string[];
  /**
   * Erases what belongs to these messages; all of one batch in one transaction. Answers those that may go on to the next
   * remover: one that is still in somebody's hands waits for the next run.
   */
  removeOfMessages?(
    tx: Tx,
    subject: RemovalSubject,
    messages: readonly SubjectMessage[],
    now: Date,
  ): Promise<readonly SubjectMessage[]>;
  /** Erases what names the subject without a message, at most `limit` rows. Answers how many: 0 means nothing is left. */
  removeByAddress?(tx: Tx, subject: RemovalSubject, limit: number, now: Date): Promise<number>;
};
