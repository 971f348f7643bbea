// Messages that are being read and stored, of all connections of a process together: they share one budget of memory, and
// storing has a time after which the client is told to come again.

import { type Refused, refusal } from './refused.ts';
import { createSourceReader, type SourceLimits } from './source-reader.ts';

export type MessageLimits = SourceLimits & {
  /** Of all messages that are being read or stored, together. */
  memoryBytesMax: number;
  /** How long storing may take before the client is told to come again. */
  deliverSecondsMax: number;
  /** From 354 to the final dot; who sends byte by byte would keep memory for ever. RFC 5321 4.5.3.2.5 lets a client pause for minutes. */
  messageSecondsMax: number;
};

/** One message from 354 on. */
export type MessageInHand<Answer> = {
  /** Answers how many bytes of this piece belong to the message and its end. */
  take(piece: Buffer): number;
  readonly isEnded: boolean;
  /** Hands over what was read. Never rejects. */
  finish(): Promise<Answer | Refused>;
  /** The client has gone: nothing of it stays. */
  abandon(): void;
};

export type MessageReader = {
  /** `onTooSlow` ends the connection. */
  begin<Answer>(deliver: (source: Buffer) => Promise<Answer | Refused>, onTooSlow: () => void): MessageInHand<Answer>;
};

const noMemory = refusal(452, '4.3.1', 'Too much mail at the moment, try again later');
export const notStored = refusal(451, '4.3.0', 'The message could not be stored, try again later');

/** Said to a client that is cut off in the middle of a message. */
export const tookTooLong = '4.4.2 The message has taken too long';

export function createMessageReader(limits: MessageLimits, onError: (error: unknown) => void): MessageReader {
  let bytesInMemory = 0;

  return {
    begin(deliver, onTooSlow) {
      const reader = createSourceReader(limits);
      const timer = setTimeout(onTooSlow, limits.messageSecondsMax * 1000).unref();
      let counted = 0;
      const count = (bytes: number) => {
        bytesInMemory += bytes - counted;
        counted = bytes;
      };
      return {
        take(piece) {
          if (bytesInMemory + piece.length > limits.memoryBytesMax) reader.refuse(noMemory);
          const used = reader.take(piece);
          count(reader.bytesKept);
          return used;
        },
        get isEnded() {
          return reader.isEnded;
        },
        async finish() {
          clearTimeout(timer);
          const read = reader.result();
          if (read.kind === 'refused') {
            count(0);
            return read;
          }
          // It takes memory until the work has really ended, also when the client has long been told to come again.
          const work = deliver(read.source)
            .catch((error: unknown) => {
              onError(error);
              return notStored;
            })
            .finally(() => count(0));
          return withinSeconds(limits.deliverSecondsMax, work);
        },
        abandon() {
          clearTimeout(timer);
          reader.refuse(notStored);
          count(0);
        },
      };
    },
  };
}

/** The work goes on when its time is over: what it stores then is recognised when the client sends it again. */
async function withinSeconds<T>(seconds: number, work: Promise<T>): Promise<T | Refused> {
  const late = Promise.withResolvers<Refused>();
  const timer = setTimeout(() => late.resolve(notStored), seconds * 1000);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
