// Composes and signs a message once, whatever the number of its recipients.

import { signMessage } from '@pennyblack/email/dkim/sign-message.ts';
import type { SigningKey } from '@pennyblack/email/dkim/signing-key.ts';
import { composeOutgoing } from '../messages/compose-outgoing.ts';
import type { ComplaintLoop } from '../messages/ports.ts';
import type { MessageInHand } from './delivery-item.ts';

export type PreparedMessage = { header: Buffer; body: Buffer; needsSmtpUtf8: boolean; eightBit: boolean };

export type FindKeys = (accountId: number, fromDomain: string) => Promise<readonly SigningKey[]>;

export type PrepareMessage = (message: MessageInHand) => Promise<PreparedMessage>;

export function createMessagePreparer(findKeys: FindKeys, loop?: ComplaintLoop): PrepareMessage {
  // Held by the message itself, so it goes when the last recipient has gone.
  const prepared = new WeakMap<MessageInHand, Promise<PreparedMessage>>();

  async function prepare(message: MessageInHand): Promise<PreparedMessage> {
    const { content } = message;
    const composed = composeOutgoing(message.serverId, message.messageId, content, loop);
    const keys = await findKeys(content.accountId, content.from.domain);
    // The time of acceptance, not of this attempt: every attempt and the dump then carry the same signature.
    const signedAt = new Date(content.receivedAt);
    const signature = keys.length > 0 ? await signMessage({ ...composed, keys: [...keys], signedAt }) : '';
    const lines = composed.headers.map(field => field.line).join('');
    const header = Buffer.from(`${signature}${lines}\r\n`, composed.headerEncoding ?? 'utf8');
    const { body, needsSmtpUtf8, eightBit = false } = composed;
    return { header, body, needsSmtpUtf8, eightBit };
  }

  return message => {
    const known = prepared.get(message);
    if (known) return known;
    const making = prepare(message);
    prepared.set(message, making);
    // A failure (the key's look-up met a database that is away) is not kept: the next attempt begins anew.
    making.catch(() => prepared.delete(message));
    return making;
  };
}
