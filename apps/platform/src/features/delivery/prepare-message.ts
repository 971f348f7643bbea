// Composes and signs a message: once, whatever the number of its recipients, unless it is tracked or offers to
// unsubscribe. Then each recipient's links and pixel are his own, and what does not differ is still made once.

import { signMessage } from '@pennyblack/email/dkim/sign-message.ts';
import type { SigningKey } from '@pennyblack/email/dkim/signing-key.ts';
import type { ComposedMessage, MessageAttachment } from '@pennyblack/email/mime/compose-message.ts';
import { wrapBase64 } from '@pennyblack/email/mime/transfer-encoding.ts';
import {
  fillTracking,
  planTracking,
  type TrackingPlan,
  type TrackingUrls,
} from '@pennyblack/email/tracking/track-bodies.ts';
import { fillSourceTracking, planSourceTracking, type SourcePlan } from '@pennyblack/email/tracking/track-source.ts';
import { trackingUrlsOf } from '@pennyblack/email/tracking/tracking-urls.ts';
import { withUnsubscribeFields, withUnsubscribeLines } from '@pennyblack/email/unsubscribe/unsubscribe-headers.ts';
import { encodeUnsubscribeToken, unsubscribePath } from '@pennyblack/email/unsubscribe/unsubscribe-token.ts';
import { composeOutgoing } from '../messages/compose-outgoing.ts';
import type { MessageContent } from '../messages/message-content.ts';
import type { ComplaintLoop } from '../messages/ports.ts';
import type { DeliveryItem, MessageInHand } from './delivery-item.ts';

export type PreparedMessage = { header: Buffer; body: Buffer; needsSmtpUtf8: boolean; eightBit: boolean };

export type FindKeys = (accountId: number, fromDomain: string) => Promise<readonly SigningKey[]>;

export type TrackingLinks = {
  /** Signs links and pixels. */
  key: Buffer;
  /** Encrypts what unsubscribe links say. */
  unsubscribeKey: Buffer;
  /** Where they lead for mail of a From domain, without a slash at the end. */
  findBaseUrl(accountId: number, fromDomain: string): Promise<string>;
};

/** What of the item its bytes depend on. */
export type ItemToPrepare = Pick<DeliveryItem, 'message' | 'recipientNumber' | 'address'>;

export type PrepareMessage = (item: ItemToPrepare) => Promise<PreparedMessage>;

type Recipient = Pick<DeliveryItem, 'recipientNumber' | 'address'>;

/** The content as one recipient gets it. */
type Personalize = (recipient: Recipient, baseUrl: string) => MessageContent;

/** How a message is prepared for one of its recipients. */
type Way = (recipient: Recipient) => Promise<PreparedMessage>;

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
    return async recipient => {
      const baseUrl = await links.findBaseUrl(content.accountId, content.from.domain);
      const own = personalize(recipient, baseUrl);
      return sign(own, composeOutgoing(serverId, messageId, own, loop, wrap));
    };
  }

  function chooseWay(message: MessageInHand): Way {
    const personalize = trackingLinks && personalizerOf(message, trackingLinks);
    return trackingLinks && personalize ? oneForEach(message, trackingLinks, personalize) : sameForAll(message);
  }

  return ({ message, ...recipient }) => {
    let way = ways.get(message);
    if (!way) {
      way = chooseWay(message);
      ways.set(message, way);
    }
    return way(recipient);
  };
}

/** Undefined when nothing in the message differs. */
function personalizerOf({ serverId, messageId, content }: MessageInHand, keys: TrackingLinks): Personalize | undefined {
  const { accountId, streamId, source, tracking = nothingTracked, unsubscribe } = content;
  if (!content.tracking && !unsubscribe) return undefined;
  const links = unsubscribe && { footer: unsubscribe.adds };
  const plan = source ? planSourceTracking(source, tracking, links) : planTracking(content, tracking, links);
  if (!plan && !unsubscribe?.adds) return undefined;

  return ({ recipientNumber, address }, baseUrl) => {
    const recipient = { accountId, serverId, messageId, recipientNumber };
    const token = unsubscribe && encodeUnsubscribeToken({ ...recipient, streamId, address }, keys.unsubscribeKey);
    const url = `${baseUrl}${unsubscribePath}/${token}`;
    const urls = { ...trackingUrlsOf(recipient, keys.key, baseUrl), ...(token && { unsubscribe: () => url }) };
    const filled = { ...content, ...(plan && fillPlan(content, plan, urls)) };
    return unsubscribe?.adds ? withUnsubscribe(filled, url) : filled;
  };
}

const nothingTracked = { opens: false, links: 'None' } as const;

function fillPlan(
  { source }: MessageContent,
  plan: TrackingPlan | SourcePlan,
  urls: TrackingUrls,
): Partial<MessageContent> {
  if (!('parts' in plan)) return fillTracking(plan, urls);
  return source ? { source: { ...source, body: fillSourceTracking(plan, urls) } } : {};
}

function withUnsubscribe(content: MessageContent, url: string): MessageContent {
  const { source } = content;
  if (source) return { ...content, source: { ...source, header: withUnsubscribeLines(source.header, url) } };
  return { ...content, headers: withUnsubscribeFields(content.headers, url) };
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
