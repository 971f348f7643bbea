// Queues what other features want to be said, in the transaction that wants it. Nothing is looked up here: the composers do that
// when the mail is sent.

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import type { QueueRemovalNotice } from '../data-removals/ports.ts';
import type { StoredEvent } from '../events/event.ts';
import type { EventSubscriber } from '../events/record-events.ts';
import { insertNotice, insertNoticeOfDay } from './store.ts';

export const queueNotices: EventSubscriber = async (tx, events, now) => {
  for (const event of events) {
    if (event.kind === 'sender_confirmation_wanted') await queueConfirmation(tx, event, now);
    if (event.kind === 'webhook_paused' && event.details.by === 'failure') await queueWebhookFailing(tx, event, now);
  }
};

async function queueConfirmation(tx: Tx, { details }: StoredEvent, now: Date): Promise<void> {
  const { senderId } = details;
  await insertNotice(tx, { kind: 'sender_confirmation', about: `sender ${senderId}`, details: { senderId } }, now);
}

/** A webhook that comes and goes would fill mailboxes, so it is one mail a day. */
async function queueWebhookFailing(tx: Tx, { serverId, details }: StoredEvent, now: Date): Promise<void> {
  const { webhookId, status, failure } = details;
  const about = `webhook ${webhookId} of server ${serverId}`;
  const notice = { kind: 'webhook_failing', about, details: { serverId, webhookId, status, failure } } as const;
  await insertNoticeOfDay(tx, notice, now);
}

export const queueRemovalNotice: QueueRemovalNotice = async (tx, dataRemovalId, now) => {
  const notice = {
    kind: 'data_removal_done',
    about: `data removal ${dataRemovalId}`,
    details: { dataRemovalId },
  } as const;
  await insertNotice(tx, notice, now);
};
