// What delivery needs from the world: names of mail servers and conversations with them. edges/smtp-outbound has both.

export type MailHosts =
  | { kind: 'hosts'; key: string; hosts: readonly { name: string; preference: number }[]; mustVerifyTls: boolean }
  | { kind: 'no_mail' }
  | { kind: 'not_found'; reason: string }
  | { kind: 'temporary'; reason: string };

/** Never rejects: a failing look-up is an answer. */
export type FindMailHosts = (domain: string) => Promise<MailHosts>;

export type ConnectTarget = {
  host: string;
  port: number;
  user?: string;
  password?: string;
  /** MTA-STS asks for a certificate that verifies (RFC 8461 4). */
  mustVerifyTls: boolean;
};

/** `text` has all lines, without the code. */
export type RemoteReply = { code: number; enhanced?: string; text: string };

export type Connected =
  | { kind: 'open'; connection: DeliveryConnection }
  | { kind: 'failed'; reply?: RemoteReply; error?: string; ip?: string };

/** Looks up the addresses of the host, tries them in turn and greets. Never rejects. */
export type Connect = (target: ConnectTarget) => Promise<Connected>;

export type Sent =
  | { kind: 'answered'; reply: RemoteReply; isAccepted: boolean }
  /** No answer. After the dot nobody knows whether the message was taken. */
  | { kind: 'lost'; isDotSent: boolean; isStale: boolean; error: string };

export type DeliveryConnection = {
  readonly host: string;
  readonly ip: string;
  isUsable(): boolean;
  /** The final dot leaves only after `mayEnd` resolves. Never rejects. */
  send(mail: {
    mailFrom: string;
    recipient: string;
    header: Buffer;
    body: Buffer;
    needsSmtpUtf8: boolean;
    /** The body has bytes above 127 (RFC 6152). */
    eightBit: boolean;
    mayEnd: Promise<void>;
  }): Promise<Sent>;
  quit(): Promise<void>;
};
