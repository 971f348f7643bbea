// One POST over one connection, and as much of its answer as anybody wants to see.

import type { Dispatcher, Pool } from 'undici';
import { readFailure } from './failure-rules.ts';
import type { HopOutcome } from './url-call.ts';

export type PostOptions = {
  path: string;
  /** Name, value, name, value … */
  headers: string[];
  body: string;
  isNewConnection: () => boolean;
  /** From the headers of the answer to the end of it. */
  answerTimeInMillisecondsMax: number;
};

export type Post = {
  /** Never rejects. */
  outcome: Promise<HopOutcome>;
  /** Ends it, if it is still going on, as a timeout. */
  abandon(): void;
  /**
   * The connection had been open for an earlier call, and ended at once and without an answer: it was most likely closed
   * while it was idle, and the receiver knows nothing of this call.
   */
  mayRepeat(): boolean;
};

/** What is kept of an answer. */
const answerBytesMax = 4 * 1024;
/** Later than that, the receiver had the call in its hands: a second one at once would only add to its load. */
const staleMillisecondsMax = 2_000;
/** What is read of it, so that the connection can be used again. */
const readBytesMax = 64 * 1024;

export function startPost(pool: Pool, options: PostOptions): Post {
  const { promise, resolve } = Promise.withResolvers<HopOutcome>();
  let controller: Dispatcher.DispatchController | undefined;
  let answer: { status: number; location: string | undefined } | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  let isOnNewConnection = true;
  let startedAt = 0;
  const chunks: Buffer[] = [];
  let bytesRead = 0;

  function settle(outcome: HopOutcome): void {
    isOver = true;
    clearTimeout(timer);
    resolve(outcome);
  }

  function settleAnswered(): void {
    if (isOver || !answer) return;
    settle({ kind: 'answered', answer: readAnswer(chunks), ...answer });
  }

  /** The connection cannot be used again: the rest of the answer would come over it. */
  function cut(): void {
    settleAnswered();
    controller?.abort(new Error('cut'));
  }

  const handler: Dispatcher.DispatchHandler = {
    onRequestStart(started) {
      controller = started;
      isOnNewConnection = options.isNewConnection();
      startedAt = performance.now();
      if (isOver) started.abort(new Error('abandoned'));
    },
    onResponseStart(_controller, status, headers) {
      // Nothing follows from "please wait" and the like.
      if (status < 200) return;
      const { location } = headers;
      answer = { status, location: Array.isArray(location) ? location[0] : location };
      timer = setTimeout(cut, options.answerTimeInMillisecondsMax);
    },
    onResponseData(_controller, chunk) {
      if (bytesRead < answerBytesMax) chunks.push(chunk);
      bytesRead += chunk.length;
      if (bytesRead > readBytesMax) cut();
    },
    onResponseEnd() {
      clearTimeout(timer);
      // undici frees the connection in an immediate that it asks for after this. A caller who is told before would open
      // another connection for his next call, and in the end hold two for each call at a time.
      queueMicrotask(() => setImmediate(settleAnswered));
    },
    onResponseError(_controller, error) {
      if (!isOver) settle({ kind: 'failed', ...readFailure(error) });
    },
  };

  try {
    pool.dispatch({ method: 'POST', path: options.path, headers: options.headers, body: options.body }, handler);
  } catch (error) {
    if (!isOver) settle({ kind: 'failed', ...readFailure(error) });
  }

  return {
    outcome: promise,
    abandon() {
      if (isOver) return;
      settle({ kind: 'failed', failure: 'timeout', text: 'abandoned' });
      // One that waits for its connection ends when that is there, before anything is sent.
      controller?.abort(new Error('abandoned'));
    },
    mayRepeat: () => !isOnNewConnection && !answer && performance.now() - startedAt < staleMillisecondsMax,
  };
}

/** Not what is not UTF-8 (it becomes U+FFFD), and no NUL, which PostgreSQL refuses. */
function readAnswer(chunks: readonly Buffer[]): string {
  const [only] = chunks;
  if (!only) return '';
  const bytes = chunks.length === 1 ? only : Buffer.concat(chunks);
  return cutBetweenCharacters(bytes).replaceAll('\0', '');
}

function cutBetweenCharacters(bytes: Buffer): string {
  if (bytes.length <= answerBytesMax) return bytes.toString('utf8');
  let end = answerBytesMax;
  // A byte 10xxxxxx continues a character of at most four bytes (RFC 3629 3).
  while (end > answerBytesMax - 3 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.toString('utf8', 0, end);
}
