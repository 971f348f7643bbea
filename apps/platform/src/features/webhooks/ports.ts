// What webhooks need of the world.

export type OutgoingCall = {
  url: string;
  /** Without Host and Content-Length, which belong to the connection. */
  headers: Readonly<Record<string, string>>;
  body: string;
};

export type CallFailure =
  /** No whole answer within two minutes. */
  | 'timeout'
  /** Refused, reset, closed in the middle, or not HTTP. */
  | 'connection'
  /** The host name leads nowhere. */
  | 'dns'
  | 'tls'
  /** The address is private, loopback or otherwise not the world's; see the egress guard. */
  | 'forbidden_address'
  /** More than ten hops, a circle, or a hop that cannot be followed. */
  | 'redirect'
  /** The URL cannot be called at all. */
  | 'url';

export type CallOutcome =
  /** `answer` is the beginning of the body, at most 4 KB, cleaned of NUL and read as UTF-8. */
  | { kind: 'answered'; status: number; answer: string; milliseconds: number }
  | { kind: 'failed'; failure: CallFailure; text: string; milliseconds: number };

/** Makes one POST and follows redirects. Never rejects: what went wrong is the outcome. */
export type CallUrl = (call: OutgoingCall) => Promise<CallOutcome>;
