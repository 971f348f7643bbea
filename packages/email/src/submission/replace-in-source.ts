// Replaces a text wherever a person can read it in a submitted message: in its fields and in its texts, whatever their
// encoding. Files stay as they are. For the erasure of a person's data, where a broken signature does not count.

import { decodeEncodedWords } from '../headers/decode-encoded-words.ts';
import { encodeTextHeader } from '../headers/encode-header.ts';
import { encodeQuotedPrintable, wrapBase64 } from '../mime/transfer-encoding.ts';
import { decodedBytes, isBody } from './read-bodies.ts';
import { rawValueOf, readSourceFields, type SourceField } from './source-fields.ts';
import { readSourceParts, type SourcePart } from './source-parts.ts';

type Source = { header: Buffer; body: Buffer; attachmentNames: string[] };

/** What `replace` finds is ASCII, so it is looked for among bytes. */
export function replaceInSource({ header, body, attachmentNames }: Source, replace: (text: string) => string): Source {
  const { fields } = readSourceFields(header, 0, false);
  const reading = readSourceParts(header, fields, body);
  const parts = reading.kind === 'parts' ? reading.parts : [];
  return {
    header: Buffer.concat(fields.map(field => replaceInField(header, field, replace))),
    body: replaceInBody(body, parts, replace),
    attachmentNames: attachmentNames.map(replace),
  };
}

function replaceInField(header: Buffer, field: SourceField, replace: (text: string) => string): Buffer {
  const line = header.toString('latin1', field.start, field.end);
  const decoded = decodeEncodedWords(rawValueOf(header, field));
  const hidden = decoded !== replace(decoded) && line === replace(line);
  if (hidden) return Buffer.from(encodeTextHeader(field.name, replace(decoded)), 'latin1');
  return Buffer.from(replace(line), 'latin1');
}

function replaceInBody(body: Buffer, parts: readonly SourcePart[], replace: (text: string) => string): Buffer {
  const pieces: Buffer[] = [];
  let end = 0;
  for (const part of parts) {
    // Between the parts stand their headers.
    pieces.push(replaceInBytes(body.subarray(end, part.start), replace));
    const content = body.subarray(part.start, part.end);
    pieces.push(isReadable(part) ? replaceInText(body, part, replace) : content);
    end = part.end;
  }
  pieces.push(replaceInBytes(body.subarray(end), replace));
  return Buffer.concat(pieces);
}

/** Calendars and messages within the message name people too. */
function isReadable(part: SourcePart): boolean {
  return isBody(part) || part.type.startsWith('text/') || part.type.startsWith('message/');
}

function replaceInBytes(bytes: Buffer, replace: (text: string) => string): Buffer {
  const text = bytes.toString('latin1');
  const replaced = replace(text);
  return replaced === text ? bytes : Buffer.from(replaced, 'latin1');
}

function replaceInText(body: Buffer, part: SourcePart, replace: (text: string) => string): Buffer {
  const decoded = decodedBytes(body, part);
  const replaced = replaceInBytes(decoded, replace);
  if (replaced === decoded) return body.subarray(part.start, part.end);
  if (part.encoding === 'base64') return wrapBase64(replaced.toString('base64'));
  if (part.encoding === 'quoted-printable') return encodeQuotedPrintable(replaced);
  return replaced;
}
