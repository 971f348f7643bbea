// Ends an HTTP server cleanly: nothing new is taken, what is in hand is answered, and nothing waits for ever.

import type { Server } from 'node:http';

const millisecondsBetweenSweeps = 25;

/**
 * Resolves when the last connection is closed. Connections that fall idle are closed at once, the rest after
 * `graceInMilliseconds`. `stop` is what makes the server stop listening, and resolves when no connection is left.
 */
export async function closeServer(
  server: Pick<Server, 'closeIdleConnections' | 'closeAllConnections'>,
  graceInMilliseconds: number,
  stop: () => Promise<void>,
): Promise<void> {
  const stopped = stop();
  // A keep-alive connection that was busy when the closing began becomes idle later; only a repeated look finds it.
  const sweep = setInterval(() => server.closeIdleConnections(), millisecondsBetweenSweeps);
  const deadline = setTimeout(() => server.closeAllConnections(), graceInMilliseconds);
  try {
    await stopped;
  } finally {
    clearInterval(sweep);
    clearTimeout(deadline);
  }
}
