// Finds the end of a message's text in what arrives: CRLF.CRLF and nothing else (RFC 5321 4.1.1.4), also when
// it is spread over several reads.

const endOfData = Buffer.from('\r\n.\r\n');

export type ContentReader = {
  /** Returns what follows the end of the message once it is there, else nothing. */
  push(chunk: Buffer): { rest: Buffer } | undefined;
  /** The text so far, without the dots that SMTP adds. */
  text(): Buffer;
};

export function createContentReader(keep: boolean): ContentReader {
  const pieces: Buffer[] = [];
  // The line end of the DATA command counts: a dot right after it ends an empty message.
  let tail: Buffer = Buffer.from('\r\n');

  return {
    push(chunk) {
      const seam = Buffer.concat([tail, chunk.subarray(0, endOfData.length - 1)]);
      const inSeam = seam.indexOf(endOfData);
      const inChunk = inSeam >= 0 ? inSeam - tail.length : chunk.indexOf(endOfData);
      if (inSeam < 0 && inChunk < 0) {
        if (keep) pieces.push(chunk);
        tail = Buffer.concat([tail, chunk.subarray(-endOfData.length)]).subarray(-(endOfData.length - 1));
        return undefined;
      }
      const end = inChunk + endOfData.length;
      if (keep) pieces.push(chunk.subarray(0, Math.max(0, end)));
      return { rest: chunk.subarray(end) };
    },
    text() {
      const withDot = Buffer.concat(pieces).toString('latin1');
      const stuffed = withDot.slice(0, -3);
      return Buffer.from(stuffed.replace(/(^|\r\n)\./g, '$1'), 'latin1');
    },
  };
}
