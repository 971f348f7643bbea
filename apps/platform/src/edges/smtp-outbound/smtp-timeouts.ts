// How long each phase of a conversation may take. Source: RFC 5321 4.5.3.2, except where a line says why not.

export type PhaseTimeouts = {
  connectInMilliseconds: number;
  bannerInMilliseconds: number;
  ehloInMilliseconds: number;
  /** The reply to STARTTLS, and then the handshake. */
  startTlsInMilliseconds: number;
  authInMilliseconds: number;
  mailInMilliseconds: number;
  rcptInMilliseconds: number;
  dataInMilliseconds: number;
  /** For each block of the message, and for the leave to send the dot. */
  blockInMilliseconds: number;
  dotInMilliseconds: number;
  quitInMilliseconds: number;
};

const second = 1000;
const minute = 60 * second;

export const defaultTimeouts: PhaseTimeouts = {
  // The RFC sets none; a host that is up answers within seconds, and the next address waits.
  connectInMilliseconds: 30 * second,
  bannerInMilliseconds: 5 * minute,
  ehloInMilliseconds: 5 * minute,
  startTlsInMilliseconds: 2 * minute,
  authInMilliseconds: 2 * minute,
  mailInMilliseconds: 5 * minute,
  rcptInMilliseconds: 5 * minute,
  dataInMilliseconds: 2 * minute,
  blockInMilliseconds: 3 * minute,
  // "When the receiver gets the final period, it typically performs processing": giving up early makes duplicates.
  dotInMilliseconds: 10 * minute,
  // All mail is settled by then; this is courtesy only.
  quitInMilliseconds: 5 * second,
};
