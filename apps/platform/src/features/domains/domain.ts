// A sending domain, its DKIM keys, and what the DNS says about them. Names are A-labels in lower case.

export type DkimAlgorithm = 'rsa-sha256' | 'ed25519-sha256';
export type DkimKeyState = 'pending' | 'active' | 'revoked';

export type DkimKey = {
  selector: string;
  algorithm: DkimAlgorithm;
  publicKey: string;
  privateKeyEncrypted: Buffer;
  state: DkimKeyState;
  /** An RSA and an Ed25519 key of the same number are a pair; a rotation makes the next one. */
  generation: number;
  revokedAt: Date | null;
};

export type Domain = {
  domainId: number;
  accountId: number | null;
  name: string;
  createdAt: Date;
  /** When its owner was last told to publish something. */
  waitingSince: Date;
  verifiedAt: Date | null;
  verifiedBy: 'operator' | 'dns' | null;
  spfVerifiedAt: Date | null;
  returnPathDomain: string | null;
  returnPathVerifiedAt: Date | null;
  customTrackingDomain: string | null;
  customTrackingVerifiedAt: Date | null;
};

export type CheckPurpose = 'dkim' | 'return_path' | 'custom_tracking';
/** `different`: there is a record, and it says something else. */
export type RecordState = 'found' | 'missing' | 'different';

/** What is known of one record. Times are of clear answers, but for `checkedAt`. */
export type DomainCheck = {
  purpose: CheckPurpose;
  host: string;
  /** The last clear answer; null before the first. */
  state: RecordState | null;
  foundValue: string | null;
  /** Why the last look-up gave no clear answer. */
  failure: string | null;
  checkedAt: Date;
  /** When the last clear answer came. */
  clearAt: Date | null;
  changedAt: Date | null;
  firstFoundAt: Date | null;
  /** Set while a record that was there once is not there. */
  missingSince: Date | null;
};

export type DomainWithRecords = Domain & { keys: DkimKey[]; checks: DomainCheck[] };

/** Names that customers' records lead to. */
export type DomainHosts = {
  /** Target of return-path CNAMEs, and what SPF includes. */
  mailHost: string;
  /** Target of custom tracking CNAMEs. */
  trackingHost: string;
  inboundDomain: string;
};

/** A DNS record that somebody has to publish. */
export type DnsRecord = { type: 'TXT' | 'CNAME' | 'MX' | 'A' | 'AAAA' | 'PTR'; name: string; value: string };
