// Asks SpamAssassin's spamd for the score of one mail. Source: SpamAssassin's spamd/PROTOCOL (version 1.5). Never rejects, and
// ends within its time whatever spamd does: a mail without a score is better than a mail that waits.

import { connect, type Socket } from 'node:net';
import { readSpamdReply, type SpamVerdict } from './spamd-reply.ts';

/** `host:port`, or the path of a Unix socket. */
export type SpamdAddress = { host: string; port: number } | { path: string };

export type SpamdAnswer =
  | { kind: 'scored'; verdict: SpamVerdict }
  /** `reason` is for the log. */
  | { kind: 'failed'; reason: string };

/**
 * Of a larger mail the beginning is scored, to the end of a line: as much as `spamc` gives by default. What makes a mail spam
 * stands there, and rules over megabytes of a coded file would only take spamd's time.
 */
export const scoredLengthMax = 512_000;
/** HEADERS answers with the header of the mail, which may be long, and no more. */
const replyLengthMax = 4 * 1024 * 1024;

export function askSpamd(address: SpamdAddress, source: Buffer, timeoutInMilliseconds: number): Promise<SpamdAnswer> {
  return new Promise(resolve => {
    const socket: Socket = connect('path' in address ? { path: address.path } : address);
    const timer = setTimeout(() => fail(`no answer within ${timeoutInMilliseconds} ms`), timeoutInMilliseconds);
    const received: Buffer[] = [];
    let length = 0;

    let isFinished = false;

    function finish(answer: SpamdAnswer): void {
      if (isFinished) return;
      isFinished = true;
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    }

    function fail(reason: string): void {
      finish({ kind: 'failed', reason });
    }

    /** Of what came so far; a complete answer counts whatever happened to the connection afterwards. */
    function readAnswer(failure?: string): void {
      if (isFinished) return;
      const verdict = readSpamdReply(Buffer.concat(received));
      if (verdict) finish({ kind: 'scored', verdict });
      else if (failure !== undefined) fail(failure);
      else if (length === 0) fail('spamd closed the connection without an answer');
      else fail(`an answer that makes no sense: ${beginning()}`);
    }

    function beginning(): string {
      const text = Buffer.concat(received).toString('latin1', 0, 80);
      return (text.split('\r\n')[0] ?? '').replace(/[^\x20-\x7e]/g, '?');
    }

    socket.on('error', error => readAnswer(error.message));
    socket.on('data', chunk => {
      received.push(chunk);
      length += chunk.length;
      if (length > replyLengthMax) fail('an answer that does not end');
    });
    // spamd closes the connection behind its answer.
    socket.on('end', () => readAnswer());
    socket.on('close', () => readAnswer());
    const scored = beginningOf(source);
    socket.write(`HEADERS SPAMC/1.5\r\nContent-length: ${scored.length}\r\n\r\n`);
    socket.end(scored);
  });
}

function beginningOf(source: Buffer): Buffer {
  if (source.length <= scoredLengthMax) return source;
  const lineEnd = source.lastIndexOf('\n', scoredLengthMax - 1);
  return source.subarray(0, lineEnd === -1 ? scoredLengthMax : lineEnd + 1);
}
