// What can happen, as one union. Features record events; later features subscribe to them.

/** Everything that a webhook or the timeline says about the event is in `details`, so nothing has to be looked up later. */
export type EventKind = keyof typeof eventKinds;

export type PlatformEvent = {
  kind: EventKind;
  serverId: number;
  messageId?: string;
  recipientNumber?: number;
  streamId?: string;
  recipient?: string;
  /** When it happened, where it is recorded later than that. Default: the time of recording. */
  occurredAt?: Date;
  details: Readonly<Record<string, unknown>>;
};

/** The `serverId` of what concerns an account as a whole. No server has this id. */
export const withoutServer = 0;

export type StoredEvent = PlatformEvent & { eventId: string; occurredAt: Date };

/**
 * For each kind: whether it ends a recipient, and its name in the timeline (Postmark's MessageEvents); null is not shown.
 * `message_accepted` is not stored, because the message row says as much; subscribers hear of it all the same.
 */
export const eventKinds = {
  message_accepted: { isStored: false, isFinal: false, timeline: null },
  recipient_delivered: { isStored: true, isFinal: true, timeline: 'Delivered' },
  recipient_deferred: { isStored: true, isFinal: false, timeline: 'Transient' },
  recipient_bounced: { isStored: true, isFinal: true, timeline: 'Bounced' },
  /** A report of a bounce that came later, by mail: the recipient keeps the final state that it has. */
  bounce_reported: { isStored: true, isFinal: false, timeline: 'Bounced' },
  complaint_reported: { isStored: true, isFinal: false, timeline: 'Bounced' },
  recipient_suppressed: { isStored: true, isFinal: true, timeline: null },
  recipient_uncertain: { isStored: true, isFinal: false, timeline: null },
  /** What waited for its SendAt and may not be sent any more; `details.refusal` says why. */
  scheduled_message_refused: { isStored: true, isFinal: false, timeline: null },
  scheduled_message_canceled: { isStored: true, isFinal: false, timeline: null },
  suppression_lifted: { isStored: true, isFinal: false, timeline: null },
  /** A DNS record of a sending domain has come, gone or become another. Of the account, so of no server. */
  domain_check_changed: { isStored: true, isFinal: false, timeline: null },
  /** Somebody has to confirm a sender signature; `notices` sends the mail. Of no server. */
  sender_confirmation_wanted: { isStored: false, isFinal: false, timeline: null },
  /** Each look at the message, as far as a pixel tells; `details.isFirst` is the recipient's first. */
  message_opened: { isStored: true, isFinal: false, timeline: 'Opened' },
  /** Each click; `details.isFirst` is the recipient's first on this link. */
  link_clicked: { isStored: true, isFinal: false, timeline: 'LinkClicked' },
  suppression_created: { isStored: true, isFinal: false, timeline: 'SubscriptionChanged' },
  webhook_paused: { isStored: true, isFinal: false, timeline: null },
  /** Mail from the world was read and is to be posted; `details` say where its source is, and not what it says. */
  inbound_received: { isStored: true, isFinal: false, timeline: null },
  /** Mail that was blocked, or whose posts had failed, is to be posted all the same; `details.why` says which. */
  inbound_released: { isStored: true, isFinal: false, timeline: null },
  inbound_blocked: { isStored: true, isFinal: false, timeline: null },
  webhook_resumed: { isStored: true, isFinal: false, timeline: null },
} as const satisfies Record<string, { isStored: boolean; isFinal: boolean; timeline: string | null }>;
