// A message stream keeps one kind of mail apart: its own suppressions, statistics and lane.
// Source: Postmark's message streams API.

export type StreamType = 'Transactional' | 'Broadcasts' | 'Inbound';

export type MessageStream = {
  serverId: number;
  streamId: string;
  streamType: StreamType;
  /** What happens, after a crash, to a recipient whose final dot may have been sent. */
  uncertainRecipients: 'send_again' | 'hold';
  isArchived: boolean;
};

/** The three streams every server begins with. */
export const defaultStreams: readonly {
  streamId: string;
  name: string;
  streamType: StreamType;
  unsubscribeHandling: 'None' | 'Postmark';
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
