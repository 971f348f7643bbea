// What a program that takes mail wants to know of one message. The shape follows Postmark's inbound webhook; what only the
// receiving server knows (envelope, checks, rules) is not part of it.

/** `name` is decoded, and empty when there is none. */
export type InboundMailbox = { name: string; address: string };

/** `value` without its line breaks; the white space that follows them is kept. */
export type HeaderField = { name: string; value: string };

export type InboundAttachment = {
  /** As the sender wrote it, decoded, without a path; never empty: a part without a name is given one. */
  name: string;
  /** With the parameters that say something about the content, such as charset. */
  contentType: string;
  /** Decoded. */
  content: Buffer;
  /** Without angle brackets; undefined when the part has none. */
  contentId?: string | undefined;
};

export type InboundMail = {
  /** The first mailbox of From; both parts empty when there is none. */
  from: InboundMailbox;
  /** Members of groups (RFC 5322 3.4) stand among the others. */
  to: readonly InboundMailbox[];
  cc: readonly InboundMailbox[];
  /** Decoded. */
  subject: string;
  /** The Reply-To field, decoded; empty when there is none. */
  replyTo: string;
  /** The Date field as it stands, in the sender's zone; empty when there is none. */
  date: string;
  /** Decoded, without NUL. */
  text: string;
  html: string;
  /** The text without what it quotes; empty when the message is no reply (no In-Reply-To and no References). */
  strippedReply: string;
  /** The X-Tag field; empty when there is none. */
  tag: string;
  /** In their order, repeated ones included, without those that are keys of their own: From, To, Cc, Bcc, Subject, Date, Reply-To, Content-Type. */
  headers: readonly HeaderField[];
  attachments: readonly InboundAttachment[];
};

/** What a list of messages shows of one; `contentLength` in bytes. */
export type InboundSummary = Pick<InboundMail, 'from' | 'to' | 'cc' | 'subject' | 'replyTo' | 'date' | 'tag'> & {
  attachments: readonly (Omit<InboundAttachment, 'content'> & { contentLength: number })[];
};

/** What a `winmail.dat` (MS-OXTNEF) holds. */
export type TnefContent = {
  text?: string | undefined;
  html?: string | undefined;
  attachments: readonly InboundAttachment[];
};
