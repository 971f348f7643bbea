// Compiled against the official Node library: what its types promise a receiver is what the builders give. It is `tsc`, in
// `npm run check`, that fails here; at run time the values are only used.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Models } from 'postmark';
import { inboundPayload } from '../../inbound/inbound-payload.ts';
import { bouncePayload, readBounce } from './bounce.ts';
import { type ClickPayload, clickPayload, readClick } from './click.ts';
import { deliveryPayload, readDelivery } from './delivery.ts';
import { openPayload, readOpen } from './open.ts';
import { spamComplaintPayload } from './spam-complaint.ts';
import { readSuppression, type SubscriptionChangePayload, suppressionPayload } from './subscription-change.ts';
import { facts } from './testing/sample-facts.ts';

/** The library types the two texts as an enum, which no JSON text can be: the enum's values are meant. */
type ClickOnTheWire = Omit<Models.ClickWebhook, 'ClickLocation'> & {
  ClickLocation: `${Models.ClickWebhook['ClickLocation']}`;
};

/** The library leaves out that all three are null in a reactivation, and two of them in a suppression by hand. */
type SubscriptionChangeOnTheWire = Omit<Models.SubscriptionChangeWebhook, 'MessageID' | 'SuppressionReason' | 'Tag'> & {
  MessageID: Models.SubscriptionChangeWebhook['MessageID'] | null;
  SuppressionReason: Models.SubscriptionChangeWebhook['SuppressionReason'] | null;
  Tag: NonNullable<Models.SubscriptionChangeWebhook['Tag']> | null;
};

const inboundMail = {
  from: { name: '', address: '' },
  ...{ to: [], cc: [], bcc: [], headers: [], attachments: [] },
  ...{ subject: '', replyTo: '', date: '', text: '', html: '', strippedReply: '', tag: '' },
};

test('a receiver that is typed with the official library may read every payload', () => {
  const options = { includesContent: true };
  const change: SubscriptionChangePayload = suppressionPayload(facts, readSuppression({}));
  const click: ClickPayload = clickPayload(facts, readClick({}));
  const payloads = [
    deliveryPayload(facts, readDelivery({})) satisfies Models.DeliveryWebhook,
    bouncePayload(facts, readBounce({}), options) satisfies Models.BounceWebhook,
    bouncePayload(facts, readBounce({ type: 'SMTPApiError' }), options) satisfies Models.BounceWebhook,
    spamComplaintPayload(facts, readBounce({}), options) satisfies Models.SpamComplaintWebhook,
    openPayload(facts, readOpen({})) satisfies Models.OpenWebhook,
    click satisfies ClickOnTheWire,
    change satisfies SubscriptionChangeOnTheWire,
    inboundPayload(facts, inboundMail) satisfies Models.InboundWebhook,
  ];
  for (const payload of payloads) assert.equal(payload.MessageStream, facts.streamId);

  // The exceptions above are still needed: where the library learns better, these lines stop compiling.
  // @ts-expect-error an enum is no text
  click satisfies Models.ClickWebhook;
  // @ts-expect-error null is no string
  change satisfies Models.SubscriptionChangeWebhook;
});
