// A suppression keeps one address of one stream from receiving mail. Source: Postmark's Suppressions API.

export type SuppressionReason = 'HardBounce' | 'SpamComplaint' | 'ManualSuppression';
export type SuppressionOrigin = 'Recipient' | 'Customer' | 'Admin';

export type Suppression = {
  serverId: number;
  streamId: string;
  addressKey: string;
  emailAddress: string;
  reason: SuppressionReason;
  origin: SuppressionOrigin;
};
