// A mail of the installation itself. A further kind is an entry in the composers that build.ts hands to `sendDueNotices`, and
// a subscriber that queues it.

export type NoticeKind = 'sender_confirmation' | 'data_removal_done' | 'webhook_failing';

export type NewNotice = {
  kind: NoticeKind;
  /** What it is about, as in `sender 1001`: one open notice of a kind and subject at a time. */
  about: string;
  /** What its composer needs to find the rest when it is sent. No addresses: what is gone by then is not written to. */
  details: Readonly<Record<string, unknown>>;
};

export type Notice = NewNotice & { noticeId: number; createdAt: Date; attempts: number };

/** `to` may name several people, between commas. */
export type NoticeMail = { to: string; subject: string; text: string; html: string; tag: string };

/** Undefined: there is nothing to say any more. */
export type ComposeNotice = (notice: Notice) => Promise<NoticeMail | undefined>;

export type NoticeComposers = Readonly<Record<NoticeKind, ComposeNotice>>;
