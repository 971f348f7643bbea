// Reads the text of one message piece by piece, in one pass and without copying large pieces: finds its end, which is CRLF.CRLF and
// nothing else, takes away the dots that SMTP adds (RFC 5321 4.5.2), and refuses what no honest client sends: line ends
// other than CRLF, which smuggle a second message past one of two servers (RFC 5321 2.3.8; CVE-2023-51764 and its kin),
// floods of header fields, endless lines. What is refused is no longer kept, so that it takes no memory while the rest of
// it arrives.

import { type Refused, refusal } from './refused.ts';

export type SourceLimits = {
  sizeInBytesMax: number;
  /** RFC 5322 2.1.1 allows 998; real mail has longer ones, so the limit only keeps a hostile line from being one token of megabytes. */
  lineBytesMax: number;
  headerBytesMax: number;
  headerLinesMax: number;
  /** NUL has no place in mail that is not BINARYMIME (RFC 5322 4, RFC 6152); a server that takes it from the world is lenient. */
  refusesNul: boolean;
};

export const defaultSourceLimits: SourceLimits = {
  sizeInBytesMax: 50 * 1024 * 1024,
  lineBytesMax: 64 * 1024,
  headerBytesMax: 512 * 1024,
  headerLinesMax: 2000,
  refusesNul: false,
};

export type SourceReader = {
  /** Answers how many bytes of this piece belong to the message and its end: what follows them are commands. */
  take(piece: Buffer): number;
  /** The final dot has come. */
  readonly isEnded: boolean;
  /** Bytes in memory. */
  readonly bytesKept: number;
  result(): { kind: 'read'; source: Buffer } | Refused;
  /** From now on nothing is kept, and the result is this refusal, unless there was one before. */
  refuse(refused: Refused): void;
};

const nul = 0x00;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const dot = 0x2e;

const bareLineEnd = refusal(554, '5.6.0', 'Lines end in CRLF: a CR or LF alone is refused (RFC 5321 2.3.8)');
const nulRefused = refusal(554, '5.6.0', 'The message holds a NUL byte');
const lineTooLong = refusal(554, '5.6.0', 'A line of the message is too long');
const headerTooLarge = refusal(552, '5.3.4', 'The header is too large');
const tooLarge = refusal(552, '5.3.4', 'The message is too large');

/**
 * A piece that is kept by itself takes some 150 bytes more than it holds, and a message may come byte by byte or be nothing
 * but lines with dots: 10 MB of these took 460 MB. So small pieces are copied together.
 */
const smallPieceBytes = 1024;
const blockBytes = 16 * 1024;
const noBlock = Buffer.alloc(0);

/**
 * Where in a line the next byte stands: at its start; behind a dot that began it; behind a dot and a CR; somewhere in it;
 * behind a CR.
 */
type Place = 'start' | 'dot' | 'dot_cr' | 'inside' | 'cr';

export function createSourceReader(limits: SourceLimits = defaultSourceLimits): SourceReader {
  let pieces: Buffer[] = [];
  /** Small pieces are copied into it; what is between the two places has not become a piece yet. */
  let block: Buffer = noBlock;
  let gatheredFrom = 0;
  let gatheredTo = 0;
  let bytesKept = 0;
  let bytes = 0;
  let refused: Refused | undefined;
  let place: Place = 'start';
  let isEnded = false;
  let lineBytes = 0;
  let headerLines = 0;
  let headerBytes = 0;
  let isHeader = true;

  function refuse(why: Refused): void {
    refused ??= why;
    pieces = [];
    block = noBlock;
    gatheredFrom = gatheredTo = 0;
    bytesKept = 0;
  }

  function endGathering(): void {
    if (gatheredTo > gatheredFrom) pieces.push(block.subarray(gatheredFrom, gatheredTo));
    gatheredFrom = gatheredTo;
  }

  function gather(piece: Buffer, from: number, to: number): void {
    if (gatheredTo + to - from > block.length) {
      endGathering();
      block = Buffer.allocUnsafe(blockBytes);
      gatheredFrom = gatheredTo = 0;
    }
    gatheredTo += piece.copy(block, gatheredTo, from, to);
  }

  function keep(piece: Buffer, from: number, to: number): void {
    if (to <= from) return;
    bytes += to - from;
    if (bytes > limits.sizeInBytesMax) refuse(tooLarge);
    if (refused) return;
    // Most messages come in one piece, whatever its size.
    if (bytesKept > 0 && to - from < smallPieceBytes) gather(piece, from, to);
    else {
      endGathering();
      pieces.push(from === 0 && to === piece.length ? piece : piece.subarray(from, to));
    }
    bytesKept += to - from;
  }

  function endLine(): void {
    if (isHeader) {
      headerLines += 1;
      headerBytes += lineBytes + 2;
      if (headerLines > limits.headerLinesMax || headerBytes > limits.headerBytesMax) refuse(headerTooLarge);
      if (lineBytes === 0) isHeader = false;
    }
    lineBytes = 0;
  }

  /** Answers where the first CR, LF or NUL from `from` on stands; the end of the piece when there is none. */
  function skipText(piece: Buffer, from: number): number {
    let position = from;
    while (position < piece.length) {
      const byte = piece[position] as number;
      if (byte <= carriageReturn && (byte === carriageReturn || byte === lineFeed || byte === nul)) break;
      position += 1;
    }
    lineBytes += position - from;
    if (lineBytes > limits.lineBytesMax) refuse(lineTooLong);
    return position;
  }

  function take(piece: Buffer): number {
    // Everything from here on is kept when the piece ends, or when a dot has to be left out.
    let kept = 0;
    let position = 0;
    while (position < piece.length) {
      const byte = piece[position];
      if (place === 'start') {
        if (byte === dot) {
          keep(piece, kept, position);
          position += 1;
          kept = position;
          place = 'dot';
        } else place = 'inside';
      } else if (place === 'dot') {
        // The dot is gone, whatever follows: a line that begins with one has another before it.
        if (byte === carriageReturn) {
          // Perhaps the end: the CR is kept only when it turns out not to be.
          position += 1;
          place = 'dot_cr';
        } else place = 'inside';
      } else if (place === 'dot_cr') {
        if (byte === lineFeed) {
          isEnded = true;
          return position + 1;
        }
        refuse(bareLineEnd);
        place = 'inside';
      } else if (place === 'cr') {
        if (byte === lineFeed) {
          position += 1;
          place = 'start';
          endLine();
        } else {
          refuse(bareLineEnd);
          place = 'inside';
        }
      } else {
        position = skipText(piece, position);
        const end = piece[position];
        if (end === undefined) break;
        if (end === carriageReturn) place = 'cr';
        else if (end === lineFeed) refuse(bareLineEnd);
        else if (limits.refusesNul) refuse(nulRefused);
        position += 1;
      }
    }
    keep(piece, kept, place === 'dot_cr' ? kept : piece.length);
    return piece.length;
  }

  return {
    take,
    get isEnded() {
      return isEnded;
    },
    get bytesKept() {
      return bytesKept;
    },
    result() {
      if (refused) return refused;
      endGathering();
      const [only] = pieces;
      return { kind: 'read', source: only && pieces.length === 1 ? only : Buffer.concat(pieces, bytesKept) };
    },
    refuse,
  };
}
