// A request that is refused before its body was read: the answer must reach the caller, although the caller may still be
// sending. Closing at once would make its system throw the answer away (RFC 9112 9.6).

import type { FastifyReply, FastifyRequest } from 'fastify';

const secondsToFinishSending = 10;

/** Lets the rest of the body come in and be dropped, for a while; then the connection ends. */
export function closeUnlessRead(request: FastifyRequest, reply: FastifyReply): void {
  if (request.raw.complete) return;
  // Fastify asks to close at once when a body is too large.
  reply.removeHeader('connection');
  const { socket } = request.raw;
  const deadline = setTimeout(() => {
    if (!request.raw.complete) socket.destroy();
  }, secondsToFinishSending * 1000);
  deadline.unref();
  request.raw.once('close', () => clearTimeout(deadline));
}
