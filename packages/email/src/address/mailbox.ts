// One mailbox: who a message is from or for, as every other part of the platform sees it.

export type Mailbox = {
  /** The display name with quotes and encoded-words undone; empty when there is none. */
  name: string;
  /** As written: case is kept, because only the receiving server may judge it (RFC 5321 2.4). */
  localPart: string;
  /** As written when ASCII; the A-label form (RFC 5890) when it was written in another script. */
  domain: string;
  /** `localPart@domain`, without quotes. Compare through `addressKey`, never directly. */
  address: string;
};
