// Where recipients unsubscribe. A mail program's POST acts at once (RFC 8058); what a person or a scanner opens is a page
// whose button has to be pressed. Nothing is buffered: who is told "unsubscribed" is.

import {
  decodeUnsubscribeToken,
  type UnsubscribeToken,
  unsubscribePath,
} from '@pennyblack/email/unsubscribe/unsubscribe-token.ts';
import type { Clock } from '@pennyblack/runtime/clock.ts';
import { DatabaseUnavailable, type Pool } from '@pennyblack/runtime/database/database.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { RecordEvents } from '../../events/record-events.ts';
import type { LinkGate } from '../link-gate.ts';
import { findStanding, subscribeAgain, unsubscribe } from '../unsubscribe/change-subscription.ts';
import { chooseLanguage } from '../unsubscribe/languages.ts';
import type { PageName } from '../unsubscribe/page-texts.ts';
import { pageHeaders, writePage } from '../unsubscribe/pages.ts';
import { readUnsubscribeForm } from '../unsubscribe/read-form.ts';

export type UnsubscribeRoutesDeps = {
  db: Pool;
  recordEvents: RecordEvents;
  /** Of the ring, newest first. */
  keys: readonly Buffer[];
  gate: Pick<LinkGate, 'isAtHome'>;
  clock: Clock;
};

type TokenRequest = FastifyRequest<{ Params: { token: string } }>;

const bodyBytesMax = 16 * 1024;
const secondsUntilTryAgain = 30;

const statusOf: Readonly<Record<PageName, number>> = {
  ask: 200,
  unsubscribed: 200,
  subscribed: 200,
  kept: 200,
  closed: 200,
  incomplete: 404,
  unclear: 400,
  away: 503,
};

export function addUnsubscribeRoutes(app: FastifyInstance, deps: UnsubscribeRoutesDeps): void {
  function tokenOf(request: TokenRequest): UnsubscribeToken | undefined {
    const token = decodeUnsubscribeToken(request.params.token, deps.keys);
    return token && deps.gate.isAtHome(request.hostname, token.accountId) ? token : undefined;
  }

  async function pageToOpen(token: UnsubscribeToken | undefined): Promise<PageName> {
    if (!token) return 'incomplete';
    return (await findStanding(deps.db, token)) === 'in_use' ? 'ask' : 'closed';
  }

  async function act(request: TokenRequest, token: UnsubscribeToken | undefined): Promise<PageName> {
    if (!token) return 'incomplete';
    const wish = await readUnsubscribeForm(request.body, request.headers['content-type']);
    if (wish === undefined) return 'unclear';
    const change = wish === 'subscribe' ? subscribeAgain : unsubscribe;
    const now = deps.clock.now();
    const standing = await deps.db.transaction(tx => change(tx, deps.recordEvents, token, now));
    if (standing === 'kept') return 'kept';
    if (standing !== 'in_use') return 'closed';
    return wish === 'subscribe' ? 'subscribed' : 'unsubscribed';
  }

  function route(decide: (request: TokenRequest, token: UnsubscribeToken | undefined) => Promise<PageName>) {
    return async (request: TokenRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const token = tokenOf(request);
      let page: PageName;
      try {
        page = await decide(request, token);
      } catch (error) {
        if (!(error instanceof DatabaseUnavailable)) throw error;
        reply.header('retry-after', String(secondsUntilTryAgain));
        page = 'away';
      }
      const language = chooseLanguage(request.headers['accept-language']);
      return reply
        .code(statusOf[page])
        .headers({ ...pageHeaders, 'content-language': language })
        .type('text/html; charset=utf-8')
        .send(writePage(page, language, token?.address));
    };
  }

  const url = `${unsubscribePath}/:token`;
  app.route<{ Params: { token: string } }>({
    method: ['GET', 'HEAD'],
    url,
    handler: route((_request, token) => pageToOpen(token)),
  });
  app.route<{ Params: { token: string } }>({ method: 'POST', url, bodyLimit: bodyBytesMax, handler: route(act) });
}
