// The key by which a message that comes by SMTP a second time is recognized: a client that lost our 250 sends it again
// (RFC 5321 4.5.3.2.6 and 6.1 know the trouble and no remedy). Pure.

import { readSourceParts } from '@pennyblack/email/submission/source-parts.ts';
import { hashRequest, type KeyedItem, keyedItemsOf, readIdempotencyKey } from './idempotency-key.ts';
import { rawValuesOf, type SubmittedMessage } from './submitted-message.ts';

export type SubmissionKey = { kind: 'key'; keyed: KeyedItem } | { kind: 'none' } | { kind: 'invalid' };

type Sender = { serverId: number; credential: string; mailFrom: string };

/** The message's own Idempotency-Key goes first. A message with neither that nor a Message-ID is always another one. */
export function keyOfSubmission(sender: Sender, message: SubmittedMessage): SubmissionKey {
  const { idempotencyKey, messageId } = message.controls;
  if (idempotencyKey !== undefined) {
    const key = readIdempotencyKey(idempotencyKey);
    if (key === undefined) return { kind: 'invalid' };
    return keyed(sender, 'smtp-key', key, hashRequest(...envelopeOf(sender, message), ...meaningOf(message)));
  }
  if (!messageId) return { kind: 'none' };
  // The content is a part of the key, not only of what is compared: two messages under one Message-ID are both sent.
  const about = [messageId, ...envelopeOf(sender, message), JSON.stringify(message.controls)];
  const hash = hashRequest(...about, ...meaningOf(message));
  return keyed(sender, 'smtp-message-id', hash.toString('hex'), hash);
}

function keyed({ serverId, credential }: Sender, kind: string, key: string, requestHash: Buffer): SubmissionKey {
  return { kind: 'key', keyed: keyedItemsOf({ serverId, scope: `${kind}:${credential}`, key, requestHash })(0) };
}

function envelopeOf({ mailFrom }: Sender, { envelopeRecipients, streamId = '' }: SubmittedMessage): string[] {
  return [mailFrom, streamId, String(envelopeRecipients.length), ...envelopeRecipients.toSorted()];
}

/**
 * What stays the same when a program writes the message anew for its next try, as many do: not the date, the boundaries
 * (Python's smtplib and Nodemailer make new ones each time) and what relays before us add.
 */
function meaningOf(message: SubmittedMessage): (string | Buffer)[] {
  const { header, fields, body } = message;
  const reading = readSourceParts(header, fields, body);
  const contents = reading.kind === 'parts' ? reading.parts.map(part => body.subarray(part.start, part.end)) : [body];
  return [...rawValuesOf(message, 'from'), ...rawValuesOf(message, 'subject'), ...contents];
}
