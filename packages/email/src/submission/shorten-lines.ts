// Makes lines fit that no server has to take (RFC 5321 4.5.3.1.6: 998 characters): one on the way would break them where it
// likes, and the signature with them. Only the transfer encoding of such a part changes, never what it says.
// Sources: RFC 2045 6.7 and 6.8; RFC 6152 3 for changing an encoding on the way; RFC 1847 for what must not be changed.

import { encodeQuotedPrintable, wrapBase64 } from '../mime/transfer-encoding.ts';
import { decodedBytes } from './read-bodies.ts';
import { endOfLine, readSourceFields } from './source-fields.ts';
import { readSourceParts, type SourcePart } from './source-parts.ts';

const lineLengthMax = 998;
const encodingField = 'content-transfer-encoding';
const plainEncodings: ReadonlySet<string> = new Set(['', '7bit', '8bit', 'binary']);

export function hasLongLine(bytes: Buffer): boolean {
  for (let start = 0; start + lineLengthMax < bytes.length; ) {
    const end = endOfLine(bytes, start);
    const lineEnd = bytes[end - 1] === 0x0a ? (bytes[end - 2] === 0x0d ? 2 : 1) : 0;
    if (end - lineEnd - start > lineLengthMax) return true;
    start = end;
  }
  return false;
}

type Message = { header: Buffer; body: Buffer };

/** A part that is signed or encrypted stays as it is, and so does a message within the message. */
export function shortenLines({ header, body }: Message): Message {
  const { fields } = readSourceFields(header, 0, false);
  const reading = readSourceParts(header, fields, body);
  if (reading.kind === 'too_complex') return { header, body };
  const pieces: Buffer[] = [];
  let newHeader = header;
  let end = 0;
  for (const part of reading.parts) {
    const content = shortened(body, part);
    if (!content) continue;
    const isWhole = part.start === 0;
    if (isWhole) newHeader = withEncoding(header, content.encoding);
    else
      pieces.push(
        body.subarray(end, part.headerStart),
        withEncoding(body.subarray(part.headerStart, part.start), content.encoding),
      );
    pieces.push(content.bytes);
    end = part.end;
  }
  return { header: newHeader, body: Buffer.concat([...pieces, body.subarray(end)]) };
}

function shortened(body: Buffer, part: SourcePart): { bytes: Buffer; encoding: string } | undefined {
  const bytes = body.subarray(part.start, part.end);
  if (part.isSealed || part.type.startsWith('message/') || part.type.startsWith('multipart/')) return undefined;
  if (!hasLongLine(bytes)) return undefined;
  if (part.encoding === 'base64') return { bytes: wrapBase64(bytes.toString('latin1')), encoding: 'base64' };
  if (part.encoding !== 'quoted-printable' && !plainEncodings.has(part.encoding)) return undefined;
  return { bytes: encodeQuotedPrintable(decodedBytes(body, part)), encoding: 'quoted-printable' };
}

/** `header` with this encoding in the place of its own, or on top where it has none. */
function withEncoding(header: Buffer, encoding: string): Buffer {
  const line = Buffer.from(`Content-Transfer-Encoding: ${encoding}\r\n`);
  const own = readSourceFields(header, 0, false).fields.find(field => field.lowerName === encodingField);
  if (!own) return Buffer.concat([line, header]);
  return Buffer.concat([header.subarray(0, own.start), line, header.subarray(own.end)]);
}
