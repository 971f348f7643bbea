// The connections of one listener as long as they live: how many there are, how long one may stay, how many messages it
// may bring. A listener on several ports counts them together.

import { type ConnectionLimits, createConnectionCounter } from './connection-limits.ts';
import { type Refused, refusal } from './refused.ts';

export type SessionLimits = ConnectionLimits & {
  messagesPerConnectionMax: number;
  connectionSecondsMax: number;
};

export type SessionLives = {
  /** A refusal when there is no room; `onTooLong` is called when it has stayed for too long. */
  enter(sessionId: string, address: string, onTooLong: () => void): Refused | undefined;
  /** A refusal when the session has brought enough messages. */
  mayBringMessage(sessionId: string): Refused | undefined;
  countMessage(sessionId: string): void;
  isOpen(sessionId: string): boolean;
  leave(sessionId: string): void;
  count(): number;
};

const tooManyConnections = refusal(421, '4.7.0', 'Too many connections, try again later');
const tooManyMessages = refusal(421, '4.7.0', 'Enough messages for one connection, open a new one');

/** Said to a client that has stayed too long. */
export const lastedLongEnough = '4.4.2 This connection has lasted long enough';

export function createSessionLives(limits: SessionLimits): SessionLives {
  const counter = createConnectionCounter(limits);
  const sessions = new Map<string, { messages: number; timer: NodeJS.Timeout }>();

  return {
    enter(sessionId, address, onTooLong) {
      if (!counter.enter(sessionId, address)) return tooManyConnections;
      const timer = setTimeout(onTooLong, limits.connectionSecondsMax * 1000).unref();
      sessions.set(sessionId, { messages: 0, timer });
      return undefined;
    },
    mayBringMessage(sessionId) {
      const session = sessions.get(sessionId);
      return !session || session.messages >= limits.messagesPerConnectionMax ? tooManyMessages : undefined;
    },
    countMessage(sessionId) {
      const session = sessions.get(sessionId);
      if (session) session.messages += 1;
    },
    isOpen: sessionId => sessions.has(sessionId),
    leave(sessionId) {
      counter.leave(sessionId);
      clearTimeout(sessions.get(sessionId)?.timer);
      sessions.delete(sessionId);
    },
    count: () => counter.count(),
  };
}
