// What readers of mail request: the pixel and the links. They are answered first and recorded after, in any weather:
// nothing here asks the database. A pixel is always a picture, whatever was asked; a link leads only where its own
// signature says.

import { decodeTrackingToken } from '@pennyblack/email/tracking/tracking-token.ts';
import { clickPath, openPath } from '@pennyblack/email/tracking/tracking-urls.ts';
import type { Clock } from '@pennyblack/runtime/clock.ts';
import type { UuidSource } from '@pennyblack/runtime/uuid-v7.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { LinkGate } from '../link-gate.ts';
import { pixel } from '../pixel.ts';
import { classifyByName } from '../reader-rules.ts';
import type { Hit } from '../reading.ts';

export type TrackingRoutesDeps = {
  /** Of the ring, newest first. */
  keys: readonly Buffer[];
  gate: Pick<LinkGate, 'isAtHome' | 'isBlocked'>;
  take(hit: Hit): void;
  makeHitId: UuidSource;
  clock: Clock;
  /** How long a pixel is held open to measure reading; 0 does not. */
  readSecondsMax: number;
};

type TokenRequest = FastifyRequest<{ Params: { token: string } }>;

const userAgentLengthMax = 1000;
/** Pixels held open at a time; the next ones are answered at once and not measured. */
const heldMax = 1000;

const neverKept = { 'cache-control': 'no-store, no-cache, max-age=0, private', 'referrer-policy': 'no-referrer' };

export function addTrackingRoutes(app: FastifyInstance, deps: TrackingRoutesDeps): void {
  let held = 0;

  function hitOf(
    request: FastifyRequest,
    { kind, ...about }: Pick<Hit, 'kind' | 'serverId' | 'messageId' | 'recipientNumber'>,
  ): Hit {
    const { serverId, messageId, recipientNumber } = about;
    return {
      hitId: deps.makeHitId(),
      kind,
      serverId,
      messageId,
      recipientNumber,
      at: deps.clock.now(),
      ip: request.ip,
      // What is not text cannot be stored.
      userAgent: (request.headers['user-agent'] ?? '').slice(0, userAgentLengthMax).replaceAll('\0', ''),
      isPrefetch: isPrefetch(request),
    };
  }

  function answerPixel(request: TokenRequest, reply: FastifyReply): FastifyReply {
    const token = decodeTrackingToken(request.params.token, deps.keys);
    // HEAD asks about the picture and does not show it.
    if (token?.kind === 'open' && request.method === 'GET' && deps.gate.isAtHome(request.hostname, token.accountId)) {
      const hit = hitOf(request, token);
      if (deps.readSecondsMax > 0 && held < heldMax && classifyByName(hit.userAgent) === undefined) {
        return holdPixel(hit, reply);
      }
      deps.take(hit);
    }
    return reply
      .headers({ ...neverKept, 'cross-origin-resource-policy': 'cross-origin' })
      .type('image/gif')
      .send(pixel);
  }

  /** The whole picture leaves at once; the answer ends when the reader goes on, or after a while. */
  function holdPixel(hit: Hit, reply: FastifyReply): FastifyReply {
    held += 1;
    reply.hijack();
    const { raw } = reply;
    const endAfter = setTimeout(() => raw.end(), deps.readSecondsMax * 1000);
    raw.on('close', () => {
      held -= 1;
      clearTimeout(endAfter);
      const seconds = Math.round((deps.clock.now().getTime() - hit.at.getTime()) / 1000);
      deps.take({ ...hit, readSeconds: Math.max(0, Math.min(seconds, deps.readSecondsMax)) });
    });
    const ours = { ...reply.getHeaders(), ...neverKept, 'cross-origin-resource-policy': 'cross-origin' };
    raw.writeHead(200, { ...(ours as Record<string, string>), 'content-type': 'image/gif' });
    raw.write(pixel);
    return reply;
  }

  function followLink(request: TokenRequest, reply: FastifyReply): FastifyReply {
    reply.headers({ ...neverKept, 'x-robots-tag': 'noindex, nofollow' });
    const token = decodeTrackingToken(request.params.token, deps.keys);
    if (token?.kind !== 'click' || !deps.gate.isAtHome(request.hostname, token.accountId)) {
      return answerPage(reply, 404, 'This link is not complete', 'Please copy the whole link out of the mail.');
    }
    if (deps.gate.isBlocked(token)) {
      return answerPage(reply, 403, 'This link was blocked', 'It led to a page that is believed to do harm.');
    }
    if (request.method === 'GET') {
      const { target, part } = token;
      deps.take({ ...hitOf(request, token), link: { target, location: part === 'html' ? 'HTML' : 'Text' } });
    }
    // The header itself, because a helper would write the URL anew.
    return reply.code(302).header('location', token.target).send('');
  }

  app.route<{ Params: { token: string } }>({
    method: ['GET', 'HEAD'],
    url: `${openPath}/:token`,
    handler: answerPixel,
  });
  app.route<{ Params: { token: string } }>({
    method: ['GET', 'HEAD'],
    url: `${clickPath}/:token`,
    handler: followLink,
  });
}

/** Sec-Purpose (Fetch Standard 3.9), and what older programs send in its place. */
function isPrefetch({ headers }: FastifyRequest): boolean {
  return ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'].some(name =>
    /prefetch|preview|prerender/i.test(String(headers[name] ?? '')),
  );
}

/** Nothing of the request stands in it. */
function answerPage(reply: FastifyReply, status: number, title: string, text: string): FastifyReply {
  const page = `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><h1>${title}</h1><p>${text}</p></html>`;
  return reply
    .code(status)
    .headers({ 'content-security-policy': "default-src 'none'" })
    .type('text/html; charset=utf-8')
    .send(page);
}
