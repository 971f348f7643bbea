// Sorts the parts of a received message into what is read and what is attached, as mail programs show it: a text without a
// name is read, everything else is a file. Sources: RFC 2045, 2046, 2183, 2392; Postmark's page "Inbound webhook", Attachments.

import { decodedBytes, isBody } from '../submission/read-bodies.ts';
import { rawValueOf, readSourceFields, type SourceField } from '../submission/source-fields.ts';
import { readAllSourceParts, type SourcePart } from '../submission/source-parts.ts';
import { describeContent } from './attachment-fields.ts';
import { attachmentNameOf } from './attachment-name.ts';
import { plainLines, textOfBytes } from './decode-text.ts';
import type { InboundAttachment } from './inbound-mail.ts';
import { readTnef } from './read-tnef.ts';

export type InboundContent = { text: string; html: string; attachments: InboundAttachment[] };

export function readContent(source: Buffer, fields: readonly SourceField[], body: Buffer): InboundContent {
  const { bodies, files } = sortParts(source, fields, body);
  const textsOf = (type: string) => bodies.filter(part => part.type === type).map(part => textOfPart(body, part));
  const opened = openTnef(files);
  return {
    text: joined(textsOf('text/plain')) || opened.text,
    html: joined(textsOf('text/html')) || opened.html,
    attachments: opened.attachments,
  };
}

/** Those of the content, without the work for its texts. */
export function readAttachments(source: Buffer, fields: readonly SourceField[], body: Buffer): InboundAttachment[] {
  return openTnef(sortParts(source, fields, body).files).attachments;
}

function sortParts(source: Buffer, fields: readonly SourceField[], body: Buffer) {
  const parts = readPartsOf(source, fields, body);
  const bodies: SourcePart[] = [];
  const files: InboundAttachment[] = [];
  for (const part of parts) {
    if (isBody(part) || isWholeText(part, parts)) bodies.push(part);
    else files.push(attachmentOf(source, fields, body, part, files.length + 1));
  }
  return { bodies, files };
}

function attachmentOf(
  source: Buffer,
  fields: readonly SourceField[],
  body: Buffer,
  part: SourcePart,
  place: number,
): InboundAttachment {
  // A message of one part has no header of its own for it.
  const isOfMessage = part.headerEnd === 0;
  const value = isOfMessage ? valuesOf(source, fields) : valuesOf(body, fieldsOfPart(body, part));
  const content = decodedBytes(body, part);
  return {
    name: attachmentNameOf(part, content, place),
    content,
    ...describeContent(value('content-type'), value('content-id'), part.type),
  };
}

function textOfPart(body: Buffer, part: SourcePart): string {
  return textOfBytes(decodedBytes(body, part), part.charset, part.type === 'text/html');
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
function openTnef(files: readonly InboundAttachment[]): InboundContent {
  const content: InboundContent = { text: '', html: '', attachments: [] };
  for (const file of files) {
    const opened = isTnef(file) ? readTnef(file.content) : undefined;
    content.text ||= plainLines(opened?.text ?? '');
    content.html ||= plainLines(opened?.html ?? '');
    content.attachments.push(...(opened?.attachments ?? [file]));
  }
  return content;
}

function isTnef({ name, contentType }: InboundAttachment): boolean {
  const type = contentType.split(';')[0] ?? '';
  return type === tnefType || type === tnefTypeOld || name.toLowerCase() === 'winmail.dat';
}
