// Makes a route of each endpoint: what is checked before the body is read, then the body, then the endpoint itself.

import { acceptsJson, isJsonContentType } from '@pennyblack/runtime/http/media-types.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Refusal } from '../../refusals.ts';
import { authenticateCall, type Caller } from './authenticate-call.ts';
import { type BodyBudget, createBodyBudget } from './body-budget.ts';
import { createCall } from './call.ts';
import type { Endpoint } from './endpoint.ts';
import type { HttpApiOptions } from './http-api.ts';
import { createRateLimits, type RateLimits } from './rate-limits.ts';
import { compileBodyReader } from './read-body.ts';
import { compileQueryReader, parseQuery } from './read-query.ts';
import { sendAnswer } from './send-answer.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set once the token was found to be right. */
    caller: Caller | undefined;
    giveBodyBudgetBack: (() => void) | undefined;
  }
}

const bodyBytesMaxByDefault = 1024 * 1024;
const bodyBytesInFlightMaxByDefault = 256 * 1024 * 1024;

export function addEndpoints(app: FastifyInstance, options: HttpApiOptions): void {
  app.decorateRequest('caller', undefined);
  app.decorateRequest('giveBodyBudgetBack', undefined);
  readBodiesAsBytes(app);
  const rateLimits = createRateLimits(options.rateLimits, options.millisecondsNow);
  const budget = createBodyBudget(options.bodyBytesInFlightMax ?? bodyBytesInFlightMaxByDefault);
  for (const endpoint of options.endpoints) addEndpoint(app, endpoint, options, rateLimits, budget);
}

/** Fastify reads the bytes and keeps to the route's limit; what they say is for the endpoint's own reader. */
export function readBodiesAsBytes(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
}

function addEndpoint(
  app: FastifyInstance,
  endpoint: Endpoint,
  options: HttpApiOptions,
  rateLimits: RateLimits,
  budget: BodyBudget,
): void {
  const readBody = endpoint.body === undefined ? undefined : compileBodyReader(endpoint.body);
  const readQuery = endpoint.query === undefined ? undefined : compileQueryReader(endpoint.query);
  const bodyBytesMax = endpoint.bodyBytesMax ?? bodyBytesMaxByDefault;

  app.route({
    method: endpoint.method,
    url: endpoint.path,
    bodyLimit: bodyBytesMax,

    async onRequest(request, reply) {
      const caller = await authenticateCall(endpoint, request.headers, options);
      request.caller = caller;
      rateLimits.check(caller, request.ip, reply);
      if (!acceptsJson(request.headers.accept)) throw new Refusal('media_type_unsuitable');
      if (endpoint.method === 'GET') return;
      prepareForBody(request);
      request.giveBodyBudgetBack = budget.reserve(request.headers, bodyBytesMax);
    },

    async handler(request, reply) {
      const bytes = request.body as Buffer | undefined;
      if (bytes !== undefined && bytes.length > 0 && !isJsonContentType(request.headers['content-type']))
        throw new Refusal('media_type_unsuitable');
      // Fastify hands on what the query parser in http-api.ts left for here, where a refusal can be answered.
      const rawQuery = parseQuery((request.query as { text: string }).text);
      const answer = await endpoint.handle(
        createCall({
          request,
          reply,
          caller: request.caller ?? { kind: 'none' },
          now: options.clock.now(),
          body: readBody === undefined ? {} : readBody(bytes),
          bodyLength: bytes?.length ?? 0,
          query: readQuery === undefined ? {} : readQuery(rawQuery),
          rawQuery,
          database: options.database.reads,
        }),
      );
      return sendAnswer(reply, answer);
    },

    onResponse(request, _reply, done) {
      request.giveBodyBudgetBack?.();
      done();
    },
  });
}

/** A body of an unsuitable type is refused before it is read. A body of unknown length is judged once it is known to be one. */
function prepareForBody(request: FastifyRequest): void {
  const { headers } = request.raw;
  if (headers['transfer-encoding'] !== undefined) return;
  const length = headers['content-length'];
  if (length === undefined || length === '0') {
    // .NET sends no content type without a body, PHP sends one: neither is looked at.
    delete headers['content-type'];
    return;
  }
  const encoding = headers['content-encoding'];
  if (!isJsonContentType(headers['content-type']) || (encoding !== undefined && encoding !== 'identity'))
    throw new Refusal('media_type_unsuitable');
}
