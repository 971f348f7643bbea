// Reads the replies of an SMTP server from bytes as they come. Grammar: RFC 5321 4.2 and 4.2.1; enhanced status codes:
// RFC 2034. Lenient where servers are known to be sloppy (bare LF, no text), strict where it would mean to guess.

import { cleanRemoteText } from './clean-remote-text.ts';

export type SmtpReply = {
  code: number;
  /** `5.1.1`, of the first line that has one. */
  enhanced?: string;
  /** Each line without its code, cleaned; an EHLO reply is read from here. */
  lines: string[];
  /** All in one, for people and for the record: `250 2.0.0 OK 1488049184 x12 - gsmtp`. At most 2 KB. */
  text: string;
};

/** The server does not speak SMTP, or without end. Nothing more can be read from this connection. */
export class MalformedReply extends Error {
  override readonly name = 'MalformedReply';
}

export type ReplyParser = {
  /**
   * The replies that `chunk` completes. Throws MalformedReply; where complete replies stand before the fault they are
   * answered first, and the next call throws, because a 250 that was read is a fact.
   */
  push(chunk: Buffer): SmtpReply[];
};

/** RFC 5321 4.5.3.1.5 allows 512 bytes; real servers write more. The line end counts. */
const lineBytesMax = 4096;
const linesMax = 100;
const textBytesMax = 2048;

const lineForm = /^([2-5]\d\d)(?:([ -])(.*)|(\D.*))?$/s;
/** Not followed by a digit or a dot: it could be the beginning of an IP address or of a version. */
const statusForm = /^[245]\.\d{1,3}\.\d{1,3}(?![\d.])/;

export function createReplyParser(): ReplyParser {
  let unfinished: Buffer | undefined;
  let lines: string[] = [];
  let fault: MalformedReply | undefined;

  /** Answers the reply when `line` is its last line. */
  function takeLine(line: string): SmtpReply | undefined {
    const match = lineForm.exec(line);
    if (!match) throw new MalformedReply(`not an SMTP reply: ${cleanRemoteText(line, 100)}`);
    if (lines.length === linesMax) throw new MalformedReply(`a reply of more than ${linesMax} lines`);
    lines.push(cleanRemoteText(match[3] ?? match[4] ?? '', lineBytesMax));
    if (match[2] === '-') return undefined;
    const finished = lines;
    lines = [];
    // Should the codes differ, which RFC 5321 4.2.1 forbids, the last line counts, as it does for Postfix.
    return replyOf(Number(match[1]), finished);
  }

  function takeLines(bytes: Buffer, replies: SmtpReply[]): void {
    let start = 0;
    for (;;) {
      const end = bytes.indexOf(0x0a, start);
      const length = (end === -1 ? bytes.length : end + 1) - start;
      if (length > lineBytesMax) throw new MalformedReply(`a reply line of more than ${lineBytesMax} bytes`);
      if (end === -1) break;
      const lineEnd = end > start && bytes[end - 1] === 0x0d ? end - 1 : end;
      const reply = takeLine(bytes.toString('utf8', start, lineEnd));
      if (reply) replies.push(reply);
      start = end + 1;
    }
    // Copied: the rest of a large chunk would be kept alive by a few bytes.
    unfinished = start < bytes.length ? Buffer.from(bytes.subarray(start)) : undefined;
  }

  return {
    push(chunk) {
      if (fault) throw fault;
      const replies: SmtpReply[] = [];
      try {
        takeLines(unfinished ? Buffer.concat([unfinished, chunk]) : chunk, replies);
      } catch (error) {
        if (!(error instanceof MalformedReply)) throw error;
        fault = error;
        unfinished = undefined;
        if (replies.length === 0) throw error;
      }
      return replies;
    },
  };
}

function replyOf(code: number, lines: string[]): SmtpReply {
  const enhanced = lines.map(line => statusForm.exec(line)?.[0]).find(status => status !== undefined);
  const text = cleanRemoteText(oneLine(code, lines, enhanced), textBytesMax);
  return { code, ...(enhanced === undefined ? {} : { enhanced }), lines, text };
}

/** Servers repeat the status on each line (RFC 2034 4): sentences go on over line ends, so it is said once. */
function oneLine(code: number, lines: readonly string[], enhanced: string | undefined): string {
  let text = enhanced === undefined ? `${code}` : `${code} ${enhanced}`;
  for (const line of lines) {
    if (text.length > textBytesMax) break;
    const isRepeated = enhanced !== undefined && statusForm.exec(line)?.[0] === enhanced;
    const words = (isRepeated ? line.slice(enhanced.length) : line).trim();
    if (words !== '') text += ` ${words}`;
  }
  return text;
}
