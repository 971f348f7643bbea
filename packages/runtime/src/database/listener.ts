// The one connection that hears notifications. It comes back by itself, and says when some may have been missed.

import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import type { Listener } from './database.ts';
import { DatabaseUnavailable } from './database.ts';
import { translateStatementError } from './database-errors.ts';
import { type ConnectionSettings, clientConfig } from './session-settings.ts';

type Subscription = { channel: string; onMessage: (payload: string) => void; onReconnect: () => void };

export type ClosableListener = Listener & { close(): Promise<void> };

const reconnectDelaysInMilliseconds: readonly number[] = [50, 100, 200, 500, 1000, 2000];
/** A connection that died without a word is found by this question. */
const pingEveryMilliseconds = 15_000;

/** Connects before it resolves. @throws DatabaseUnavailable when the first connection fails. */
export async function connectListener(
  settings: ConnectionSettings,
  onError: (error: Error) => void,
): Promise<ClosableListener> {
  const subscriptions: Subscription[] = [];
  const closing = new AbortController();
  let client: pg.Client | undefined;
  let reconnecting: Promise<void> | undefined;

  async function connect(): Promise<void> {
    const next = new pg.Client(clientConfig(settings));
    let isLost = false;
    const lost = (error: Error) => {
      if (isLost) return;
      isLost = true;
      if (client !== next) return;
      client = undefined;
      next.end().catch(() => {}); // It is broken: there is nothing left to close politely.
      if (closing.signal.aborted) return;
      onError(error);
      reconnecting ??= reconnect();
    };
    next.on('error', lost);
    next.on('end', () => lost(new DatabaseUnavailable('The listening connection ended.')));
    next.on('notification', message => {
      for (const subscription of subscriptions) {
        if (subscription.channel === message.channel) subscription.onMessage(message.payload ?? '');
      }
    });
    try {
      await next.connect();
      for (const channel of new Set(subscriptions.map(each => each.channel))) await next.query(listenText(channel));
    } catch (error) {
      isLost = true;
      next.end().catch(() => {}); // It never came up.
      throw translateStatementError(error);
    }
    client = next;
  }

  async function reconnect(): Promise<void> {
    for (let attempt = 0; !closing.signal.aborted; attempt += 1) {
      const delay = reconnectDelaysInMilliseconds[attempt] ?? reconnectDelaysInMilliseconds.at(-1);
      await wait(delay, undefined, { signal: closing.signal }).catch(() => {}); // Woken by close().
      if (closing.signal.aborted) return;
      try {
        await connect();
      } catch (error) {
        if (error instanceof DatabaseUnavailable) continue;
        onError(error instanceof Error ? error : new Error(String(error)));
        continue;
      }
      reconnecting = undefined;
      for (const subscription of subscriptions) subscription.onReconnect();
      return;
    }
  }

  await connect();
  const pinging = setInterval(() => {
    const current = client;
    // The client's own 'error' or 'end' event starts the reconnecting; destroying the stream raises it.
    current?.query('select 1').catch(error => current.emit('error', error));
  }, pingEveryMilliseconds);
  pinging.unref();

  return {
    async listen(channel, onMessage, onReconnect) {
      subscriptions.push({ channel, onMessage, onReconnect });
      // While reconnecting there is nothing to say: the new connection listens to every channel of the list.
      await client?.query(listenText(channel)).catch(error => {
        throw translateStatementError(error);
      });
    },
    async notify(channel, payload) {
      if (!client) throw new DatabaseUnavailable('The listening connection is away.');
      await client.query('select pg_notify($1, $2)', [channel, payload]).catch(error => {
        throw translateStatementError(error);
      });
    },
    async close() {
      closing.abort();
      clearInterval(pinging);
      const last = client;
      client = undefined;
      await last?.end();
      await reconnecting;
    },
  };
}

function listenText(channel: string): string {
  return `listen ${pg.escapeIdentifier(channel)}`;
}
