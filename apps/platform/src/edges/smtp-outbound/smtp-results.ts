// The nouns of this edge: what it is asked to send, over which kind of connection, and what can come of it.

import type { SmtpReply } from './reply-parser.ts';
import type { PhaseTimeouts } from './smtp-timeouts.ts';
import type { TlsMemory } from './tls-memory.ts';

export type SmtpTarget = {
  /** Name of the server: what TLS problems are remembered under. */
  host: string;
  /** IP addresses in the order to try. */
  addresses: readonly string[];
  port: number;
};

export type SmtpTls = {
  /**
   * `opportunistic`: encrypted when that works, with whatever certificate, and in clear text when it does not
   * (RFC 7435). `required`: encrypted, or not at all.
   */
  mode: 'opportunistic' | 'required';
  /** With `required`: the certificate must be valid for `servername`. */
  verify: boolean;
  servername: string;
  /** PEM of the authority to trust instead of the system's. */
  certificateAuthority?: string;
};

export type SmtpOptions = {
  /** Our own name, for EHLO. */
  localName: string;
  /** Source address; servers of the other address family are then out of reach. */
  localAddress?: string;
  tls: SmtpTls;
  /** Sent only over TLS or to a loopback address. */
  auth?: { user: string; password: string };
  /** Where it differs from RFC 5321 4.5.3.2. */
  timeouts?: Partial<PhaseTimeouts>;
  /** Aborts the opening; an open connection is ended by its own `destroy`. */
  signal?: AbortSignal;
  /** Shared by all connections of a process: which hosts have broken TLS, and TLS sessions to resume. */
  tlsMemory?: TlsMemory;
};

export type OpeningPhase = 'connect' | 'banner' | 'ehlo' | 'starttls' | 'tls' | 'auth';

export type OpeningFailure = {
  kind: 'failed';
  phase: OpeningPhase;
  /** What the server said, when it was the server that declined. */
  reply?: SmtpReply;
  /** What went wrong, in words, when it did not say anything of use. */
  error?: string;
  address?: string;
};

export type OutgoingMail = {
  /** Empty for the null return path. */
  mailFrom: string;
  recipients: readonly string[];
  /** Header fields, each ended by CRLF, and the empty line. */
  header: Buffer;
  /** CRLF line ends only and no dots doubled; pieces are sent as they are, never copied together. */
  body: Buffer | readonly Buffer[];
  /** An address or a header field is not ASCII (RFC 6531). */
  needsSmtpUtf8: boolean;
  /** The body has bytes above 127 (RFC 6152). */
  eightBit: boolean;
  /**
   * The final dot leaves only after this resolves. A rejection abandons the transaction: the connection is cut
   * before the dot, and nothing is delivered.
   */
  mayEnd: Promise<void>;
};

export type SendPhase = 'mail' | 'rcpt' | 'data' | 'dot';

export type RecipientResult = {
  recipient: string;
  /** The command whose reply decided. */
  phase: SendPhase;
  reply: SmtpReply;
  accepted: boolean;
  /** Decided by us from what the server offers, without asking it. */
  local?: true;
};

export type SendResult =
  /** Every recipient has an answer, in the order of the request. */
  | { kind: 'answered'; perRecipient: RecipientResult[]; canReuse: boolean }
  | {
      kind: 'lost';
      /** The command whose reply never came. */
      phase: SendPhase;
      /** The final dot was handed to the network, so the message may have been delivered. */
      dotSent: boolean;
      error: string;
      /** A 421 with which the server closed a connection that we meant to use again. */
      reply?: SmtpReply;
      /** Recipients that were refused before; the others have no answer. */
      perRecipient: RecipientResult[];
    };
