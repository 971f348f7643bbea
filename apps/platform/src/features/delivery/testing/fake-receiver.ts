// For tests: mail servers that answer as the test says, without a network. What is not said goes well.

import type { Connect, Connected, ConnectTarget, DeliveryConnection, Sent } from '../ports.ts';

export const accepted: Sent = { kind: 'answered', reply: { code: 250, text: '2.0.0 OK' }, isAccepted: true };

export function answered(code: number, text: string, enhanced?: string): Sent {
  return { kind: 'answered', reply: { code, text, ...(enhanced ? { enhanced } : {}) }, isAccepted: false };
}

export type Mail = Parameters<DeliveryConnection['send']>[0];

export type FakeReceiver = {
  connect: Connect;
  /** Hosts in the order in which they were dialled. */
  dialled: string[];
  /** Recipients in the order of their transactions, each with the number of its connection, from 1. */
  sent: { recipient: string; connection: number }[];
  open(): number;
  quits(): number;
  /** Ends idle connections from the other side, as servers do. */
  hangUp(): void;
};

export function createFakeReceiver(script: {
  onConnect?(target: ConnectTarget, attempt: number): Connected | undefined | Promise<Connected | undefined>;
  onSend?(mail: Mail, connection: number): Sent | Promise<Sent>;
}): FakeReceiver {
  const dialled: string[] = [];
  const sent: { recipient: string; connection: number }[] = [];
  const usable = new Set<number>();
  let connections = 0;
  let open = 0;
  let quits = 0;

  return {
    dialled,
    sent,
    open: () => open,
    quits: () => quits,
    hangUp: () => usable.clear(),
    connect: async target => {
      dialled.push(target.host);
      const refused = await script.onConnect?.(target, dialled.length);
      if (refused) return refused;
      connections += 1;
      const number = connections;
      open += 1;
      usable.add(number);
      const connection: DeliveryConnection = {
        host: target.host,
        ip: '127.0.0.9',
        isUsable: () => usable.has(number),
        send: async mail => {
          sent.push({ recipient: mail.recipient, connection: number });
          const result = (await script.onSend?.(mail, number)) ?? accepted;
          if (result.kind === 'lost') usable.delete(number);
          // Like the real edge: without the mark there is no dot, and the connection is given up.
          const isMarked = await mail.mayEnd.then(
            () => true,
            () => false,
          );
          if (isMarked) return result;
          usable.delete(number);
          return { kind: 'lost', isDotSent: false, isStale: false, error: 'the dot was not allowed' };
        },
        quit: async () => {
          open -= 1;
          quits += 1;
          usable.delete(number);
        },
      };
      return { kind: 'open', connection };
    },
  };
}

/** Lets everything that can go on without time or network go on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise(resolve => setImmediate(resolve));
}
