// Sorts the parts of a received message into what is read and what is attached, as mail programs show it: a text without a
// name is read, everything else is a file. Sources: RFC 2045, 2046, 2183, 2392; Postmark's page "Inbound webhook", Attachments.

import { decodedBytes, isBody } from '../submission/read-bodies.ts';
import { rawValueOf, readSourceFields, type SourceField } from '../submission/source-fields.ts';
import { readAllSourceParts, type SourcePart } from '../submission/source-parts.ts';
import { describeContent } from './attachment-fields.ts';
import { attachmentNameOf } from './attachment-name.ts';
import { textOfBytes } from './decode-text.ts';
import type { InboundAttachment } from './inbound-mail.ts';
import { readTnef } from './read-tnef.ts';

export type InboundContent = { text: string; html: string; attachments: InboundAttachment[] };

export function readContent(source: Buffer, fields: readonly SourceField[], body: Buffer): InboundContent {
  const parts = readPartsOf(source, fields, body);
  const texts: string[] = [];
  const htmls: string[] = [];
  const attachments: InboundAttachment[] = [];
  for (const part of parts) {
    const bytes = decodedBytes(body, part);
    if (isBody(part) || isWholeText(part, parts)) {
      (part.type === 'text/html' ? htmls : texts).push(textOfBytes(bytes, part.charset, part.type === 'text/html'));
      continue;
    }
    // A message of one part has no header of its own for it.
    const isOfMessage = part.headerEnd === 0;
    const value = isOfMessage ? valuesOf(source, fields) : valuesOf(body, fieldsOfPart(body, part));
    const described = describeContent(value('content-type'), value('content-id'), part.type);
    const place = attachments.length + 1;
    attachments.push({ name: attachmentNameOf(part, bytes, place), content: bytes, ...described });
  }
  return unpacked({ text: joined(texts), html: joined(htmls), attachments });
}

/** Where the boundary was lost, the first line that looks like one will do. */
function readPartsOf(source: Buffer, fields: readonly SourceField[], body: Buffer): SourcePart[] {
  const parts = readAllSourceParts(source, fields, body);
  const [first] = parts;
  if (parts.length > 1 || !first || first.start > 0) return parts;
  const hasNoParts = first.type.startsWith('multipart/') || (first.charset === '' && isMultipart(source, fields));
  if (!hasNoParts) return parts;
  const boundary = boundaryIn(body);
  if (boundary !== undefined) return readAllSourceParts(source, fields, body, boundary);
  return [{ ...first, type: 'text/plain', fileNames: [], isAttachment: false }];
}

function isMultipart(source: Buffer, fields: readonly SourceField[]): boolean {
  return valuesOf(source, fields)('content-type').toLowerCase().startsWith('multipart/');
}

const boundaryLine = /^--([^\s-][^\r\n]{4,80}?)[ \t]*$/m;
const boundarySoughtMaxInBytes = 64 * 1024;

function boundaryIn(body: Buffer): string | undefined {
  return boundaryLine.exec(body.toString('latin1', 0, boundarySoughtMaxInBytes).replaceAll('\r\n', '\n'))?.[1];
}

/** The only text that there is, if nobody wants it to be saved as a file, whatever its name. */
function isWholeText(part: SourcePart, parts: readonly SourcePart[]): boolean {
  return parts.length === 1 && !part.isAttachment && (part.type === 'text/plain' || part.type === 'text/html');
}

function fieldsOfPart(body: Buffer, part: SourcePart): SourceField[] {
  return readSourceFields(body.subarray(0, part.headerEnd), part.headerStart, false).fields;
}

function valuesOf(bytes: Buffer, fields: readonly SourceField[]): (name: string) => string {
  return name => {
    const field = fields.find(each => each.lowerName === name);
    return field ? rawValueOf(bytes, field) : '';
  };
}

/** Several texts, as mail programs write them around a picture and lists below a message, are one text. */
function joined(texts: readonly string[]): string {
  return texts.reduce(
    (before, text) => (before === '' || before.endsWith('\n') ? before + text : `${before}\n${text}`),
    '',
  );
}

const tnefType = 'application/ms-tnef';
const tnefTypeOld = 'application/vnd.ms-tnef';

/** Outlook packs text and files into one file that only Outlook opens; what cannot be opened stays as it is. */
function unpacked(content: InboundContent): InboundContent {
  if (!content.attachments.some(isTnef)) return content;
  let { text, html } = content;
  const attachments = content.attachments.flatMap(attachment => {
    const opened = isTnef(attachment) ? readTnef(attachment.content) : undefined;
    if (!opened) return [attachment];
    text ||= opened.text ?? '';
    html ||= opened.html ?? '';
    return opened.attachments;
  });
  return { text, html, attachments };
}

function isTnef({ name, contentType }: InboundAttachment): boolean {
  const type = contentType.split(';')[0] ?? '';
  return type === tnefType || type === tnefTypeOld || name.toLowerCase() === 'winmail.dat';
}
