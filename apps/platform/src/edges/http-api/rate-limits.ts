// How many calls a token may make. Postmark documents no number and no header, so there is no limit unless the operator
// sets one. Counted are calls, whatever they carry: a batch of 500 is one call. Counts live in this process.

import { createRateLimiter, type Rate, type RateDecision } from '@pennyblack/runtime/http/rate-limiter.ts';
import type { FastifyReply } from 'fastify';
import { Refusal } from '../../refusals.ts';
import type { Caller } from './authenticate-call.ts';

/** Undefined: no limit. */
export type RateSettings = { server: Rate | undefined; account: Rate | undefined };

export type RateLimits = {
  /** Throws `Refusal` rate_limited (429) with Retry-After. Tells the limit in headers of every answer that has one. */
  check(caller: Caller, clientAddress: string, reply: FastifyReply): void;
};

/** `millisecondsNow` never goes back. */
export function createRateLimits(rates: RateSettings, millisecondsNow: () => number): RateLimits {
  const servers = rates.server && { rate: rates.server, limiter: createRateLimiter(rates.server) };
  const accounts = rates.account && { rate: rates.account, limiter: createRateLimiter(rates.account) };

  return {
    check(caller, clientAddress, reply) {
      if (caller.kind === 'none') return;
      const limit = caller.kind === 'server' ? servers : accounts;
      if (limit === undefined) return;
      const decision = limit.limiter.take(keyOf(caller, clientAddress), millisecondsNow());
      tellLimit(reply, limit.rate, decision);
      if (decision.isAllowed) return;
      reply.header('retry-after', String(decision.retryInSeconds));
      throw new Refusal('rate_limited');
    },
  };
}

/** Everybody knows the test token, so those who use it must not use up each other's calls. */
function keyOf(caller: Exclude<Caller, { kind: 'none' }>, clientAddress: string): string | number {
  if (caller.kind === 'account') return caller.account.tokenId;
  return caller.server.isTest ? clientAddress : caller.server.tokenId;
}

/**
 * The form that today's clients read: three plain numbers and the window, from draft-ietf-httpapi-ratelimit-headers-06.
 * Later drafts put them into one structured field, `RateLimit`, which few libraries know yet.
 */
function tellLimit(reply: FastifyReply, rate: Rate, decision: RateDecision): void {
  reply
    .header('ratelimit-policy', `${rate.quota};w=${rate.windowInSeconds}`)
    .header('ratelimit-limit', String(rate.quota))
    .header('ratelimit-remaining', String(decision.remaining))
    .header('ratelimit-reset', String(decision.resetInSeconds));
}
