// Reads the texts of a submitted message as a person sees them: its text and its HTML, decoded.
// Sources: RFC 2045 6.7 and 6.8 (encodings), RFC 2046 5.1 (which part is which).

import { decodeCharset } from '../mime/charset.ts';
import { decodeTransfer } from '../mime/transfer-decoding.ts';
import type { SourcePart } from './source-parts.ts';

/** A text that is shown in its place, no file. */
export function isBody(part: SourcePart): boolean {
  return (part.type === 'text/plain' || part.type === 'text/html') && !part.isAttachment && part.fileNames.length === 0;
}

/** Several texts, as mail programs write them around a picture, are one text. NUL is left out: no JSON reader likes it. */
export function readBodies(body: Buffer, parts: readonly SourcePart[]): { text?: string; html?: string } {
  const textsOf = (type: string) =>
    parts.filter(part => isBody(part) && part.type === type).map(part => decodeText(body, part));
  const text = textsOf('text/plain');
  const html = textsOf('text/html');
  return {
    ...(text.length === 0 ? {} : { text: text.join('\r\n') }),
    ...(html.length === 0 ? {} : { html: html.join('\r\n') }),
  };
}

function decodeText(body: Buffer, part: SourcePart): string {
  return decodeCharset(decodedBytes(body, part), part.charset).replaceAll('\0', '').toWellFormed();
}

/** The content without its transfer encoding. */
export function decodedBytes(body: Buffer, part: SourcePart): Buffer {
  return decodeTransfer(body.subarray(part.start, part.end), part.encoding);
}

/** Under which name a file is listed; undefined for a body, and for a second form of it that has no name. */
export function listedNameOf(part: SourcePart): string | undefined {
  if (isBody(part)) return undefined;
  const [name] = part.fileNames;
  if (name !== undefined) return name;
  return part.isAttachment || part.type.startsWith('message/') ? 'noname' : undefined;
}
