// A list of suppressed addresses: of one stream, of a whole server, or of a whole account. The wider ones are ours;
// Postmark has those of streams only.

export type SuppressionList = { serverId: number; streamId: string };

/** No stream can have this id. */
const everyStream = '*';

export function streamList(serverId: number, streamId: string): SuppressionList {
  return { serverId, streamId };
}

export function serverList(serverId: number): SuppressionList {
  return { serverId, streamId: everyStream };
}

/** Servers count from 1 up, so the numbers below are free. */
export function accountList(accountId: number): SuppressionList {
  return { serverId: -accountId, streamId: everyStream };
}

/** A change of a wide list belongs to no stream, so it makes no event: webhooks belong to streams. */
export function hasEvents(list: SuppressionList): boolean {
  return list.streamId !== everyStream;
}
