// Makes the raw source of a message again, as it was delivered: composing gives the same bytes each time.

import { isUtf8 } from 'node:buffer';
import { signMessage } from '@pennyblack/email/dkim/sign-message.ts';
import type { SigningKey } from '@pennyblack/email/dkim/signing-key.ts';
import { composeOutgoing } from './compose-outgoing.ts';
import type { MessageContent } from './message-content.ts';
import type { ComplaintLoop } from './ports.ts';

export type FindKeys = (accountId: number, fromDomain: string) => Promise<readonly SigningKey[]>;

/** Longer sources are cut, as Postmark's are. */
const dumpLengthMax = 1024 * 1024;
const cutMark = '\r\n[Message Truncated]';

/** Empty when the content is no longer held. Signed with the keys of today. */
export async function dumpMessage(
  serverId: number,
  messageId: string,
  content: MessageContent | undefined,
  findKeys: FindKeys,
  loop?: ComplaintLoop,
): Promise<string> {
  if (!content) return '';
  const composed = composeOutgoing(serverId, messageId, content, loop);
  const keys = await findKeys(content.accountId, content.from.domain);
  const signedAt = new Date(content.receivedAt);
  const signature = keys.length > 0 ? await signMessage({ ...composed, keys: [...keys], signedAt }) : '';
  const lines = composed.headers.map(field => field.line).join('');
  const bytes = Buffer.concat([
    Buffer.from(`${signature}${lines}\r\n`, composed.headerEncoding ?? 'utf8'),
    composed.body,
  ]);
  // Bytes that are not UTF-8 are shown one by one as they are, so that nothing of them is lost.
  const source = bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1');
  return source.length > dumpLengthMax ? source.slice(0, dumpLengthMax) + cutMark : source;
}
