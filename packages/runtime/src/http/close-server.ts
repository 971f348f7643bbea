// Ends an HTTP server cleanly: nothing new is taken, what is in hand is answered, and nothing waits for ever.

import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';

const millisecondsBetweenSweeps = 25;

/**
 * Resolves when the last connection is closed. Connections that fall idle are closed soon, the rest after
 * `graceInMilliseconds`. `stop` is what makes the server stop listening, and resolves when no connection is left.
 */
export type CloseServer = (graceInMilliseconds: number, stop: () => Promise<void>) => Promise<void>;

/** To be called before the server listens. */
export function prepareToClose(server: Server): CloseServer {
  const unused = trackUnusedConnections(server);

  return async (graceInMilliseconds, stop) => {
    const stopped = stop();
    // A keep-alive connection that was busy when the closing began becomes idle later; only a repeated look finds it.
    const sweep = setInterval(() => {
      server.closeIdleConnections();
      for (const socket of unused) socket.destroy();
    }, millisecondsBetweenSweeps);
    const deadline = setTimeout(() => server.closeAllConnections(), graceInMilliseconds);
    try {
      await stopped;
    } finally {
      clearInterval(sweep);
      clearTimeout(deadline);
    }
  };
}

/** Balancers and browsers open connections ahead of need. To Node these are not idle: it still waits for their first request. */
function trackUnusedConnections(server: Server): ReadonlySet<Socket> {
  const unused = new Set<Socket>();
  server.on(server instanceof TlsServer ? 'secureConnection' : 'connection', (socket: Socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  server.on('request', (request: IncomingMessage) => unused.delete(request.socket));
  return unused;
}
