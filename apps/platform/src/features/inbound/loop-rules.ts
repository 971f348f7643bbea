// Decides whether a mail goes round in circles. Pure. Sources: RFC 5321 6.3 (at least a hundred Received fields), RFC 9228
// (Delivered-To).

import { addressKey } from '@pennyblack/email/address/address-key.ts';

/** RFC 5321 6.3: "at least 100". */
const hopsMax = 100;

const received = /^received[ \t]*:/gim;
const deliveredTo = /^delivered-to[ \t]*:[ \t]*([^\r\n]{1,1000})/gim;

/** What we forward says whom it was delivered to; what comes back to the same address would be forwarded for ever. */
export function isLoop(source: Buffer, recipientKeys: ReadonlySet<string>): boolean {
  const header = headerOf(source);
  if ((header.match(received)?.length ?? 0) > hopsMax) return true;
  for (const [, address = ''] of header.matchAll(deliveredTo)) {
    if (recipientKeys.has(addressKey(address.trim().replace(/^<|>$/g, '')))) return true;
  }
  return false;
}

const messageId = /^message-id[ \t]*:[ \t]*\S/im;

/** Without one, nobody can tell the same mail, sent again, from another that is meant to read the same. */
export function hasMessageId(source: Buffer): boolean {
  return messageId.test(headerOf(source));
}

function headerOf(source: Buffer): string {
  const end = source.indexOf('\r\n\r\n');
  return source.toString('latin1', 0, end < 0 ? source.length : end + 2);
}
