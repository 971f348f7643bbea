// Writes one JSON answer: headers, compression, and the id by which it is found in the log.

import { acceptsGzip, gzipText } from '@pennyblack/runtime/http/gzip.ts';
import type { FastifyReply } from 'fastify';
import type { ErrorAnswer } from './error-answers.ts';

/** Below this, the header and the compressing cost more than the network does. */
const charactersToCompress = 1024;

/** Every success is 200: several official clients take 201 and 204 for failures. */
export function sendAnswer(reply: FastifyReply, body: unknown): FastifyReply | Promise<FastifyReply> {
  return sendJson(reply.code(200), body);
}

export function sendErrorAnswer(reply: FastifyReply, answer: ErrorAnswer): FastifyReply | Promise<FastifyReply> {
  reply.code(answer.status).headers(answer.headers).header('x-pm-apierrorcode', String(answer.errorCode));
  return sendJson(reply, answer.body);
}

export function sendJson(reply: FastifyReply, body: unknown): FastifyReply | Promise<FastifyReply> {
  const text = JSON.stringify(body ?? {});
  reply.header('content-type', 'application/json; charset=utf-8').header('cache-control', 'private');
  if (text.length < charactersToCompress) return reply.send(text);
  reply.header('vary', 'accept-encoding');
  if (!acceptsGzip(reply.request.headers['accept-encoding'])) return reply.send(text);
  return gzipText(text).then(bytes => reply.header('content-encoding', 'gzip').send(bytes));
}
