// Opens a `winmail.dat`: the text and the files of a mail that Outlook has put into one attachment of its own format.
// Source: MS-OXTNEF 2.1.1 to 2.1.3. What is broken is read as far as it goes.

import { ByteReader } from './byte-reader.ts';
import { decodeCodePage } from './code-pages.ts';
import { decompressRtf } from './decompress-rtf.ts';
import type { InboundAttachment, TnefContent } from './inbound-mail.ts';
import {
  bytesOfProperty,
  type MapiProperties,
  mapi,
  numberOfProperty,
  objectOfProperty,
  readMapiProperties,
  textOfProperty,
  withoutTerminator,
} from './mapi-properties.ts';
import { readRtf } from './read-rtf.ts';

export const tnefSignature = 0x223e9f78;

/** Ids of attributes, without their types (MS-OXTNEF 2.1.2). */
export const tnefAttributes = {
  subject: 0x8004,
  body: 0x800c,
  attachData: 0x800f,
  attachTitle: 0x8010,
  attachRenderData: 0x9002,
  messageProperties: 0x9003,
  attachProperties: 0x9005,
  oemCodePage: 0x9007,
} as const;

const attachmentsMax = 500;
/** Messages within messages. */
const nestingMax = 4;
/** RTF grows by up to eight times; no text of a mail needs more. */
const rtfLengthMax = 8 * 1024 * 1024;
const fileNameLengthMax = 255;

type Attachment = { title?: string; data?: Buffer; properties: MapiProperties };

type TnefMessage = {
  codePage: number;
  subject: string | undefined;
  body: string | undefined;
  properties: MapiProperties;
  attachments: Attachment[];
};

/** Undefined when it is not TNEF. The contents of attachments are views of `content`. */
export function readTnef(content: Buffer): TnefContent | undefined {
  return readAtDepth(content, 0)?.content;
}

function readAtDepth(
  content: Buffer,
  depth: number,
): { subject: string | undefined; content: TnefContent } | undefined {
  const message = readMessage(content);
  if (message === undefined) return undefined;
  const attachments: InboundAttachment[] = [];
  for (const attachment of message.attachments) {
    for (const file of filesOf(attachment, message.codePage, depth)) {
      if (attachments.length < attachmentsMax) attachments.push(file);
    }
  }
  const subject = message.subject ?? textOfProperty(message.properties, mapi.subject, message.codePage);
  return { subject, content: { ...bodiesOf(message), attachments } };
}

function readMessage(content: Buffer): TnefMessage | undefined {
  const reader = new ByteReader(content);
  if (reader.uint32() !== tnefSignature) return undefined;
  reader.skip(2);

  const message: TnefMessage = {
    codePage: 1252,
    subject: undefined,
    body: undefined,
    properties: new Map(),
    attachments: [],
  };
  for (;;) {
    // Level, id and type, length, content, checksum. The checksum is not asked: a file that came broken is better than none.
    const level = reader.byte();
    const id = reader.uint16();
    reader.skip(2);
    const length = reader.uint32();
    if (level === undefined || id === undefined || length === undefined) return message;
    // The end of a mail that was cut off is still the beginning of a file.
    const value = reader.take(Math.min(length, reader.bytesLeft)) ?? Buffer.alloc(0);
    takeAttribute(message, id, value);
    if (!reader.skip(2)) return message;
  }
}

