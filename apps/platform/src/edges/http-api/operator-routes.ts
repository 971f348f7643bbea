// What operators and their tools ask: is the process alive, can it take work, what are its figures, what does it offer.
// No token: these say nothing about customers. A reverse proxy decides who outside may reach them.

import type { FastifyInstance } from 'fastify';
import { sendJson } from './send-answer.ts';

export type OperatorQuestions = {
  isReady(): Promise<{ ready: boolean; reasons: string[] }>;
  /** Prometheus text. */
  metricsText(): Promise<string>;
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

  app.get('/metrics', async (_request, reply) =>
    reply.type('text/plain; version=0.0.4; charset=utf-8').send(await questions.metricsText()),
  );

  app.get('/openapi.json', (_request, reply) => sendJson(reply, questions.openApi));
}

export const operatorPaths: readonly { method: 'GET'; path: string }[] = [
  { method: 'GET', path: '/health/live' },
  { method: 'GET', path: '/health/ready' },
  { method: 'GET', path: '/metrics' },
  { method: 'GET', path: '/openapi.json' },
];
