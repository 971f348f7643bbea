// Turns text into the bytes of a MIME part that any server may carry: seven bits, short lines.
// Sources: RFC 2045 6.7 (quoted-printable), 6.8 (base64), RFC 5321 4.5.3.1.6 (line length).

export type EncodedText = { encoding: '7bit' | 'quoted-printable' | 'base64'; body: Buffer };

const lineLengthMax = 76;

const plainKind = 0;
const whiteKind = 1;
const escapeKind = 2;
const lineFeedKind = 3;
const carriageReturnKind = 4;
const kinds = new Uint8Array(256).fill(escapeKind);
kinds.fill(plainKind, 0x21, 0x7f);
kinds[0x3d] = escapeKind;
kinds[0x20] = whiteKind;
kinds[0x09] = whiteKind;
kinds[0x0a] = lineFeedKind;
kinds[0x0d] = carriageReturnKind;

const hexDigits = Buffer.from('0123456789ABCDEF');
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const equalsSign = 0x3d;

/**
 * Line ends of any kind (CRLF, LF, CR) become CRLF, and nothing else changes. The result ends in CRLF when the text ends
 * in a line end. Picks 7bit when nothing in the text could be altered on the way, base64 for scripts that are mostly
 * not ASCII, else quoted-printable.
 */
export function encodeText(text: string): EncodedText {
  const bytes = Buffer.from(text.toWellFormed());
  const survey = surveyBytes(bytes);
  if (survey.isSafe) return { encoding: '7bit', body: withCrlf(bytes, survey) };
  // Quoted-printable triples such a byte; from a third on, base64 is clearly smaller.
  if (survey.escapes * 3 >= bytes.length)
    return { encoding: 'base64', body: wrapBase64(withCrlf(bytes, survey).toString('base64')) };
  return { encoding: 'quoted-printable', body: toQuotedPrintable(bytes, survey) };
}

/** Whatever the bytes mean; line ends become CRLF. */
export function encodeQuotedPrintable(bytes: Buffer): Buffer {
  return toQuotedPrintable(bytes, surveyBytes(bytes));
}

type Survey = { isSafe: boolean; escapes: number; lineEnds: number; hasOddLineEnds: boolean };

function surveyBytes(bytes: Buffer): Survey {
  let escapes = 0;
  let lineEnds = 0;
  let hasOddLineEnds = false;
  let isSafe = true;
  let lineStart = 0;
  const length = bytes.length;
  for (let position = 0; position < length; position += 1) {
    const byte = bytes[position] as number; // inside the bounds
    const kind = kinds[byte] as number; // the table holds every byte
    if (kind <= whiteKind) continue;
    if (kind === escapeKind) {
      escapes += 1;
      if (byte !== equalsSign) isSafe = false;
      // `--=_` starts our boundaries; quoted-printable cannot hold it, so such a text is not sent as it stands.
      else if (bytes[position + 1] === 0x5f && bytes[position - 1] === 0x2d) isSafe = false;
      continue;
    }

    lineEnds += 1;
    if (isSafe && !isSafeLine(bytes, lineStart, position)) isSafe = false;
    if (kind === carriageReturnKind && bytes[position + 1] === lineFeed) position += 1;
    else hasOddLineEnds = true;
    lineStart = position + 1;
  }
  if (isSafe && !isSafeLine(bytes, lineStart, length)) isSafe = false;
  return { isSafe, escapes, lineEnds, hasOddLineEnds };
}

/** Servers strip white space at the end, write `>From`, and some trip over a line that is a dot. */
function isSafeLine(bytes: Buffer, start: number, end: number): boolean {
  if (end === start) return true;
  if (end - start > lineLengthMax || kinds[bytes[end - 1] as number] === whiteKind) return false; // end > start
  return bytes[start] !== 0x2e && !startsWithFrom(bytes, start);
}

function startsWithFrom(bytes: Buffer, start: number): boolean {
  return (
    bytes[start] === 0x46 &&
    bytes[start + 1] === 0x72 &&
    bytes[start + 2] === 0x6f &&
    bytes[start + 3] === 0x6d &&
    bytes[start + 4] === 0x20
  );
}

