// Reads SMTP replies from the bytes of a connection, however they are cut. Source: RFC 5321 4.2, RFC 3463 (enhanced codes).

export type SmtpReply = {
  code: number;
  /** The enhanced status code of the first line, when it has one of the reply's own class: 5.1.1 */
  enhanced?: string;
  /** Without the code. Enhanced codes stay where they are. */
  lines: string[];
  /** The lines joined by line feeds. */
  text: string;
};

/** What came is no SMTP. Replies that were complete before it in the same bytes are in `repliesBefore`. */
export class NotSmtpError extends Error {
  readonly repliesBefore: SmtpReply[];
  constructor(line: string, repliesBefore: SmtpReply[]) {
    super(`the server does not speak SMTP: "${line.slice(0, 60).replace(/[^\x20-\x7e]/g, '?')}"`);
    this.repliesBefore = repliesBefore;
  }
}

const lineFeed = 10;
const digitZero = 48;

/** Lines may end in LF alone. Throws NotSmtpError. How much an unfinished reply may hold is for the caller to limit. */
export function createReplyParser(): { push(chunk: Buffer): SmtpReply[] } {
  let unfinishedLine: Buffer | undefined;
  let lines: string[] = [];

  return {
    push(chunk) {
      const bytes = unfinishedLine ? Buffer.concat([unfinishedLine, chunk]) : chunk;
      const end = bytes.lastIndexOf(lineFeed) + 1;
      // Copied, because a view would keep the whole buffer of the socket alive.
      unfinishedLine = end < bytes.length ? Buffer.from(bytes.subarray(end)) : undefined;

      const replies: SmtpReply[] = [];
      const received = bytes.toString('utf8', 0, end);
      for (let start = 0; start < received.length; ) {
        const lineEnd = received.indexOf('\n', start);
        const line = received.slice(start, received[lineEnd - 1] === '\r' ? lineEnd - 1 : lineEnd);
        start = lineEnd + 1;
        const code = codeOf(line);
        const separator = line[3] ?? ' ';
        if (code === undefined || (separator !== ' ' && separator !== '-')) throw new NotSmtpError(line, replies);
        lines.push(line.slice(4));
        if (separator === '-') continue;
        replies.push(replyOf(code, lines));
        lines = [];
      }
      return replies;
    },
  };
}

/** Three digits of which the first is 2 to 5; servers that number otherwise cannot be understood. */
function codeOf(line: string): number | undefined {
  const first = line.charCodeAt(0) - digitZero;
  const second = line.charCodeAt(1) - digitZero;
  const third = line.charCodeAt(2) - digitZero;
  const isCode = first >= 2 && first <= 5 && second >= 0 && second <= 9 && third >= 0 && third <= 9;
  return isCode ? first * 100 + second * 10 + third : undefined;
}

function replyOf(code: number, lines: string[]): SmtpReply {
  const [firstLine = ''] = lines;
  const text = lines.length === 1 ? firstLine : lines.join('\n');
  const enhanced = /^([245]\.\d{1,3}\.\d{1,3})(?!\S)/.exec(firstLine)?.[1];
  if (!enhanced || enhanced[0] !== String(code)[0]) return { code, lines, text };
  return { code, enhanced, lines, text };
}
