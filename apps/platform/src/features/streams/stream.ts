// A message stream keeps one kind of mail apart: its own suppressions, statistics and lane.
// Source: Postmark's message streams API.

export const streamTypes = ['Transactional', 'Broadcasts', 'Inbound'] as const;
export type StreamType = (typeof streamTypes)[number];

/** Who sees to unsubscribing: nobody, we by a link and headers, or the sender. */
export const unsubscribeHandlings = ['None', 'Postmark', 'Custom'] as const;
export type UnsubscribeHandling = (typeof unsubscribeHandlings)[number];

export type MessageStream = {
  serverId: number;
  streamId: string;
  streamType: StreamType;
  unsubscribeHandling: UnsubscribeHandling;
  /** What happens, after a crash, to a recipient whose final dot may have been sent. */
  uncertainRecipients: 'send_again' | 'hold';
  isArchived: boolean;
};

/** A stream as its owner sees it. */
export type StreamDetails = {
  serverId: number;
  streamId: string;
  name: string;
  description: string | null;
  streamType: StreamType;
  unsubscribeHandling: UnsubscribeHandling;
  createdAt: Date;
  /** Null until it is changed for the first time. */
  updatedAt: Date | null;
  archivedAt: Date | null;
};

export type NewStream = Pick<StreamDetails, 'streamId' | 'name' | 'description' | 'streamType' | 'unsubscribeHandling'>;

/** What is left out stays; an empty description takes it away. */
export type StreamChange = { name?: string; description?: string | null; unsubscribeHandling?: UnsubscribeHandling };

/** The three streams every server begins with. */
export const defaultStreams: readonly {
  streamId: string;
  name: string;
  streamType: StreamType;
  unsubscribeHandling: UnsubscribeHandling;
}[] = [
  {
    streamId: 'outbound',
    name: 'Default Transactional Stream',
    streamType: 'Transactional',
    unsubscribeHandling: 'None',
  },
  { streamId: 'inbound', name: 'Default Inbound Stream', streamType: 'Inbound', unsubscribeHandling: 'None' },
  {
    streamId: 'broadcast',
    name: 'Default Broadcast Stream',
    streamType: 'Broadcasts',
    unsubscribeHandling: 'Postmark',
  },
];
