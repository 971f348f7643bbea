// Reads mail: small mail at once, large mail in a thread of its own with a time limit, so that a mail of fifty megabytes, or
// one made to be slow, holds up nobody's conversation.

import { Worker } from 'node:worker_threads';
import type { InboundAttachment, InboundMail } from '@pennyblack/email/inbound/inbound-mail.ts';
import { readInboundMail } from '@pennyblack/email/inbound/read-inbound-mail.ts';
import { type MailSummary, summarizeMail } from './describe-mail.ts';
import { type PostAbout, postOf } from './read-post.ts';

export type MailReader = {
  /** `mail` is there when it was small enough to be kept for its post. */
  summarize(source: Buffer): Promise<{ summary: MailSummary; mail: InboundMail | undefined }>;
  /** The body of its post. */
  post(source: Buffer, about: PostAbout): Promise<string>;
  /** Undefined when it has no attachment there; the first has position 0. */
  attachment(source: Buffer, position: number): Promise<InboundAttachment | undefined>;
  close(): Promise<void>;
};

/** What the thread is asked; the answer has the same `id`. */
export type ReadingTask = { id: number; source: Uint8Array } & NewTask;
export type ReadingAnswer = { id: number; result: unknown };

/** Its bytes are its own, and no part of a larger buffer. */
export type ReadAttachment = Omit<InboundAttachment, 'content'> & { content: Uint8Array };

export class ReadingTookTooLong extends Error {
  override readonly name = 'ReadingTookTooLong';
}

export type MailReaderOptions = {
  /** What is larger goes to the thread. */
  smallBytesMax: number;
  /** How long the thread may work on one mail. */
  secondsMax: number;
};

export const defaultReaderOptions: MailReaderOptions = { smallBytesMax: 256 * 1024, secondsMax: 20 };

type NewTask = { kind: 'summarize' } | { kind: 'post'; about: PostAbout } | { kind: 'attachment'; position: number };

export function createMailReader(options: MailReaderOptions = defaultReaderOptions): MailReader {
  let worker: Worker | undefined;
  /** One mail at a time: the thread's memory is that of one mail. */
  let last: Promise<unknown> = Promise.resolve();
  let nextId = 1;

  function ask(source: Buffer, task: NewTask): Promise<unknown> {
    const answer = last.then(() => work(source, task));
    last = answer.catch(() => {});
    return answer;
  }

  async function work(source: Buffer, task: NewTask): Promise<unknown> {
    const thread = worker ?? startThread(forget);
    worker = thread;
    const id = nextId;
    nextId += 1;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const onMessage = (answer: ReadingAnswer) => {
      if (answer.id === id) resolve(answer.result);
    };
    const onExit = () => reject(new Error('The thread that reads large mail has ended.'));
    const timer = setTimeout(
      () => reject(new ReadingTookTooLong(`A mail took longer to read than ${options.secondsMax} seconds.`)),
      options.secondsMax * 1000,
    );
    thread.on('message', onMessage).once('error', reject).once('exit', onExit);
    try {
      // A copy that is handed over: the source itself is still needed here.
      const copy = new Uint8Array(source);
      thread.postMessage({ id, source: copy, ...task } satisfies ReadingTask, [copy.buffer]);
      return await promise;
    } catch (error) {
      worker = undefined;
      void thread.terminate();
      throw error;
    } finally {
      clearTimeout(timer);
      thread.off('message', onMessage).off('error', reject).off('exit', onExit);
    }
  }

  /** One that ended while nobody waited for it would let the next mail wait in vain. */
  function forget(thread: Worker): void {
    if (worker === thread) worker = undefined;
  }

  return {
    summarize: async source => {
      if (source.length > options.smallBytesMax)
        return { summary: (await ask(source, { kind: 'summarize' })) as MailSummary, mail: undefined };
      const mail = readInboundMail(source);
      return { summary: summarizeMail(mail), mail };
    },
    post: async (source, about) => {
      if (source.length > options.smallBytesMax) return (await ask(source, { kind: 'post', about })) as string;
      return postOf(source, readInboundMail(source), about);
    },
    attachment: async (source, position) => {
      if (source.length <= options.smallBytesMax) return readInboundMail(source).attachments[position];
      const attachment = (await ask(source, { kind: 'attachment', position })) as ReadAttachment | undefined;
      return attachment && { ...attachment, content: Buffer.from(attachment.content.buffer) };
    },
    close: async () => {
      await worker?.terminate();
      worker = undefined;
    },
  };
}

function startThread(onExit: (thread: Worker) => void): Worker {
  const worker = new Worker(new URL('./reading-thread.ts', import.meta.url));
  // A failure is the business of whoever waits for an answer; without anybody it ends the thread and nothing else.
  worker.on('error', () => {});
  worker.once('exit', () => onExit(worker));
  worker.unref();
  return worker;
}
