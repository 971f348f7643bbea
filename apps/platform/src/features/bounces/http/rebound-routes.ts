// What browsers fetch of Rebound: the script, and the answer to its one question. Open to every page (CORS) and limited,
// so that nobody can try out a list of addresses. The counts live in this process.

import { readFileSync } from 'node:fs';
import type { Clock } from '@pennyblack/runtime/clock.ts';
import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { createRateLimiter } from '@pennyblack/runtime/http/rate-limiter.ts';
import type { FastifyInstance } from 'fastify';
import { Refusal } from '../../../refusals.ts';
import { askRebound } from '../rebound.ts';

/** A page asks once; this is for offices behind one address. */
const questionsPerSecondOfClient = 2;
const questionsPerSecondOfToken = 50;
const emailLengthMax = 320;

const script = readFileSync(new URL('./rebound-widget.js', import.meta.url));

export function addReboundRoutes(app: FastifyInstance, deps: { reads: Queryable; clock: Clock }): void {
  const ofClients = createRateLimiter({ quota: questionsPerSecondOfClient, windowInSeconds: 1 });
  const ofTokens = createRateLimiter({ quota: questionsPerSecondOfToken, windowInSeconds: 1 });

  // The second path is that of Postmark's own script, for pages that only change the host.
  for (const url of ['/rebound.js', '/widget/1.0']) {
    app.get(url, (_request, reply) =>
      reply
        .type('text/javascript; charset=utf-8')
        .header('access-control-allow-origin', '*')
        .header('cross-origin-resource-policy', 'cross-origin')
        .header('cache-control', 'public, max-age=3600')
        .send(script),
    );
  }

  app.get('/rebound/lookup', async (request, reply) => {
    // Set first, so that the page can read a refusal too.
    reply.header('access-control-allow-origin', '*').header('cache-control', 'no-store');
    const query = new URL(request.url, 'http://rebound').searchParams;
    const publicToken = (query.get('token') ?? '').trim().toLowerCase();
    const email = query.get('email') ?? '';
    const now = deps.clock.now().getTime();
    // The client first: one that asks too often must not use up what others may ask.
    for (const decide of [() => ofClients.take(request.ip, now), () => ofTokens.take(publicToken, now)]) {
      const { isAllowed, retryInSeconds } = decide();
      if (isAllowed) continue;
      reply.header('retry-after', String(retryInSeconds));
      throw new Refusal('rate_limited');
    }
    const isAskable = email.length <= emailLengthMax && !email.includes('\0');
    const hasBounced = await askRebound(deps.reads, publicToken, isAskable ? email : '');
    if (hasBounced === undefined) throw new Refusal('rebound_token_invalid');
    return reply.send({ Bounced: hasBounced });
  });
}
