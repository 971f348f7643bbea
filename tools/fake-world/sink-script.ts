// How a test tells the mail sink what to do at which moment of an SMTP dialogue.

/** `content` is the first piece of the message's text, `dot` its end. */
export type SinkPhase =
  | 'banner'
  | 'ehlo'
  | 'helo'
  | 'starttls'
  | 'auth'
  | 'mail'
  | 'rcpt'
  | 'data'
  | 'content'
  | 'dot'
  | 'rset'
  | 'noop'
  | 'quit';

export type SinkMoment = {
  phase: SinkPhase;
  /** The command as received; empty where there is none. */
  line: string;
  /** From 1, over the life of the sink. */
  connectionNumber: number;
  /** How often this phase, and for `rcpt` this recipient, was reached so far on any connection, from 1. */
  attempt: number;
  /** Messages taken on this connection before. */
  messagesBefore: number;
  mailFrom: string | undefined;
  recipients: readonly string[];
  /** The recipient that is being asked for. */
  recipient?: string;
  tls: boolean;
};

/** The reply that it would give anyway, then the connection ends: silently, or after a 421. */
export type SinkFate = 'hang' | 'close' | 'close-after-reply' | 'reply-then-421';

export type SinkReaction =
  | undefined
  /** One of the fates, or the text of a reply: '450 4.2.1 Later'. Lines are separated by \n and become a multi-line reply. */
  | string
  | {
      /** Instead of the ordinary reply. */
      reply?: string;
      /** Bytes exactly as they go out, instead of a reply. */
      raw?: string | Buffer;
      fate?: SinkFate;
      delayInMilliseconds?: number;
    };

export type SinkScript = {
  /** Nothing returned: the ordinary reply. */
  react?: (moment: SinkMoment) => SinkReaction;
  /** What EHLO offers. Default: PIPELINING, SIZE 50000000, 8BITMIME, SMTPUTF8, ENHANCEDSTATUSCODES; STARTTLS when there is a certificate. */
  keywords?: readonly string[];
  hostName?: string;
  /** For STARTTLS; or how its handshake fails. */
  tls?: { key: string; cert: string } | 'garbage' | 'close' | 'hang';
  /** Highest TLS version, to try old ones. */
  tlsVersion?: 'TLSv1' | 'TLSv1.2' | 'TLSv1.3';
  /** Every reply arrives in pieces of one byte. */
  oneByteAtATime?: boolean;
};

export type SinkMessage = {
  mailFrom: string;
  recipients: string[];
  /** What follows the address in MAIL: SIZE=1234 BODY=8BITMIME. */
  mailParameters: string;
  /** Without the dots that SMTP adds and without the final dot. */
  raw: Buffer;
  tls: boolean;
  connectionNumber: number;
  at: Date;
};
