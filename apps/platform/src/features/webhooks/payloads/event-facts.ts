// What the columns of an event say, which every payload begins with. The rest stands in the event's `details`.

/** What the sender said about the message. */
export type Labels = {
  tag?: string | undefined;
  metadata?: Readonly<Record<string, string>> | undefined;
};

export type EventFacts = {
  serverId: number;
  streamId: string;
  /** Of inbound mail, the address that the envelope named. */
  recipient: string;
  occurredAt: Date;
};

export type MessageFacts = EventFacts & { messageId: string };
