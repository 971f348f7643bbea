// Mail that came back: to a return path, or to an address of the mail host that takes reports.

/** As it is accepted, for one envelope recipient. */
export type NewReport = { recipient: string; mailFrom: string; source: Buffer };

/** Open work, claimed by a process. `attempts` counts this claim. */
export type ClaimedReport = {
  reportId: number;
  recipient: string;
  mailFrom: string;
  source: Buffer;
  ownerProcess: number;
  attempts: number;
};

/** What became of a report; counted in the metrics. */
export type ReportEnd =
  | 'bounce'
  | 'complaint'
  | 'delay'
  /** It says that all went well, or that nobody complained. */
  | 'no_trouble'
  | 'no_report'
  /** It names no message of ours, or one that is gone. */
  | 'unknown_message'
  /** It is about somebody whom the message did not go to. */
  | 'unknown_recipient'
  | 'given_up'
  /** Another process had finished it. */
  | 'not_owned';

/** What it takes to accept nothing that was forged, and to find what it is about. Retired keys are accepted as well. */
export type ReportKeys = { returnPath: readonly Buffer[]; feedback: readonly [Buffer, ...Buffer[]] };
