// Puts a message's text on the wire: dots doubled, without copying the text (RFC 5321 4.5.2).

const dot = Buffer.from('.');
// Buffers like the text itself: Node writes them together with it in one call, and a string would make that slower.
const finalDot = Buffer.from('.\r\n');
const finalDotOnItsLine = Buffer.from('\r\n.\r\n');
const carriageReturn = 13;
const lineFeed = 10;
const lineStartDot = Buffer.from('\r\n.');

/** Bytes that are written before the socket is asked whether it keeps up. */
export const blockBytes = 256 * 1024;

/**
 * The pieces with a dot put before every dot that starts a line, also where a line end falls between two pieces.
 * All are views into the originals.
 */
export function doubleDots(pieces: readonly Buffer[]): Buffer[] {
  const stuffed: Buffer[] = [];
  // The last two bytes so far. The text starts at the start of a line.
  let beforeLast = carriageReturn;
  let last = lineFeed;
  for (const piece of pieces) {
    if (piece.length === 0) continue;
    let start = 0;
    for (const position of lineStartDots(piece, beforeLast, last)) {
      if (position > start) stuffed.push(piece.subarray(start, position));
      stuffed.push(dot);
      start = position;
    }
    stuffed.push(start === 0 ? piece : piece.subarray(start));
    beforeLast = piece.at(-2) ?? last;
    last = piece.at(-1) ?? last;
  }
  return stuffed;
}

/** `beforeLast` and `last` are the bytes that came before the piece. */
function lineStartDots(piece: Buffer, beforeLast: number, last: number): number[] {
  const positions: number[] = [];
  const dotByte = 46;
  if (piece[0] === dotByte && beforeLast === carriageReturn && last === lineFeed) positions.push(0);
  if (piece[1] === dotByte && last === carriageReturn && piece[0] === lineFeed) positions.push(1);
  for (let at = piece.indexOf(lineStartDot); at >= 0; at = piece.indexOf(lineStartDot, at + 3)) positions.push(at + 2);
  return positions;
}

/** What ends the text: its last line end is completed if it is missing. */
export function endOfData(pieces: readonly Buffer[]): Buffer {
  let tail = '';
  for (let index = pieces.length - 1; index >= 0 && tail.length < 2; index -= 1) {
    tail = (pieces[index]?.subarray(-2).toString('latin1') ?? '') + tail;
  }
  return tail === '' || tail.endsWith('\r\n') ? finalDot : finalDotOnItsLine;
}

/** Cuts large pieces so that none is above `blockBytes`. */
export function inBlocks(pieces: readonly Buffer[]): Buffer[] {
  return pieces.flatMap(piece => {
    if (piece.length <= blockBytes) return [piece];
    const blocks: Buffer[] = [];
    for (let start = 0; start < piece.length; start += blockBytes)
      blocks.push(piece.subarray(start, start + blockBytes));
    return blocks;
  });
}
