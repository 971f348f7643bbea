// One line in the log per request. It carries ids and figures, never addresses, subjects, bodies or tokens; so the route
// is named by its pattern, because the path itself may hold an address.

import type { Log } from '@pennyblack/runtime/log/log.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';

export type AnsweredRequest = { method: string; route: string; status: number; milliseconds: number };

export function logAnswer(
  log: Log,
  request: FastifyRequest,
  reply: FastifyReply,
  onAnswer: ((answered: AnsweredRequest) => void) | undefined,
): void {
  const answered: AnsweredRequest = {
    method: request.method,
    route: request.routeOptions.url ?? 'unknown',
    status: reply.statusCode,
    milliseconds: Math.round(reply.elapsedTime * 100) / 100,
  };
  onAnswer?.(answered);
  const caller = request.caller;
  const serverId = caller?.kind === 'server' ? caller.server.serverId : undefined;
  const errorCode = reply.getHeader('x-pm-apierrorcode');
  const line = { requestId: request.id, ...answered, serverId, errorCode, client: request.ip };
  // Health checks come every few seconds from every balancer.
  if (answered.route.startsWith('/health') || answered.route === '/metrics') log.debug(line, 'request');
  else log.info(line, 'request');
}

/** What went wrong, under the id that the caller was told. The fields of a database error may hold addresses, so only its code is kept. */
export function logBug(log: Log, requestId: string, route: string | undefined, error: unknown): void {
  const isError = error instanceof Error;
  log.error(
    {
      requestId,
      errorId: requestId,
      route,
      error: isError ? error.name : typeof error,
      code: isError && 'code' in error ? error.code : undefined,
      stack: isError ? error.stack : String(error),
    },
    'A request failed unexpectedly.',
  );
}
