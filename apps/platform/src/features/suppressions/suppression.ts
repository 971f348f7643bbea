// A suppression keeps one address of one stream from receiving mail. Source: Postmark's Suppressions API.

export const suppressionReasons = ['HardBounce', 'SpamComplaint', 'ManualSuppression'] as const;
export const suppressionOrigins = ['Recipient', 'Customer', 'Admin'] as const;

export type SuppressionReason = (typeof suppressionReasons)[number];
export type SuppressionOrigin = (typeof suppressionOrigins)[number];

export type Suppression = {
  serverId: number;
  /** See suppression-list.ts for the wider lists. */
  streamId: string;
  addressKey: string;
  emailAddress: string;
  reason: SuppressionReason;
  origin: SuppressionOrigin;
};

export type StoredSuppression = Suppression & { createdAt: Date };
