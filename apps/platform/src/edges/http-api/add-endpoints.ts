// Makes a route of each endpoint: what is checked before the body is read, then the body, then the endpoint itself.

import { acceptsJson, isJsonContentType } from '@pennyblack/runtime/http/media-types.ts';
import { type BucketDecision, createTokenBuckets, type TokenBuckets } from '@pennyblack/runtime/http/token-bucket.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from '../../refusals.ts';
import { authenticateCall, type Caller } from './authenticate-call.ts';
import { type BodyBudget, createBodyBudget } from './body-budget.ts';
import { createCall } from './call.ts';
import type { Endpoint } from './endpoint.ts';
import type { HttpApiOptions } from './http-api.ts';
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
  const buckets = options.rateLimitPerSecond > 0 ? createTokenBuckets(options.rateLimitPerSecond) : undefined;
  const budget = createBodyBudget(options.bodyBytesInFlightMax ?? bodyBytesInFlightMaxByDefault);
  for (const endpoint of options.endpoints) addEndpoint(app, endpoint, options, buckets, budget);
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
  buckets: TokenBuckets | undefined,
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
      if (buckets !== undefined) checkRate(buckets, caller, options.clock.now(), reply);
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

function checkRate(buckets: TokenBuckets, caller: Caller, now: Date, reply: FastifyReply): void {
  const key = keyOf(caller);
  if (key === undefined) return;
  const decision = buckets.take(key, now.getTime());
  tellLimit(reply, decision);
  if (decision.isAllowed) return;
  reply.header('retry-after', String(decision.retryInSeconds));
  throw new Refusal('rate_limited');
}

function keyOf(caller: Caller): string | undefined {
  if (caller.kind === 'server') return `server ${caller.server.tokenId}`;
  return caller.kind === 'account' ? `account ${caller.account.tokenId}` : undefined;
}

/** The three headers that most clients know, from the drafts of RFC "RateLimit header fields for HTTP". */
function tellLimit(reply: FastifyReply, decision: BucketDecision): void {
  reply
    .header('ratelimit-limit', String(decision.limit))
    .header('ratelimit-remaining', String(decision.remaining))
    .header('ratelimit-reset', String(decision.resetInSeconds));
}
