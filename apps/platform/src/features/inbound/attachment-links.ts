// Decides which attachments are posted as a link, and makes the links. An extension: Postmark posts every one as base64.

import { attachmentPath, encodeAttachmentToken } from '@pennyblack/email/inbound/attachment-token.ts';
import { timeOfUuidV7 } from '@pennyblack/runtime/uuid-v7.ts';
import type { InboundMessageKey } from './inbound-message.ts';

export const attachmentKeyPurpose = 'inbound attachments';

/** What the links of one message are made with: plain values, because a thread makes them. */
export type AttachmentLinks = {
  serverId: number;
  /** Larger attachments are posted as a link. */
  contentBytesMax: number;
  key: Uint8Array;
  /** Without a slash at the end. */
  baseUrl: string;
  endsAt: Date;
};

/** Undefined: every attachment is posted with its content. */
export type LinksOf = (message: InboundMessageKey) => AttachmentLinks | undefined;

export type AttachmentLinkSettings = {
  /** The newest key of the ring for `attachmentKeyPurpose`. */
  key: Buffer;
  /** Undefined: none is posted as a link. */
  contentBytesMax: number | undefined;
  /** How long messages are kept. Their links end with them, so they are the same in every post. */
  retentionDays: number;
  /** Base of links, without a slash at the end. */
  publicUrl(): string;
};

const oneDayInMilliseconds = 86_400_000;

export function createAttachmentLinks({
  key,
  contentBytesMax,
  retentionDays,
  publicUrl,
}: AttachmentLinkSettings): LinksOf {
  return ({ serverId, messageId }) => {
    if (contentBytesMax === undefined) return undefined;
    const endsAt = new Date(timeOfUuidV7(messageId).getTime() + retentionDays * oneDayInMilliseconds);
    return { serverId, contentBytesMax, key, baseUrl: publicUrl(), endsAt };
  };
}

/** `position` counts the attachments of the message from 0. Undefined: it is posted with its content. */
export function linkToAttachment(
  links: AttachmentLinks | undefined,
  messageId: string,
  position: number,
  bytes: number,
): string | undefined {
  if (links === undefined || bytes <= links.contentBytesMax) return undefined;
  const { serverId, endsAt, key, baseUrl } = links;
  const token = encodeAttachmentToken({ serverId, messageId, position, endsAt }, Buffer.from(key));
  return `${baseUrl}${attachmentPath}/${token}`;
}
