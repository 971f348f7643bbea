// Decides what becomes of the `Headers` of a send request: which are sent, which are ours to write, which are refused.
// Sources: Postmark's documentation of custom headers and X-PM-KeepID, the headers its libraries forward, RFC 5322 3.6.

import { unbreakableLengthMax } from './encode-header.ts';

export type CustomHeader = { name: string; value: string };

export type CustomHeadersReading =
  | {
      kind: 'headers';
      headers: CustomHeader[];
      keptMessageId?: string;
      fakeBounceType?: string;
      neverTracksOpens?: true;
    }
  | { kind: 'invalid'; message: string };

export const customHeadersMax = 100;
export const customHeadersMaxInBytes = 64 * 1024;
const nameLengthMax = 76;

// ftext of RFC 5322 3.6.8: printable ASCII without the colon.
const fieldName = /^[\x21-\x39\x3b-\x7e]+$/;
const foldedLineBreak = /\r?\n[ \t]+/g;
const lineBreakOrNul = /[\r\n\0]/;

// Client libraries forward these with every mail, so they are dropped without a word: the platform writes them itself,
// from the fields of the request or as part of carrying the message.
const ownNames: ReadonlySet<string> = new Set([
  'authentication-results',
  'bcc',
  'cc',
  'date',
  'delivered-to',
  'dkim-signature',
  'domainkey-signature',
  'from',
  'mime-version',
  'received',
  'received-spf',
  'reply-to',
  'return-path',
  'sender',
  'subject',
  'to',
]);
// Content-* describes a body that we compose; ARC-* and Resent-* are written by those who forward; X-PM-* is Postmark's own space.
const ownPrefixes: readonly string[] = ['content-', 'arc-', 'resent-', 'x-pm-'];

// At most one of each may stand in a message (RFC 5322 3.6, RFC 2369 2); the last one given wins.
const onlyOnce: ReadonlySet<string> = new Set([
  'in-reply-to',
  'references',
  'list-archive',
  'list-help',
  'list-id',
  'list-owner',
  'list-post',
  'list-subscribe',
  'list-unsubscribe',
  'list-unsubscribe-post',
  'feedback-id',
]);
// Read by machines, which do not decode encoded-words in them.
const machineRead: ReadonlySet<string> = new Set([
  'in-reply-to',
  'references',
  'list-unsubscribe',
  'list-unsubscribe-post',
]);

const messageIdPattern = /^<?([^\s<>@\x00-\x1f\x7f-\uffff]+@[^\s<>@\x00-\x1f\x7f-\uffff]+)>?$/;
const messageIdLengthMax = 250;

/**
 * `Message-ID` is kept only beside `X-PM-KeepID: true`, and comes back as `keptMessageId` with its angle brackets;
 * `X-PM-Bounce-Type` comes back as `fakeBounceType`, `X-PM-TrackOpens: never` as `neverTracksOpens`. Folded values are unfolded; any other line break is refused.
 */
export function checkCustomHeaders(headers: readonly CustomHeader[]): CustomHeadersReading {
  if (headers.length > customHeadersMax)
    return invalid(`A message may have at most ${customHeadersMax} custom headers.`);

  const kept: CustomHeader[] = [];
  let messageId: string | undefined;
  let keepsId = false;
  let fakeBounceType: string | undefined;
  let neverTracksOpens = false;
  let sizeInBytes = 0;

  for (const { name, value } of headers) {
    if (name.length > nameLengthMax || !fieldName.test(name)) {
      return invalid(
        `Invalid header name '${forShow(name)}'. Use printable ASCII characters without spaces and colons.`,
      );
    }
    const lowerName = name.toLowerCase();
    if (lowerName === 'message-id') messageId = value.trim();
    else if (lowerName === 'x-pm-keepid') keepsId = value.trim().toLowerCase() === 'true';
    else if (lowerName === 'x-pm-bounce-type') fakeBounceType = value.trim();
    else if (lowerName === 'x-pm-trackopens') neverTracksOpens = value.trim().toLowerCase() === 'never';
    if (isOurs(lowerName)) continue;

    const unfolded = value.replace(foldedLineBreak, ' ').trim();
    if (lineBreakOrNul.test(unfolded))
      return invalid(`Invalid value of header '${name}'. It must not contain line breaks.`);
    if (machineRead.has(lowerName) && !isMachineReadable(unfolded)) {
      return invalid(`Invalid value of header '${name}'. Use ASCII, without a part of more than 900 characters.`);
    }
    sizeInBytes += name.length + Buffer.byteLength(unfolded) + 4;
    if (sizeInBytes > customHeadersMaxInBytes) return invalid('The custom headers are larger than 64 KB.');

    if (onlyOnce.has(lowerName)) removeNamed(kept, lowerName);
    kept.push({ name, value: unfolded });
  }

  const reading: CustomHeadersReading = { kind: 'headers', headers: kept };
  if (fakeBounceType !== undefined) reading.fakeBounceType = fakeBounceType;
  if (neverTracksOpens) reading.neverTracksOpens = true;
  if (keepsId && messageId !== undefined) {
    const identifier = messageId.length <= messageIdLengthMax ? messageIdPattern.exec(messageId)?.[1] : undefined;
    if (identifier === undefined) return invalid(`Invalid 'Message-ID' header: '${forShow(messageId)}'.`);
    reading.keptMessageId = `<${identifier}>`;
  }
  return reading;
}

function isOurs(lowerName: string): boolean {
  return (
    lowerName === 'message-id' || ownNames.has(lowerName) || ownPrefixes.some(prefix => lowerName.startsWith(prefix))
  );
}

function isMachineReadable(value: string): boolean {
  return /^[\x20-\x7e\t]*$/.test(value) && value.split(/[ \t]+/).every(part => part.length <= unbreakableLengthMax);
}

function removeNamed(headers: CustomHeader[], lowerName: string): void {
  const index = headers.findIndex(header => header.name.toLowerCase() === lowerName);
  if (index !== -1) headers.splice(index, 1);
}

function forShow(text: string): string {
  return text.slice(0, 100).replace(/[^\x20-\x7e]/g, '?');
}

function invalid(message: string): CustomHeadersReading {
  return { kind: 'invalid', message };
}
