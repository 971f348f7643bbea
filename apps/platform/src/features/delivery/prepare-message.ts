// Composes and signs a message: once, whatever the number of its recipients, unless it is tracked. Then each recipient's
// links and pixel are his own, and what does not differ is still made once.

import { signMessage } from '@pennyblack/email/dkim/sign-message.ts';
import type { SigningKey } from '@pennyblack/email/dkim/signing-key.ts';
import type { ComposedMessage, MessageAttachment } from '@pennyblack/email/mime/compose-message.ts';
import { wrapBase64 } from '@pennyblack/email/mime/transfer-encoding.ts';
import { fillTracking, planTracking } from '@pennyblack/email/tracking/track-bodies.ts';
import { fillSourceTracking, planSourceTracking } from '@pennyblack/email/tracking/track-source.ts';
import { trackingUrlsOf } from '@pennyblack/email/tracking/tracking-urls.ts';
import { composeOutgoing } from '../messages/compose-outgoing.ts';
import type { MessageContent } from '../messages/message-content.ts';
import type { ComplaintLoop } from '../messages/ports.ts';
import type { DeliveryItem, MessageInHand } from './delivery-item.ts';

export type PreparedMessage = { header: Buffer; body: Buffer; needsSmtpUtf8: boolean; eightBit: boolean };

export type FindKeys = (accountId: number, fromDomain: string) => Promise<readonly SigningKey[]>;

export type TrackingLinks = {
  /** Signs links and pixels. */
  key: Buffer;
  /** Where they lead for mail of a From domain, without a slash at the end. */
  findBaseUrl(accountId: number, fromDomain: string): Promise<string>;
};

/** What of the item its bytes depend on. */
export type ItemToPrepare = Pick<DeliveryItem, 'message' | 'recipientNumber'>;

export type PrepareMessage = (item: ItemToPrepare) => Promise<PreparedMessage>;

/** The content as one recipient gets it. */
type Personalize = (recipientNumber: number, baseUrl: string) => MessageContent;

/** How a message is prepared for one of its recipients. */
type Way = (recipientNumber: number) => Promise<PreparedMessage>;

export function createMessagePreparer(
  findKeys: FindKeys,
  loop?: ComplaintLoop,
  trackingLinks?: TrackingLinks,
): PrepareMessage {
  // Held by the message itself, so it goes when the last recipient has gone.
  const ways = new WeakMap<MessageInHand, Way>();

  async function sign(content: MessageContent, composed: ComposedMessage): Promise<PreparedMessage> {
    const keys = await findKeys(content.accountId, content.from.domain);
    // The time of acceptance, not of this attempt: every attempt and the dump then carry the same signature.
    const signedAt = new Date(content.receivedAt);
    const signature = keys.length > 0 ? await signMessage({ ...composed, keys: [...keys], signedAt }) : '';
    const lines = composed.headers.map(field => field.line).join('');
    const header = Buffer.from(`${signature}${lines}\r\n`, composed.headerEncoding ?? 'utf8');
    const { body, needsSmtpUtf8, eightBit = false } = composed;
    return { header, body, needsSmtpUtf8, eightBit };
  }

  function sameForAll({ serverId, messageId, content }: MessageInHand): Way {
    let prepared: Promise<PreparedMessage> | undefined;
    return () => {
      if (prepared) return prepared;
      const making = (async () => sign(content, composeOutgoing(serverId, messageId, content, loop)))();
      prepared = making;
      // A failure (the key's look-up met a database that is away) is not kept: the next attempt begins anew.
      making.catch(() => {
        prepared = undefined;
      });
      return making;
    };
  }

  function oneForEach(message: MessageInHand, links: TrackingLinks, personalize: Personalize): Way {
    const { serverId, messageId, content } = message;
    const wrap = keepWrapped();
    return async recipientNumber => {
      const baseUrl = await links.findBaseUrl(content.accountId, content.from.domain);
      const own = personalize(recipientNumber, baseUrl);
      return sign(own, composeOutgoing(serverId, messageId, own, loop, wrap));
    };
  }

  function chooseWay(message: MessageInHand): Way {
    const personalize = trackingLinks && personalizerOf(message, trackingLinks.key);
    return trackingLinks && personalize ? oneForEach(message, trackingLinks, personalize) : sameForAll(message);
  }

  return ({ message, recipientNumber }) => {
    let way = ways.get(message);
    if (!way) {
      way = chooseWay(message);
      ways.set(message, way);
    }
    return way(recipientNumber);
  };
}

/** Undefined when nothing in the message differs. Placeholders of the unsubscribe link are to be filled in here as well. */
function personalizerOf({ serverId, messageId, content }: MessageInHand, key: Buffer): Personalize | undefined {
  const { accountId, source, tracking } = content;
  if (!tracking) return undefined;
  const urlsOf = (recipientNumber: number, baseUrl: string) =>
    trackingUrlsOf({ accountId, serverId, messageId, recipientNumber }, key, baseUrl);
  if (source) {
    const plan = planSourceTracking(source, tracking);
    if (!plan) return undefined;
    return (...recipient) => ({
      ...content,
      source: { ...source, body: fillSourceTracking(plan, urlsOf(...recipient)) },
    });
  }
  const plan = planTracking(content, tracking);
  return plan && ((...recipient) => ({ ...content, ...fillTracking(plan, urlsOf(...recipient)) }));
}

/** Files are the same for everybody, and may be the most of a message. */
function keepWrapped(): (attachment: MessageAttachment) => Buffer {
  const wrapped = new Map<MessageAttachment, Buffer>();
  return attachment => {
    let lines = wrapped.get(attachment);
    if (!lines) {
      lines = wrapBase64(attachment.base64);
      wrapped.set(attachment, lines);
    }
    return lines;
  };
}
