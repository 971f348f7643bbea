// The HTTP listener: everything that all endpoints have in common, so that an endpoint only reads its call and answers.
// Source: Postmark's API reference and what its official clients send. Order of the checks: token, rate, media types,
// size, JSON, types of fields.

import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { Clock } from '@pennyblack/runtime/clock.ts';
import type { Database } from '@pennyblack/runtime/database/database.ts';
import { prepareToClose } from '@pennyblack/runtime/http/close-server.ts';
import { readTlsFiles, type TlsFiles, watchTlsFiles } from '@pennyblack/runtime/http/tls-files.ts';
import type { Log } from '@pennyblack/runtime/log/log.ts';
import fastify, { type FastifyHttpOptions, type FastifyInstance, type FastifyServerOptions } from 'fastify';
import { Refusal } from '../../refusals.ts';
import { addEndpoints, readBodiesAsBytes } from './add-endpoints.ts';
import type { TokenSources } from './authenticate-call.ts';
import type { Endpoint } from './endpoint.ts';
import { answerForError } from './error-answers.ts';
import { createKnownRoutes } from './known-routes.ts';
import { describeOpenApi } from './open-api.ts';
import { addOperatorRoutes, operatorPaths } from './operator-routes.ts';
import type { RateSettings } from './rate-limits.ts';
import { type AnsweredRequest, logAnswer, logBug } from './request-log.ts';
import { sendErrorAnswer } from './send-answer.ts';
import { closeUnlessRead } from './unread-body.ts';
import { answerUnreadableRequest } from './unreadable-request.ts';

export type HttpApiOptions = TokenSources & {
  endpoints: readonly Endpoint[];
  /** Routes that are not part of the API, such as tracking links. Their bodies arrive as a Buffer of at most 1 MB. */
  extraRoutes?: ((app: FastifyInstance) => void) | undefined;
  database: Pick<Database, 'reads'>;
  clock: Clock;
  log: Log;
  /** HTTPS when set; the files are watched. */
  tls?: TlsFiles | undefined;
  /** Addresses or CIDR ranges whose X-Forwarded-For is believed. */
  trustedProxies: readonly string[];
  /** Per token and process. */
  rateLimits: RateSettings;
  /** A clock that never goes back, for limits. */
  millisecondsNow: () => number;
  isReady(): Promise<{ ready: boolean; reasons: string[] }>;
  metricsText(): Promise<string>;
  /** The bearer token that /metrics asks for, if any. */
  metricsToken?: string | undefined;
  /** For metrics: told of each answer. */
  onAnswer?: ((answered: AnsweredRequest) => void) | undefined;
  /** Memory that large bodies may take together, in bytes. */
  bodyBytesInFlightMax?: number | undefined;
  version?: string | undefined;
};

export type HttpApi = {
  listen(address: { host: string; port: number }): Promise<{ port: number }>;
  /** Stops taking requests, answers those in hand, and resolves within about five seconds. */
  close(): Promise<void>;
  /** Reads the certificate files again. When they cannot be used, the ones in use stay, and the log says why. */
  reloadTls(): void;
};

const secondsToSendARequest = 120;
const secondsToSendHeaders = 30;
const millisecondsToClose = 4_500;

export function createHttpApi(options: HttpApiOptions): HttpApi {
  const { log } = options;
  // Its fields are fixed and hold no secret, so they need not be searched for one at each request.
  const answerLog = log.child({}, { redact: [] });
  const app = createApp(options);
  const closeServer = prepareToClose(app.server);
  let stopWatching: (() => void) | undefined;

  addAnswersForErrors(app, options);
  app.addHook('onResponse', (request, reply, done) => {
    logAnswer(answerLog, request, reply, options.onAnswer);
    done();
  });
  addOperatorRoutes(app, { ...options, openApi: describeOpenApi(options.endpoints, options.version ?? '0') });
  app.register(async scope => addEndpoints(scope, options));
  app.register(async scope => {
    readBodiesAsBytes(scope);
    options.extraRoutes?.(scope);
  });

  function reloadTls(): void {
    if (options.tls === undefined || !('setSecureContext' in app.server)) return;
    try {
      const material = readTlsFiles(options.tls);
      (app.server as unknown as { setSecureContext(material: object): void }).setSecureContext({
        ...material,
        minVersion: 'TLSv1.2',
      });
      log.info('The TLS certificate of the HTTP listener was read again.');
    } catch (error) {
      log.error({ reason: error instanceof Error ? error.message : String(error) }, 'The TLS files were not taken.');
    }
  }

  return {
    async listen({ host, port }) {
      await app.listen({ host, port });
      if (options.tls !== undefined) stopWatching = watchTlsFiles(options.tls, reloadTls);
      const address = app.server.address();
      if (address === null || typeof address === 'string') throw new Error('The HTTP listener has no port.');
      return { port: address.port };
    },
    async close() {
      stopWatching?.();
      await closeServer(millisecondsToClose, () => app.close());
    },
    reloadTls,
  };
}

function createApp(options: HttpApiOptions): FastifyInstance {
  const settings: FastifyHttpOptions<Server> = {
    logger: false,
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    trustProxy: options.trustedProxies.length > 0 ? [...options.trustedProxies] : false,
    routerOptions: {
      caseSensitive: false,
      ignoreTrailingSlash: true,
      // Path parts may be email addresses (64 + 1 + 255 characters) or aliases, each character up to nine when escaped.
      maxParamLength: 3000,
      // The endpoint's schema reads the query; see read-query.ts.
      querystringParser: text => ({ text }),
    },
    exposeHeadRoutes: false,
    requestTimeout: secondsToSendARequest * 1000,
    http: { headersTimeout: secondsToSendHeaders * 1000 },
    // Requests in hand, and those already on their way on an open connection, are still answered.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    clientErrorHandler: answerUnreadableRequest,
    frameworkErrors: (error, request, reply) => {
      reply.header('x-request-id', request.id);
      sendErrorAnswer(reply, answerForError(error, request.id));
    },
  };
  if (options.tls === undefined) return fastify(settings);
  const https = { ...readTlsFiles(options.tls), minVersion: 'TLSv1.2', headersTimeout: secondsToSendHeaders * 1000 };
  // Fastify's type follows the kind of server; nothing here depends on which one it is.
  return fastify({ ...settings, https } as FastifyServerOptions) as FastifyInstance;
}

function addAnswersForErrors(app: FastifyInstance, options: HttpApiOptions): void {
  const knownRoutes = createKnownRoutes([...options.endpoints, ...operatorPaths]);
  // Outside of the endpoints nobody wants a body: an unknown path is answered without reading it.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null, undefined));

  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff');
    done();
  });

  app.setErrorHandler((error, request, reply) => {
    const answer = answerForError(error, request.id);
    if (answer.isBug) logBug(options.log, request.id, request.routeOptions.url, error);
    closeUnlessRead(request, reply);
    return sendErrorAnswer(reply, answer);
  });

  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const methods = knownRoutes.methodsOf(path);
    closeUnlessRead(request, reply);
    if (methods.length === 0) return sendErrorAnswer(reply, answerForError(new Refusal('route_not_found'), request.id));
    reply.header('allow', methods.join(', '));
    return sendErrorAnswer(reply, answerForError(new Refusal('method_not_allowed'), request.id));
  });
}
