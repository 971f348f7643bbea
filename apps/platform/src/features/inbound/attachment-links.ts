// Decides which attachments are posted as a link, and makes the links. An extension: Postmark posts every one as base64.

import { attachmentPath, encodeAttachmentToken } from '@pennyblack/email/inbound/attachment-token.ts';
import { timeOfUuidV7 } from '@pennyblack/runtime/uuid-v7.ts';
import type { InboundMessageKey } from './inbound-message.ts';

export const attachmentKeyPurpose = 'inbound attachments';

/** Undefined: it is posted with its content. `position` counts the attachments of the message from 0. */
export type AttachmentLinkOf = (message: InboundMessageKey, position: number, bytes: number) => string | undefined;

export type AttachmentLinkSettings = {
  /** The newest key of the ring for `attachmentKeyPurpose`. */
  key: Buffer;
  /** Larger ones are posted as a link; undefined: none is. */
  contentBytesMax: number | undefined;
  /** How long messages are kept: their links end with them, and are the same in every post. */
  retentionDays: number;
  /** Base of links, without a slash at the end. */
  publicUrl(): string;
};

const oneDayInMilliseconds = 86_400_000;

export function createAttachmentLinks(settings: AttachmentLinkSettings): AttachmentLinkOf {
  const { key, contentBytesMax, retentionDays } = settings;
  return ({ serverId, messageId }, position, bytes) => {
    if (contentBytesMax === undefined || bytes <= contentBytesMax) return undefined;
    const endsAt = new Date(timeOfUuidV7(messageId).getTime() + retentionDays * oneDayInMilliseconds);
    const token = encodeAttachmentToken({ serverId, messageId, position, endsAt }, key);
    return `${settings.publicUrl()}${attachmentPath}/${token}`;
  };
}
