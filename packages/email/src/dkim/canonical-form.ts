// The relaxed canonical forms of header fields and bodies. Source: RFC 6376 3.4.2 and 3.4.4.

const space = 0x20;
const tab = 0x09;
const carriageReturn = 0x0d;
const lineFeed = 0x0a;

/** One complete field, folded or not, with or without its CRLF. The result has no CRLF. */
export function canonicalField(line: string): string {
  const colon = line.indexOf(':');
  const name = line.slice(0, colon).trimEnd().toLowerCase();
  // Unfolding and squeezing are one step: CRLF only stands before white space in a field.
  const value = line.slice(colon + 1).replace(/[ \t\r\n]+/g, ' ');
  return `${name}:${value.replace(/^ | $/g, '')}`;
}

/** Expects CRLF line ends. Gives the same buffer when it is canonical already, as most composed bodies are. */
export function canonicalBody(body: Buffer): Buffer {
  if (isCanonical(body)) return body;

  const output = Buffer.allocUnsafe(body.length + 2);
  let written = 0;
  // End of the last line that is not empty: what follows it is dropped.
  let contentEnd = 0;
  let hasSpace = false;
  for (let position = 0; position < body.length; position += 1) {
    const byte = body[position] as number; // inside the bounds
    if (byte === space || byte === tab) {
      hasSpace = true;
      continue;
    }
    if (byte === carriageReturn && body[position + 1] === lineFeed) {
      output[written] = carriageReturn;
      output[written + 1] = lineFeed;
      written += 2;
      position += 1;
      hasSpace = false;
      continue;
    }
    if (hasSpace) {
      output[written] = space;
      written += 1;
      hasSpace = false;
    }
    output[written] = byte;
    written += 1;
    contentEnd = written;
  }
  if (contentEnd === 0) return output.subarray(0, 0);
  // A last line without an end gets one.
  output[contentEnd] = carriageReturn;
  output[contentEnd + 1] = lineFeed;
  return output.subarray(0, contentEnd + 2);
}

/** Searches of the buffer run natively, so three of them cost less than one loop. */
function isCanonical(body: Buffer): boolean {
  const length = body.length;
  if (length === 0) return true;
  const endsInOneLineEnd =
    length > 2 && body[length - 1] === lineFeed && body[length - 2] === carriageReturn && body[length - 3] !== lineFeed;
  return endsInOneLineEnd && !body.includes(tab) && !body.includes('  ') && !body.includes(' \r\n');
}
