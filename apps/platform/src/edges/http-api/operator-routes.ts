// What operators and their tools ask: is the process alive, can it take work, what are its figures, what does it offer.
// These say nothing about customers, so they ask for no API token; figures may ask for one of their own.

import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { Refusal } from '../../refusals.ts';
import { sendJson } from './send-answer.ts';

export type OperatorQuestions = {
  isReady(): Promise<{ ready: boolean; reasons: string[] }>;
  /** Prometheus text. */
  metricsText(): Promise<string>;
  /** The bearer token (RFC 6750 2.1) that /metrics asks for; anyone may read it where there is none. */
  metricsToken?: string | undefined;
  openApi: unknown;
};

export function addOperatorRoutes(app: FastifyInstance, questions: OperatorQuestions): void {
  app.route({
    method: ['GET', 'HEAD'],
    url: '/health/live',
    handler: (_request, reply) => sendJson(reply, { Status: 'live' }),
  });

  app.route({
    method: ['GET', 'HEAD'],
    url: '/health/ready',
    async handler(_request, reply) {
      const { ready, reasons } = await questions.isReady();
      if (ready) return sendJson(reply, { Status: 'ready' });
      return sendJson(reply.code(503), { Status: 'not ready', Reasons: reasons });
    },
  });

  app.get('/metrics', async (request, reply) => {
    const { metricsToken } = questions;
    if (metricsToken !== undefined && !isSame(request.headers.authorization ?? '', `Bearer ${metricsToken}`)) {
      reply.header('www-authenticate', 'Bearer');
      throw new Refusal('metrics_token_invalid');
    }
    return reply.type('text/plain; version=0.0.4; charset=utf-8').send(await questions.metricsText());
  });

  app.get('/openapi.json', (_request, reply) => sendJson(reply, questions.openApi));
}

/** By hash, so that the time it takes tells neither content nor length. */
function isSame(given: string, expected: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(expected));
}

export const operatorPaths: readonly { method: 'GET'; path: string }[] = [
  { method: 'GET', path: '/health/live' },
  { method: 'GET', path: '/health/ready' },
  { method: 'GET', path: '/metrics' },
  { method: 'GET', path: '/openapi.json' },
];
