// Reads the text of one message piece by piece and refuses what no honest server sends: line ends other than CRLF, which
// smuggle a second message past one of two servers (RFC 5321 2.3.8; CVE-2023-51764 and its kin), floods of header fields,
// endless lines. What is refused is no longer kept, so that it takes no memory while the rest of it arrives.

import { type Refused, refusal } from './refused.ts';

export type SourceLimits = {
  sizeInBytesMax: number;
  /** RFC 5322 2.1.1 allows 998; real mail has longer ones, so the limit only keeps a hostile line from being one token of megabytes. */
  lineBytesMax: number;
  headerBytesMax: number;
  headerLinesMax: number;
};

export const defaultSourceLimits: SourceLimits = {
  sizeInBytesMax: 50 * 1024 * 1024,
  lineBytesMax: 64 * 1024,
  headerBytesMax: 512 * 1024,
  headerLinesMax: 2000,
};

export type SourceReader = {
  /** Answers how many bytes it keeps of this piece. */
  take(piece: Buffer): number;
  /** The client has ended the message. */
  end(): { kind: 'read'; source: Buffer } | Refused;
  /** From now on nothing is kept, and the end is this refusal, unless there was one before. */
  refuse(refused: Refused): void;
};

const carriageReturn = 0x0d;
const lineFeed = 0x0a;

const bareLineEnd = refusal(554, '5.6.0', 'Lines end in CRLF: a CR or LF alone is refused (RFC 5321 2.3.8)');
const lineTooLong = refusal(554, '5.6.0', 'A line of the message is too long');
const headerTooLarge = refusal(552, '5.3.4', 'The header is too large');
const tooLarge = refusal(552, '5.3.4', 'The message is too large');

export function createSourceReader(limits: SourceLimits = defaultSourceLimits): SourceReader {
  let pieces: Buffer[] = [];
  let bytes = 0;
  let refused: Refused | undefined;
  let lineBytes = 0;
  let headerLines = 0;
  let headerBytes = 0;
  let isHeader = true;
  let endsInCr = false;

  function refuse(why: Refused): void {
    refused ??= why;
    pieces = [];
  }

  function endLine(): Refused | undefined {
    if (isHeader) {
      headerLines += 1;
      headerBytes += lineBytes + 2;
      if (headerLines > limits.headerLinesMax || headerBytes > limits.headerBytesMax) return headerTooLarge;
      if (lineBytes === 0) isHeader = false;
    }
    lineBytes = 0;
    return undefined;
  }

  function check(piece: Buffer): Refused | undefined {
    let position = 0;
    while (position < piece.length) {
      if (endsInCr) {
        if (piece[position] !== lineFeed) return bareLineEnd;
        endsInCr = false;
        position += 1;
        const problem = endLine();
        if (problem) return problem;
        continue;
      }
      const feed = piece.indexOf(lineFeed, position);
      const end = feed < 0 ? piece.length : feed;
      const cr = piece.subarray(position, end).indexOf(carriageReturn);
      if (cr < 0) {
        if (feed >= 0) return bareLineEnd;
        lineBytes += end - position;
        position = end;
      } else {
        if (position + cr !== end - 1) return bareLineEnd;
        lineBytes += cr;
        endsInCr = true;
        position = end;
      }
      if (lineBytes > limits.lineBytesMax) return lineTooLong;
    }
    return undefined;
  }

  return {
    take(piece) {
      bytes += piece.length;
      if (refused) return 0;
      const problem = bytes > limits.sizeInBytesMax ? tooLarge : check(piece);
      if (problem) refuse(problem);
      if (refused) return 0;
      pieces.push(piece);
      return piece.length;
    },
    end() {
      if (!refused && endsInCr) refuse(bareLineEnd);
      return refused ?? { kind: 'read', source: Buffer.concat(pieces) };
    },
    refuse,
  };
}
