// Reads a message of the world into what a program wants to know of it. It never throws, whatever the bytes are: what is
// broken is shown as well as possible. The same source always gives the same result, so that a call made again says the same.
// Sources: Postmark's page "Inbound webhook" (the keys), RFC 5322, 2045, 2046.

import { readSourceFields, type SourceField } from '../submission/source-fields.ts';
import type { InboundMail, InboundSummary } from './inbound-mail.ts';
import { readAttachments, readContent } from './read-content.ts';
import { readHeader } from './read-header.ts';
import { stripReply } from './strip-reply.ts';

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;

/** More have never been seen; those behind them are left out. */
const headerFieldsMax = 20_000;

export function readInboundMail(received: Buffer): InboundMail {
  const { source, fields, body } = cutHeader(received);
  const { isReply, ...header } = readHeader(source, fields);
  const content = readContent(source, fields, body);
  return { ...header, ...content, strippedReply: isReply && content.text !== '' ? stripReply(content.text) : '' };
}

/** The same without the texts, for what lists mail: a third of the work (measured). */
export function readInboundSummary(received: Buffer): InboundSummary {
  const { source, fields, body } = cutHeader(received);
  const { isReply, headers, ...header } = readHeader(source, fields);
  const attachments = readAttachments(source, fields, body);
  return {
    ...header,
    attachments: attachments.map(({ content, ...file }) => ({ ...file, contentLength: content.length })),
  };
}

function cutHeader(received: Buffer): { source: Buffer; fields: SourceField[]; body: Buffer } {
  const source = withLineFeeds(received);
  const { fields, bodyStart } = readSourceFields(source, 0, true, headerFieldsMax);
  const bodyBegin = fields.length < headerFieldsMax ? bodyStart : endOfHeader(source, bodyStart);
  return { source, fields, body: source.subarray(bodyBegin) };
}

/** Some gateways end lines with CR alone; the last line end is that of SMTP. */
function withLineFeeds(source: Buffer): Buffer {
  let end = source.length;
  while (end > 0 && (source[end - 1] as number) <= space) end -= 1; // inside the bounds
  const firstReturn = source.subarray(0, end).indexOf(carriageReturn);
  if (firstReturn === -1 || source.subarray(0, end).includes(lineFeed)) return source;
  const changed = Buffer.from(source);
  for (let at = firstReturn; at !== -1 && at < end; at = changed.indexOf(carriageReturn, at + 1))
    changed[at] = lineFeed;
  return changed;
}

/** Behind the first empty line. */
function endOfHeader(source: Buffer, start: number): number {
  for (let feed = source.indexOf(lineFeed, start); feed !== -1; feed = source.indexOf(lineFeed, feed + 1)) {
    if (source[feed + 1] === lineFeed) return feed + 2;
    if (source[feed + 1] === carriageReturn && source[feed + 2] === lineFeed) return feed + 3;
  }
  return source.length;
}
