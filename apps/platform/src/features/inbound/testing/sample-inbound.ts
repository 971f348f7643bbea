// For tests: inbound mail as it stands in the database once it was read, without a loop that reads.

import { zstdCompressSync } from 'node:zlib';
import { addressKey } from '@pennyblack/email/address/address-key.ts';
import { mailboxHashOf } from '@pennyblack/email/address/mailbox-hash.ts';
import type { Pool } from '@pennyblack/runtime/database/database.ts';
import { makeTestId } from '../../../testing/test-world.ts';
import type { InboundDescription, InboundStatus } from '../inbound-message.ts';
import { insertSources } from '../store.ts';

export type SampleInbound = Partial<InboundDescription> & {
  messageId?: string;
  recipient?: string;
  status?: InboundStatus;
  blockedReason?: string;
  source?: string | Buffer;
};

/** Answers the id. */
export async function storeSampleInbound(db: Pool, serverId: number, sample: SampleInbound = {}): Promise<string> {
  const { messageId = makeTestId(), recipient = 'help@in.client.test', status = 'Processed' } = sample;
  const from = sample.from ?? { name: '', address: 'ann@sender.test' };
  const { to = [{ name: '', address: recipient }], cc = [], bcc = [], blockedReason = null } = sample;
  const source = Buffer.from(sample.source ?? `From: ${from.address}\r\nTo: ${recipient}\r\n\r\nHello\r\n`);
  const message = {
    messageId,
    recipient,
    recipientKey: addressKey(recipient),
    mailboxHash: mailboxHashOf(recipient),
    fingerprint: undefined,
  };
  const keys = [...to, ...cc].map(({ address }) => addressKey(address));
  await db.transaction(async tx => {
    const now = new Date();
    const mail = {
      serverId,
      sourceId: messageId,
      receivedAt: now,
      mailFrom: from.address,
      clientAddress: '192.0.2.7',
      helo: 'mx.sender.test',
      isEncrypted: false,
      packedSource: zstdCompressSync(source),
      sourceBytes: source.length,
      ownerProcess: null,
      messages: [message],
    };
    await insertSources(tx, [mail], now);
    await tx.query`
      update inbound_messages
      set status = ${status}, blocked_reason = ${blockedReason}, processed_at = ${now}, from_name = ${from.name},
          from_address = ${from.address}, from_key = ${addressKey(from.address)},
          mailboxes = ${JSON.stringify({ to, cc, bcc })}::jsonb, reply_to = ${sample.replyTo ?? ''},
          subject = ${sample.subject ?? ''}, date = ${sample.date ?? ''}, tag = ${sample.tag ?? ''},
          attachments = ${sample.attachments === undefined ? null : JSON.stringify(sample.attachments)}::jsonb
      where server_id = ${serverId} and message_id = ${messageId}`;
    await tx.query`
      insert into inbound_recipients (server_id, message_id, address_key)
      select ${serverId}, ${messageId}, key from unnest(${keys}::text[]) as key on conflict do nothing`;
    await tx.query`delete from inbound_queue where server_id = ${serverId} and source_id = ${messageId}`;
  });
  return messageId;
}