function takeAttribute(message: TnefMessage, id: number, value: Buffer): void {
  const attachment = message.attachments.at(-1);
  switch (id) {
    case tnefAttributes.oemCodePage:
      if (value.length >= 4) message.codePage = value.readUInt32LE(0);
      break;
    case tnefAttributes.subject:
      message.subject = withoutTerminator(decodeCodePage(value, message.codePage));
      break;
    case tnefAttributes.body:
      message.body = withoutTerminator(decodeCodePage(value, message.codePage));
      break;
    case tnefAttributes.messageProperties:
      message.properties = readMapiProperties(value);
      break;
    case tnefAttributes.attachRenderData:
      if (message.attachments.length < attachmentsMax) message.attachments.push({ properties: new Map() });
      break;
    case tnefAttributes.attachTitle: {
      const title = withoutTerminator(decodeCodePage(value, message.codePage));
      if (attachment && title !== undefined) attachment.title ??= title;
      break;
    }
    case tnefAttributes.attachData:
      if (attachment) attachment.data ??= value;
      break;
    case tnefAttributes.attachProperties:
      if (attachment && attachment.properties.size === 0) attachment.properties = readMapiProperties(value);
      break;
  }
}

function bodiesOf({ body, properties, codePage }: TnefMessage): { text?: string; html?: string } {
  const text = textOfProperty(properties, mapi.body, codePage) ?? body;
  const html = htmlOf(properties, codePage);
  if (html !== undefined) return { ...(text === undefined ? {} : { text }), html };

  const compressed = bytesOfProperty(properties, mapi.rtfCompressed);
  const rtf = compressed && decompressRtf(compressed, rtfLengthMax);
  const content = rtf && readRtf(rtf);
  // RTF that holds HTML is all that Exchange leaves of an HTML mail; else it only repeats the text with its looks.
  if (content && 'html' in content) return { ...(text === undefined ? {} : { text }), html: content.html };
  const words = text ?? (content?.text.trim() === '' ? undefined : content?.text);
  return words === undefined ? {} : { text: words };
}

/** The same number is text in one version and bytes in another. */
function htmlOf(properties: MapiProperties, codePage: number): string | undefined {
  const bytes = bytesOfProperty(properties, mapi.html);
  if (bytes === undefined) return textOfProperty(properties, mapi.html, codePage);
  return withoutTerminator(decodeCodePage(bytes, numberOfProperty(properties, mapi.internetCodePage) ?? codePage));
}

/** One file; of a message within the message its text and its files. */
function filesOf({ title, data, properties }: Attachment, codePage: number, depth: number): InboundAttachment[] {
  const text = (id: number) => textOfProperty(properties, id, codePage);
  const named =
    text(mapi.attachLongFileName) ?? text(mapi.attachFileName) ?? title ?? text(mapi.displayName) ?? 'attachment';
  const object = objectOfProperty(properties, mapi.attachData);
  const inner = object && depth < nestingMax ? readAtDepth(object, depth + 1) : undefined;
  if (inner) return filesOfMessage(inner.subject ?? named, inner.content);

  const content = bytesOfProperty(properties, mapi.attachData) ?? data ?? object;
  if (content === undefined) return [];
  const type = text(mapi.attachMimeTag)?.trim().toLowerCase() ?? '';
  const contentType = /^[\w!#$&^.+-]{1,100}\/[\w!#$&^.+-]{1,100}$/.test(type) ? type : 'application/octet-stream';
  const contentId = text(mapi.attachContentId)?.replace(/[<>\s]/g, '');
  return [{ name: fileName(named), contentType, content, ...(contentId ? { contentId } : {}) }];
}

function filesOfMessage(subject: string, { text, html, attachments }: TnefContent): InboundAttachment[] {
  const body = html ?? text;
  if (body === undefined) return [...attachments];
  const [ending, type] = html === undefined ? ['txt', 'text/plain'] : ['html', 'text/html'];
  const name = `${fileName(subject.replace(/[/\\]/g, '-')).slice(0, fileNameLengthMax - 5)}.${ending}`;
  return [{ name, contentType: `${type}; charset=utf-8`, content: Buffer.from(body) }, ...attachments];
}

/** Without a path and what no file name may hold. */
function fileName(name: string): string {
  const last = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
  const clean = last.replace(/[\x00-\x1f\x7f]/g, '').trim();
  return clean === '' ? 'attachment' : clean.slice(0, fileNameLengthMax);
}