function withCrlf(bytes: Buffer, survey: Survey): Buffer {
  if (!survey.hasOddLineEnds) return bytes;
  const output = Buffer.allocUnsafe(bytes.length + survey.lineEnds);
  let written = 0;
  for (let position = 0; position < bytes.length; position += 1) {
    const byte = bytes[position] as number; // inside the bounds
    if (byte === carriageReturn || byte === lineFeed) {
      if (byte === carriageReturn && bytes[position + 1] === lineFeed) position += 1;
      output[written] = carriageReturn;
      output[written + 1] = lineFeed;
      written += 2;
    } else {
      output[written] = byte;
      written += 1;
    }
  }
  return output.subarray(0, written);
}

function toQuotedPrintable(bytes: Buffer, survey: Survey): Buffer {
  // Room for every escape, for an escape at both ends of every line, and for the longer line ends. A soft break comes
  // after at least 71 of these characters; it takes three, and two more where the next line then opens with an escape.
  const escaped = bytes.length + 2 * (survey.escapes + 2 * (survey.lineEnds + 1)) + survey.lineEnds;
  const output = Buffer.allocUnsafe(escaped + 5 * Math.ceil(escaped / 71));
  const length = bytes.length;
  const last = length - 1;
  let written = 0;
  let lineStart = 0;

  for (let position = 0; position < length; position += 1) {
    const byte = bytes[position] as number; // inside the bounds
    let kind = kinds[byte] as number; // the table holds every byte

    // Most bytes go this way: plain or a space between words, inside a line, with room to spare.
    if (kind <= whiteKind && written > lineStart && written < lineStart + lineLengthMax - 1) {
      if (kind === plainKind || (position < last && (kinds[bytes[position + 1] as number] as number) < lineFeedKind)) {
        output[written] = byte;
        written += 1;
        continue;
      }
    }
    if (kind >= lineFeedKind) {
      if (kind === carriageReturnKind && bytes[position + 1] === lineFeed) position += 1;
      output[written] = carriageReturn;
      output[written + 1] = lineFeed;
      written += 2;
      lineStart = written;
      continue;
    }
    const endsLine = position === last || (kinds[bytes[position + 1] as number] as number) >= lineFeedKind;
    if (kind === whiteKind) {
      if (endsLine) kind = escapeKind;
    } else if (written === lineStart && (byte === 0x2e || (byte === 0x46 && startsWithFrom(bytes, position)))) {
      // A dot or `From ` that opens a line of the output, also after a soft break.
      kind = escapeKind;
    }
    const width = kind === escapeKind ? 3 : 1;
    // The last character of a line may stand in column 76; before a soft break there must be room for its `=`.
    if (written - lineStart + width > (endsLine ? lineLengthMax : lineLengthMax - 1)) {
      output[written] = equalsSign;
      output[written + 1] = carriageReturn;
      output[written + 2] = lineFeed;
      written += 3;
      lineStart = written;
      // Look at the same byte again: it now opens a line.
      position -= 1;
      continue;
    }
    if (kind === escapeKind) {
      output[written] = equalsSign;
      output[written + 1] = hexDigits[byte >> 4] as number; // a half byte
      output[written + 2] = hexDigits[byte & 15] as number; // a half byte
      written += 3;
    } else {
      output[written] = byte;
      written += 1;
    }
  }
  return output.subarray(0, written);
}

/** Lines of 76 characters, the last without a line end. White space in the input is dropped. */
export function wrapBase64(base64: string): Buffer {
  const source = Buffer.from(/\s/.test(base64) ? base64.replace(/\s+/g, '') : base64, 'latin1');
  const breaks = Math.max(0, Math.ceil(source.length / lineLengthMax) - 1);
  const output = Buffer.allocUnsafe(source.length + 2 * breaks);
  let written = 0;
  for (let position = 0; position < source.length; position += lineLengthMax) {
    if (position > 0) {
      output[written] = carriageReturn;
      output[written + 1] = lineFeed;
      written += 2;
    }
    written += source.copy(output, written, position, position + lineLengthMax);
  }
  return output;
}
