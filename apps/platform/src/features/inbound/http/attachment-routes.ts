// Where an attachment is fetched that was posted as a ContentUrl: an extension. Whoever has the URL is let in, until it ends;
// what comes is a stranger's file, so a browser may save it and do nothing else with it.

import { attachmentPath, decodeAttachmentToken } from '@pennyblack/email/inbound/attachment-token.ts';
import type { InboundAttachment } from '@pennyblack/email/inbound/inbound-mail.ts';
import type { Clock } from '@pennyblack/runtime/clock.ts';
import { DatabaseUnavailable } from '@pennyblack/runtime/database/database.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { InboundMessageKey } from '../inbound-message.ts';

export type AttachmentRoutesDeps = {
  /** Of the ring, newest first. */
  keys: readonly Buffer[];
  /** Undefined when there is none, or when it is gone. */
  readAttachment(message: InboundMessageKey, position: number): Promise<InboundAttachment | undefined>;
  clock: Clock;
};

const safeHeaders = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
  'cache-control': 'private, no-store',
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex, nofollow',
} as const;

const secondsUntilTryAgain = 5;
const plainType = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,63}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}$/;

export function addAttachmentRoutes(app: FastifyInstance, deps: AttachmentRoutesDeps): void {
  async function answer(request: FastifyRequest<{ Params: { token: string } }>, reply: FastifyReply) {
    reply.headers(safeHeaders);
    const refuse = (status: number, text: string) =>
      reply.code(status).type('text/plain; charset=utf-8').send(`${text}\n`);
    const reference = decodeAttachmentToken(request.params.token, deps.keys);
    if (!reference) return refuse(404, 'There is no such attachment.');
    if (reference.endsAt <= deps.clock.now()) return refuse(403, 'This link has ended.');
    try {
      const attachment = await deps.readAttachment(reference, reference.position);
      if (!attachment) return refuse(404, 'There is no such attachment.');
      return reply
        .header('content-disposition', dispositionOf(attachment.name))
        .type(typeOf(attachment.contentType))
        .send(attachment.content);
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable)) throw error;
      reply.header('retry-after', String(secondsUntilTryAgain));
      return refuse(503, 'The service is not available right now. Please try again.');
    }
  }
  app.route<{ Params: { token: string } }>({
    method: ['GET', 'HEAD'],
    url: `${attachmentPath}/:token`,
    handler: answer,
  });
}

/** Without parameters: what a stranger wrote there would go into a header of ours. */
function typeOf(contentType: string): string {
  const type = (contentType.split(';', 1)[0] ?? '').trim().toLowerCase();
  return plainType.test(type) ? type : 'application/octet-stream';
}

/** RFC 6266 4.1 with the encoding of RFC 8187 3.2. */
function dispositionOf(name: string): string {
  const ascii = name.replace(/[^ -~]|["\\%]/g, '_');
  const encoded = encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
