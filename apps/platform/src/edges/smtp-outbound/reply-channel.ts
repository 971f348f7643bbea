// One SMTP socket seen as replies: asks the parser, waits with a deadline, and notices the end, silence, floods
// and nonsense. It knows nothing of what the replies mean.

import type { Socket } from 'node:net';
import { createReplyParser, NotSmtpError, type SmtpReply } from './reply-parser.ts';

export type Received = { kind: 'reply'; reply: SmtpReply } | { kind: 'lost'; error: string };

/** Replies that nobody asked for, before the connection is cut: a 421 and a stray line are honest, more is a flood. */
const unaskedRepliesMax = 8;
/** Bytes of one reply. An EHLO answer of a hundred lines is 5 KB. */
const replyBytesMax = 64 * 1024;

export class ReplyChannel {
  readonly socket: Socket;
  #parser = createReplyParser();
  #replies: SmtpReply[] = [];
  #bytesOfReply = 0;
  #asked = 0;
  #lostBecause: string | undefined;
  #waiter: ((received: Received) => void) | undefined;
  #drainWaiter: (() => void) | undefined;
  #deadline = 0;
  #timer: NodeJS.Timeout | undefined;
  #timerFiresAt = Number.POSITIVE_INFINITY;
  readonly #onData = (chunk: Buffer) => this.#take(chunk);
  readonly #onEnd = () => this.#lose('the server closed the connection');
  readonly #onError = (error: Error) => this.#lose(error.message);
  readonly #onClose = () => this.#lose('the connection was closed');
  readonly #onDrain = () => this.#wakeDrain();

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', this.#onData);
    socket.on('end', this.#onEnd);
    socket.on('error', this.#onError);
    socket.on('close', this.#onClose);
    socket.on('drain', this.#onDrain);
  }

  get isOpen(): boolean {
    return this.#lostBecause === undefined;
  }

  /** A reply has come that was not taken yet; between transactions that is one that nobody asked for. */
  get hasReply(): boolean {
    return this.#replies.length > 0;
  }

  /** Announces commands that will each be answered, so that their replies are no flood. */
  expect(replies: number): void {
    this.#asked += replies;
  }

  write(bytes: Buffer | string): boolean {
    return this.isOpen && this.socket.write(bytes);
  }

  /** The next reply, in order; after a failure what was still received comes first. */
  nextReply(timeoutInMilliseconds: number): Received | Promise<Received> {
    const reply = this.#replies.shift();
    if (reply) {
      this.#asked -= 1;
      return { kind: 'reply', reply };
    }
    if (this.#lostBecause !== undefined) return { kind: 'lost', error: this.#lostBecause };
    return new Promise(resolve => {
      this.#waiter = resolve;
      this.waitAtMost(timeoutInMilliseconds);
    });
  }

  /** Moves the deadline of the wait that is going on. */
  waitAtMost(milliseconds: number): void {
    this.#deadline = performance.now() + milliseconds;
    if (this.#timerFiresAt > this.#deadline) this.#arm(milliseconds);
  }

  /** Resolves when what was written has left, or the connection is lost, or the time is up (which loses it). */
  drained(timeoutInMilliseconds: number): Promise<void> {
    if (!this.isOpen) return Promise.resolve();
    return new Promise(resolve => {
      this.#drainWaiter = resolve;
      this.waitAtMost(timeoutInMilliseconds);
    });
  }

  /** Lets go of the socket and forgets all that was read from it (RFC 3207 4.2: nothing from before TLS counts). */
  release(): Socket {
    this.#lostBecause ??= 'the connection was handed over';
    this.#replies = [];
    this.#disarm();
    this.socket.off('data', this.#onData);
    this.socket.off('end', this.#onEnd);
    this.socket.off('error', this.#onError);
    this.socket.off('close', this.#onClose);
    this.socket.off('drain', this.#onDrain);
    return this.socket;
  }

  destroy(reason: string): void {
    this.#lose(reason);
  }

  #take(chunk: Buffer): void {
    this.#bytesOfReply += chunk.length;
    let replies: SmtpReply[];
    let fault: string | undefined;
    try {
      replies = this.#parser.push(chunk);
    } catch (error) {
      if (!(error instanceof NotSmtpError)) throw error;
      // "250 taken" stays true, whatever follows it.
      replies = error.repliesBefore;
      fault = error.message;
    }
    if (replies.length > 0) this.#bytesOfReply = 0;
    for (const reply of replies) this.#deliver(reply);
    if (fault !== undefined) this.#lose(fault);
    if (this.#bytesOfReply > replyBytesMax) this.#lose('the server sent a reply without end');
    if (this.#replies.length > Math.max(0, this.#asked) + unaskedRepliesMax)
      this.#lose('the server sent a flood of replies');
  }

  #deliver(reply: SmtpReply): void {
    const waiter = this.#waiter;
    if (!waiter) {
      this.#replies.push(reply);
      // Who writes a long text has to hear that the server has already answered.
      this.#wakeDrain();
      return;
    }
    this.#waiter = undefined;
    this.#asked -= 1;
    waiter({ kind: 'reply', reply });
  }

  #lose(error: string): void {
    if (this.#lostBecause === undefined) {
      this.#lostBecause = error;
      this.#disarm();
      this.socket.destroy();
    }
    this.#wakeDrain();
    const waiter = this.#waiter;
    this.#waiter = undefined;
    waiter?.({ kind: 'lost', error: this.#lostBecause });
  }

  #wakeDrain(): void {
    const waiter = this.#drainWaiter;
    this.#drainWaiter = undefined;
    waiter?.();
  }

  /**
   * A timer of its own for each reply would be a good part of the cost of a message. One timer stands, and when
   * it fires it looks whether the deadline has moved on.
   */
  #arm(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timerFiresAt = performance.now() + milliseconds;
    this.#timer = setTimeout(() => this.#checkDeadline(), milliseconds);
  }

  #checkDeadline(): void {
    this.#timerFiresAt = Number.POSITIVE_INFINITY;
    if (!this.#waiter && !this.#drainWaiter) return;
    const left = this.#deadline - performance.now();
    if (left > 1) this.#arm(left);
    else this.#lose('timeout');
  }

  #disarm(): void {
    clearTimeout(this.#timer);
    this.#timerFiresAt = Number.POSITIVE_INFINITY;
  }
}
