// A webhook posts the events of one message stream to a URL of the customer's. Source: Postmark's Webhooks API; states,
// schedules and signing keys are ours.

/** In the order of Postmark's documentation. */
export const triggerNames = ['Open', 'Click', 'Delivery', 'Bounce', 'SpamComplaint', 'SubscriptionChange'] as const;
export type TriggerName = (typeof triggerNames)[number];

/** What a call can be about. Inbound mail goes to the server's own inbound hook only. */
export type CallTrigger = TriggerName | 'Inbound';

/** The server's own hook URLs are hidden webhooks: `bounce` is BounceHookUrl, and so on. */
export type ServerHookName = 'bounce' | 'open' | 'delivery' | 'click' | 'inbound';

export const retryScheduleNames = ['classic', 'postmark-2026', 'long'] as const;
export type RetryScheduleName = (typeof retryScheduleNames)[number];

/**
 * `paused`: the customer wants no calls for now. `failing`: it has failed for long, so that one call at a time tries
 * whether it is back. In both, events are kept and wait.
 */
export type WebhookState = 'active' | 'paused' | 'failing';

/** Where the calls go, and what they carry. Encrypted as a whole: each of the three may hold a secret. */
export type WebhookTarget = {
  /** As the customer wrote it, with user, password and query. */
  url: string;
  httpAuth: { username: string; password: string } | null;
  httpHeaders: readonly { name: string; value: string }[];
};

/** A key that signs calls by Standard Webhooks. After a rotation the old and the new one sign side by side for a while. */
export type SigningKey = {
  keyId: string;
  kind: 'hmac' | 'ed25519';
  /** hmac: `whsec_` + base64. ed25519: the private key as PKCS 8 PEM. */
  secret: string;
  createdAt: string;
  /** ISO 8601; null for one that has no end yet. */
  expiresAt: string | null;
};

export type Webhook = {
  serverId: number;
  webhookId: number;
  streamId: string;
  /** Null for a webhook made by the API. */
  serverHook: ServerHookName | null;
  target: WebhookTarget;
  signingKeys: readonly SigningKey[];
  /** The enabled ones. */
  triggers: readonly CallTrigger[];
  postsFirstOpenOnly: boolean;
  includesBounceContent: boolean;
  includesComplaintContent: boolean;
  /** False for one that was saved with `Verify: false` and not verified since: it gets no events, as Postmark documents. */
  isVerified: boolean;
  /** Null follows the installation's setting. */
  retrySchedule: RetryScheduleName | null;
  /** Calls under way at a time; null follows the installation's setting. */
  connectionsMax: number | null;
  state: WebhookState;
  stateSince: Date;
};
