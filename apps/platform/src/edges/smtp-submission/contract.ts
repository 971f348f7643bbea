// What the listener asks of features. build-smtp.ts hands the functions in; the listener itself knows no credential and
// stores nothing. `Caller` is whatever `authenticate` answers: the listener only hands it on.

import type { Refused } from '../smtp-listener/refused.ts';

export type SubmissionClient = { address: string; helo: string; isEncrypted: boolean };

/** NOTIFY and ORCPT of RFC 3461 as `SUCCESS,FAILURE` and `rfc822;ana@example.com` (xtext decoded). */
export type SubmittedRecipient = { address: string; notify?: string; originalRecipient?: string };

export type Submission<Caller> = {
  caller: Caller;
  envelope: {
    /** As the client wrote it; '' for the null sender. */
    mailFrom: string;
    recipients: readonly SubmittedRecipient[];
    isSmtpUtf8: boolean;
    body: '7BIT' | '8BITMIME';
  };
  /** As it came: CRLF line ends only, without the dots that SMTP adds. */
  source: Buffer;
  client: SubmissionClient;
};

/** `stored` means that it is on disk: only then the client is told 250. `try_later` is told 452. */
export type SubmissionAnswer = { kind: 'stored'; messageId: string } | { kind: 'try_later' } | Refused;

export type Submit<Caller> = (submission: Submission<Caller>) => Promise<SubmissionAnswer>;

/** `challenge` is what we sent, `response` the digest in lower-case hexadecimal digits (RFC 2195). */
export type Credentials =
  | { mechanism: 'PLAIN' | 'LOGIN'; user: string; password: string }
  | { mechanism: 'CRAM-MD5'; user: string; challenge: string; response: string };

export type Login<Caller> = {
  kind: 'accepted';
  caller: Caller;
  /** Connections are counted by it. */
  credential: string;
  /** Asked before each message, because a session may outlive its credential: undefined when that opens nothing any more. */
  renew(): Promise<Caller | undefined>;
};

/** Rejects when it cannot be known now: the client is told 454. */
export type Authenticate<Caller> = (
  credentials: Credentials,
  client: SubmissionClient,
) => Promise<Login<Caller> | Refused>;
